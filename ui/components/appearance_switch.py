"""Light, dark, or as the system says: three links in the menu behind the initials."""

from typing import Final, Literal
from urllib.parse import quote

from markupsafe import Markup

from ui.components.markup import icon, join, tag
from uncertainty.wording import wording

Appearance = Literal["light", "dark", "system"]
_ICONS: Final[dict[Appearance, str]] = {"light": "sun", "dark": "moon", "system": "monitor"}


def appearance_switch(appearance: Appearance, back: str, language: str) -> Markup:
    """The three links; the one in use is marked.

    Args:
        appearance: the one in use.
        back: path of this page, on this host.
        language: `vi` or `en`.
    """
    title = tag("div", wording("screens.appearance", language), class_="c-menu__title")
    links = [
        tag(
            "a",
            icon(icon_name),
            wording(f"screens.appearance_{one}", language),
            href=f"/appearance/{one}?to={quote(back)}",
            aria_current="true" if one == appearance else None,
        )
        for one, icon_name in _ICONS.items()
    ]
    return join(title, *links)
