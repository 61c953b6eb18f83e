"""What every page does with the laboratory: call an act away from the event loop, show its refusal where it belongs."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from nicegui import ui

from lims.errors import Refused, Stated
from ui.components.error_note import error_note, split_sentence
from ui.session import Visit
from uncertainty.wording import wording

P = ParamSpec("P")
R = TypeVar("R")
_LOG: Final = logging.getLogger("chuan.screens")


async def call(visit: Visit, function: Callable[..., R], *args: Any, **given: Any) -> R:
    """Call an act or a read of the laboratory for the visitor, in a thread: nobody else waits for it.

    Args:
        visit: whose page it is; the act itself reads this person's rights.
        function: an act or a read of `lims`.
        args: after laboratory and actor.
        given: its keywords.

    Raises:
        Stated: what the laboratory answered. When the sign-in has ended the page leads to the door as well, and
            back from there.
    """
    try:
        return await asyncio.to_thread(function, visit.lab, visit.actor, *args, **given)
    except Refused as refusal:
        if refusal.key == "lims.session_ended":
            ui.run_javascript("leadToDoor()")
        raise


class Note:
    """A place on the page where a refusal is said and taken away again."""

    def __init__(self, language: str) -> None:
        """Nothing is said yet."""
        self._language = language
        self._element = ui.html("")
        self._element.set_visibility(False)

    def say(self, refusal: Stated) -> None:
        """Show a refusal: its first sentence strong, the remedy below."""
        self.say_text(refusal.text(self._language))

    def say_text(self, text: str) -> None:
        """Show a sentence."""
        what, more = split_sentence(text)
        self._element.content = error_note(what, more)
        self._element.set_visibility(True)

    def clear(self) -> None:
        """Take the sentence away."""
        self._element.set_visibility(False)
        self._element.content = ""


async def attempt(visit: Visit, note: Note, function: Callable[..., R], *args: Any, **given: Any) -> R | None:
    """Call an act and show a refusal in its place; None then, and nothing typed is lost.

    A mistake of the program is logged without what was typed, and said as what it is.
    """
    note.clear()
    try:
        return await call(visit, function, *args, **given)
    except Stated as refusal:
        note.say(refusal)
    except Exception:  # noqa: BLE001 - whatever it is, the person must read that the act was not done
        _LOG.exception("act %s failed", getattr(function, "__name__", "?"))
        note.say_text(wording("screens.failed", visit.language))
    return None
