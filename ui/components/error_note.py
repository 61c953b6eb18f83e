"""A note on what is wrong: what is, what is allowed, what to do; the first sentence stands out."""

from typing import Final, Literal

from markupsafe import Markup

from ui.components.markup import Child, icon, tag

Weight = Literal["bad", "warn", "brass"]
_ICONS: Final[dict[Weight, str]] = {"bad": "octagon-alert", "warn": "triangle-alert", "brass": "info"}


def error_note(what: Child, more: Child = None, *, weight: Weight = "bad", id_: str | None = None) -> Markup:
    """The note.

    Args:
        what: the sentence that names field or row and both numbers.
        more: what is likely, what happens meanwhile, what to do.
        weight: an error (read out at once), a warning, or a brass notice.
        id_: for the field's `aria-describedby`.
    """
    modifier = "" if weight == "bad" else f" c-note--{weight}"
    return tag(
        "div",
        icon(_ICONS[weight], 18),
        tag("div", tag("p", what, class_="c-note__what"), tag("p", more) if more else None),
        class_=f"c-note{modifier}",
        role="alert" if weight == "bad" else None,
        id=id_,
    )


def split_sentence(text: str) -> tuple[str, str]:
    """The first sentence of a refusal and the rest, so that a stored sentence can be shown as a note."""
    for index in range(len(text) - 1):
        if text[index] in ".?" and text[index + 1] == " " and not _inside_number(text, index):
            return text[: index + 1], text[index + 2 :]
    return text, ""


def _inside_number(text: str, index: int) -> bool:
    return index > 0 and text[index - 1].isdigit() and text[index + 1].isdigit()
