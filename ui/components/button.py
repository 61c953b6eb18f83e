"""Buttons: one filled one a screen, named by the verb of the step; a blocked one says why and stays pressable."""

from collections.abc import Awaitable, Callable
from typing import Literal

from markupsafe import Markup
from nicegui import ui

from ui.components.markup import icon as icon_markup
from ui.components.markup import join, tag

Look = Literal["main", "plain", "text", "danger", "blocked"]
Handler = Callable[[], object | Awaitable[object]]


def button(
    text: str,
    on_click: Handler | None = None,
    *,
    look: Look = "plain",
    icon: str = "",
    key: str = "",
    size: Literal["", "small", "large"] = "",
) -> ui.button:
    """A button of the page.

    Args:
        text: verb and object, in the reader's language.
        on_click: what it does; the act itself asks again for every right.
        look: "blocked" is dashed, not greyed out: pressing it leads to the first thing to be mended.
        icon: of the closed set, before the word.
        key: the key that does the same, drawn behind the word.
        size: small in rows, large at the door.
    """
    plain = not icon and not key
    element = ui.button(text if plain else "", color=None, on_click=on_click).props("unelevated no-caps :ripple=false")
    element.classes(_classes(look, size))
    if not plain:
        with element:
            ui.html(button_words(text, icon, key), tag="span")
    return element


def button_words(text: str, icon: str = "", key: str = "") -> Markup:
    """Icon, words and key as they stand on a button."""
    cap = tag("kbd", key, class_="c-kbd", aria_hidden="true") if key else None
    return tag("span", icon_markup(icon) if icon else None, tag("span", text), cap, class_="c-btn__words")


def button_link(text: str, href: str, *, look: Look = "plain", icon: str = "", small: bool = False) -> Markup:
    """A link drawn as a button, for what leads to another page."""
    words = join(icon_markup(icon) if icon else None, text)
    return tag("a", words, href=href, class_=_classes(look, "small" if small else ""))


def _classes(look: Look, size: str) -> str:
    return " ".join(
        filter(None, ("c-btn", "" if look == "plain" else f"c-btn--{look}", f"c-btn--{size}" if size else ""))
    )
