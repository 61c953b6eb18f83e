"""Fields of forms: an own label above, the error in words below, tied together for those who do not see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Literal

from nicegui import ui

from ui.components.error_note import error_note
from ui.components.markup import Child, tag

_NUMBERS = count(1)


@dataclass
class Field:
    """A labelled input with the place for its error."""

    input: ui.input | ui.textarea | ui.select
    note: ui.html
    identifier: str

    @property
    def text(self) -> str:
        """What stands in the field, as typed."""
        value = self.input.value
        return "" if value is None else str(value)

    def refuse(self, what: str, more: str = "") -> None:
        """Mark the field and say what is wrong; what was typed stays."""
        self.input.classes(add="c-field--bad")
        self.input.props["aria-invalid"] = "true"
        self.input.props["aria-describedby"] = f"{self.identifier}-note"
        self.note.content = error_note(what, more, id_=f"{self.identifier}-note")
        self.note.set_visibility(True)

    def accept(self) -> None:
        """Take the mark away."""
        self.input.classes(remove="c-field--bad").props(remove="aria-describedby aria-invalid")
        self.note.content = ""
        self.note.set_visibility(False)


def field(
    label: Child,
    *,
    value: str = "",
    kind: Literal["text", "password", "lines"] = "text",
    hint: str = "",
    autocomplete: str = "off",
    on_enter: Callable[[], object] | None = None,
    longest: int = 2000,
) -> Field:
    """A text field.

    Args:
        label: above the field, always visible.
        value: what stands in it.
        kind: one line, a password, or several lines.
        hint: what belongs into it, quiet beside the label.
        autocomplete: of the browser, a constant of the program.
        on_enter: what Enter does.
        longest: most characters the browser takes; the act checks its own limit.
    """
    made: ui.input | ui.textarea
    with ui.element("div").classes("c-box"):
        identifier = _labelled(label, hint)
        made = ui.textarea(value=value) if kind == "lines" else ui.input(value=value, password=kind == "password")
        note = _note()
    made.props("outlined dense hide-bottom-space")
    made.props["for"], made.props["autocomplete"], made.props["maxlength"] = identifier, autocomplete, longest
    if kind == "text":
        made.props("spellcheck=false")
    if on_enter is not None and kind != "lines":
        made.on("keydown.enter", on_enter)
    return Field(made.classes("c-field"), note, identifier)


def choice(label: Child, options: Mapping[str, str], *, value: str | None = None, hint: str = "") -> Field:
    """A field that takes one of the options (key to words); the act checks that the key may be chosen."""
    with ui.element("div").classes("c-box"):
        identifier = _labelled(label, hint)
        made = ui.select(dict(options), value=value if value in options else None)
        note = _note()
    # A choice gives the focus back when its menu has faded away, and would take it from who types on meanwhile.
    made.props("outlined dense hide-bottom-space options-dense behavior=menu transition-duration=0")
    made.props["for"] = identifier
    return Field(made.classes("c-field"), note, identifier)


def _labelled(label: Child, hint: str) -> str:
    identifier = f"f{next(_NUMBERS)}"
    quiet = tag("span", f" {hint}", class_="c-label__hint") if hint else None
    ui.html(tag("label", label, quiet, for_=identifier, class_="c-label"))
    return identifier


def _note() -> ui.html:
    note = ui.html("")
    note.set_visibility(False)
    return note
