"""Confirm with a reason: a question with the object's name, what will happen, why; the buttons repeat the verbs."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from lims.amendments import PrintedReason
from ui.components.button import Look, button
from ui.components.field import field
from ui.components.markup import tag
from uncertainty.errors import Stated
from uncertainty.wording import wording

SHORTEST: Final = 10


def confirm_reason(
    question: str,
    consequence: str,
    do: str,
    leave: str,
    act: Callable[[str], Awaitable[None]],
    language: str,
    *,
    look: Look = "main",
) -> ui.dialog:
    """The dialog, open when it returns; it closes only when the act has succeeded or the person leaves.

    Args:
        question: the title, with the object's name.
        consequence: what will and what will not happen.
        do: the verb on the filled button.
        leave: the verb of not doing it.
        act: is given the reason; a refusal it raises is shown in the dialog and nothing typed is lost.
        language: `vi` or `en`.
        look: of the filled button.
    """
    return _dialog(
        (question, consequence, do, leave), lambda given: act(given.first), language, look=look, english=False
    )


def confirm_printed_reason(
    words: tuple[str, str, str, str], act: Callable[[PrintedReason], Awaitable[None]], language: str
) -> ui.dialog:
    """The same where the reason will stand on a certificate: in Vietnamese, in English, or in both.

    Args:
        words: the question, the consequence, the verb of doing it, and that of not doing it.
        act: is given the reason.
        language: `vi` or `en`.
    """
    return _dialog(words, act, language, look="main", english=True)


def _dialog(
    words: tuple[str, str, str, str],
    act: Callable[[PrintedReason], Awaitable[None]],
    language: str,
    *,
    look: Look,
    english: bool,
) -> ui.dialog:
    question, consequence, do, leave = words
    with ui.dialog().props("no-backdrop-dismiss") as dialog, ui.card().classes("c-dialog").props("flat"):
        ui.html(tag("span", question), tag="h2").classes("c-section")
        ui.html(tag("p", consequence, class_="c-second"))
        label, hint = wording("screens.reason", language), wording("screens.reason_hint", language)
        if english:
            label, hint = wording("amendment.reason_in_vi", language), wording("amendment.reason_fields_hint", language)
        with ui.element("div"):
            reason = field(label, kind="lines", hint=hint)
        if english:
            with ui.element("div"):
                other = field(wording("amendment.reason_in_en", language), kind="lines")

        async def confirmed() -> None:
            given = PrintedReason(reason.text.strip(), other.text.strip() if english else "")
            if len(given.first) < SHORTEST:
                reason.refuse(wording("screens.reason_short", language, count=len(given.first), least=SHORTEST))
                return
            try:
                await act(given)
            except Stated as refusal:
                reason.refuse(refusal.text(language))
                return
            dialog.close()

        with ui.element("div").classes("c-dialog__acts"):
            button(leave, dialog.close)
            button(do, confirmed, look=look)
    dialog.on("hide", dialog.delete)
    dialog.open()
    return dialog
