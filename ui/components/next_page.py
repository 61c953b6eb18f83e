"""The way to the next page of a long list: a link, so that every page has an address of its own."""

from collections.abc import Mapping
from urllib.parse import urlencode

from markupsafe import Markup

from ui.components.button import button_link
from ui.components.markup import tag
from uncertainty.wording import wording


def next_page(path: str, asked: Mapping[str, str], after: str, language: str) -> Markup:
    """The button to the next page; nothing on the last.

    Args:
        path: of the list.
        asked: by what the list is narrowed.
        after: key of the next page.
        language: `vi` or `en`.
    """
    if not after:
        return Markup("")
    words = {name: word for name, word in asked.items() if word} | {"after": after}
    button = button_link(wording("paging.next", language), f"{path}?{urlencode(words)}")
    return tag("div", button, class_="c-form__acts c-next")
