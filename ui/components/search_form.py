"""The search above a list: one field and one button, a plain form, so that the answer has an address."""

from markupsafe import Markup

from ui.components.markup import icon, tag
from uncertainty.wording import wording


def search_form(action: str, asked: str, words: str, language: str) -> Markup:
    """A field that searches a list by words.

    Args:
        action: path of the list.
        asked: what stands in the field.
        words: what can be searched for.
        language: `vi` or `en`.
    """
    field = tag(
        "input", type="search", name="q", value=asked or None, placeholder=words, aria_label=words, class_="c-input",
        maxlength=200, autocomplete="off",
    )  # fmt: skip
    act = tag("button", icon("search"), wording("pages.search_do", language), type="submit", class_="c-btn")
    return tag("form", field, act, action=action, method="get", class_="c-find", role="search")
