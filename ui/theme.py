"""The look of every page: style sheet, fonts, Quasar's own colours, language and appearance of one page."""

import copy
from pathlib import Path
from typing import Final

from nicegui import app, ui
from nicegui.translations import translations

from ui.components.appearance_switch import Appearance
from uncertainty.wording import wording

STATIC: Final = Path(__file__).parent / "static"
_MONTH_S: Final = 30 * 24 * 3600
# A link and not ui.add_css: that one is a script, and the page would flash without its style.
_HEAD: Final = (
    '<link rel="preload" href="/fonts/plex.woff" as="font" type="font/woff" crossorigin>'
    '<link rel="stylesheet" href="/static/chuan.css"><script src="/static/keys.js" defer></script>'
)
_OF_NICEGUI: Final = ("connection_lost", "trying_to_reconnect", "message_too_long", "message_too_long_body")
_QUASAR_LANGUAGES: Final = {"vi": "vi", "en": "en-US"}


def serve_theme(fonts: Path) -> None:
    """Serve style sheet and fonts from this host and put them into every page of the application.

    Args:
        fonts: the folder that `screen_fonts` has made.
    """
    app.add_static_files("/static", STATIC, max_cache_age=3600)
    app.add_static_files("/fonts", fonts, max_cache_age=_MONTH_S)
    ui.add_head_html(_HEAD, shared=True)
    for language, quasar in _QUASAR_LANGUAGES.items():
        translations[quasar] = {key: wording(f"screens.{key}", language) for key in _OF_NICEGUI}  # type: ignore[index]
    # Quasar draws a bar without a name at every request of a script; ours say on the spot what they wait for.
    app.config.quasar_config["loadingBar"]["skipHijack"] = True


def dress(language: str, appearance: Appearance) -> None:
    """Give the page being built its language, its appearance and Quasar's colours.

    Args:
        language: `vi` or `en`.
        appearance: light, dark, or as the system says.
    """
    client = ui.context.client
    # NiceGUI holds one language for each route; this page gets its own copy of the route's settings.
    client.page = copy.copy(client.page)
    client.page.language = _QUASAR_LANGUAGES[language]  # type: ignore[assignment]
    ui.colors(
        primary="#0A5A6C",
        positive="#17693A",
        negative="#B0211A",
        warning="#7C4E00",
        dark="#131F24",
        dark_page="#0C1519",
    )
    ui.dark_mode({"light": False, "dark": True, "system": None}[appearance])
