"""Confirm with a reason: a question with the object's name, what will happen, why; the buttons repeat the verbs."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

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
    with ui.dialog().props("no-backdrop-dismiss") as dialog, ui.card().classes("c-dialog").props("flat"):
        ui.html(tag("span", question), tag="h2").classes("c-section")
        ui.html(tag("p", consequence, class_="c-second"))
        with ui.element("div"):
            reason = field(
                wording("screens.reason", language), kind="lines", hint=wording("screens.reason_hint", language)
            )

        async def confirmed() -> None:
            text = reason.text.strip()
            if len(text) < SHORTEST:
                reason.refuse(wording("screens.reason_short", language, count=len(text), least=SHORTEST))
                return
            try:
                await act(text)
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
