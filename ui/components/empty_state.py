"""The empty state: what would be here, when it comes, one act. No picture."""

from markupsafe import Markup

from ui.components.markup import tag


def empty_state(what: str, when: str = "", act: Markup | None = None) -> Markup:
    """A dashed field in the place of what is not there yet.

    Args:
        what: what is missing, in the reader's language.
        when: when or how it comes.
        act: at most one link drawn as a button.
    """
    return tag(
        "div",
        tag("p", what, class_="c-empty__what"),
        tag("p", when, class_="c-empty__when") if when else None,
        tag("div", act, class_="c-empty__act") if act else None,
        class_="c-empty",
    )
