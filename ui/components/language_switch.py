"""The two languages beside each other; the one in use is marked."""

from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from ui.components.markup import tag
from uncertainty.wording import wording

LANGUAGES: Final = (("vi", "VI", "Tiếng Việt"), ("en", "EN", "English"))


def language_switch(language: str, back: str, *, full: bool = False) -> Markup:
    """Links that change the language and come back to this page.

    Args:
        language: the one in use.
        back: path of this page, on this host.
        full: the languages by their names instead of two letters.
    """
    links = []
    for code, short, name in LANGUAGES:
        here = "true" if code == language else None
        # The visible letters are part of the accessible name, so that both can be spoken.
        links.append(
            tag(
                "a",
                name if full else short,
                href=f"/language/{code}?to={quote(back)}",
                lang=code,
                hreflang=code,
                aria_current=here,
                aria_label=None if full else f"{short}: {name}",
            )
        )
    return tag("div", *links, class_="c-languages", role="group", aria_label=wording("screens.language", language))
