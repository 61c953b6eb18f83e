"""A form of the registry: what its pages share."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from lims.clock import local_day
from ui.components.button import button, button_link
from ui.desk import Note, attempt
from ui.numbers import day
from ui.session import Visit
from uncertainty.wording import wording


class Form:
    """A form of the registry: fields in a panel, the refusal below them, one act; what was typed always stays."""

    def __init__(self, visit: Visit) -> None:
        """Keep what every form needs."""
        self.visit, self.language = visit, visit.language
        self.note: Note | None = None

    def word(self, key: str, **values: object) -> str:
        """A word of these pages in the visitor's language."""
        return wording(f"pages.{key}", self.language, **values)

    def today(self) -> str:
        """Today as it is typed."""
        lab = self.visit.lab
        return day(local_day(lab.clock.now(), lab.settings.time_zone))

    def end(self, words: str, save: Callable[[], Any], back: str) -> None:
        """The place of the refusal and the acts, below the fields."""
        self.note = Note(self.language)
        with ui.element("div").classes("c-form__acts"):
            button(words, save, look="main")
            ui.html(button_link(self.word("leave_form"), back, look="text"))

    async def saved(self, function: Callable[..., Any], *args: Any, **given: Any) -> Any:
        """What the act gives; None where it is refused, which is said."""
        assert self.note is not None
        return await attempt(self.visit, self.note, function, *args, **given)
