"""The form that reads the scope of a recognition from a spreadsheet, shows it, and saves it whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from nicegui import ui

from instruments.cmc import CmcText
from lims import scopes
from lims.body_sheets import RecognitionRow, ScopeSheet
from lims.clock import local_day
from lims.disciplines import quantity_name
from lims.errors import Stated
from lims.receiving import LARGEST_FILE, MEGABYTE
from lims.scope_table import read_scope
from lims.scopes import NewScopeLine, checked_line
from ui.components.button import button
from ui.components.data_table import Column, Group, data_table, named
from ui.components.field import choice, field
from ui.components.file_field import file_field
from ui.components.markup import Child, tag
from ui.components.panel import panel
from ui.desk import Note, attempt
from ui.numbers import day, number
from ui.pages.scope_line_form import held_recognitions
from ui.session import Visit
from ui.typed_day import day_form, read_day
from uncertainty.units import display_unit
from uncertainty.wording import wording

MOST_SHOWN = 20


class ScopeTable:
    """The form on the page of scopes."""

    def __init__(self, visit: Visit, sheet: ScopeSheet, done: Callable[[], None]) -> None:
        """Draw the form; `done` leads back to the page."""
        self._visit, self._sheet, self._done, self._language = visit, sheet, done, visit.language
        self._lines: tuple[NewScopeLine, ...] = ()
        most = LARGEST_FILE // MEGABYTE
        with panel(self._word("table")), ui.element("div").classes("c-stack"):
            self._of = choice(wording("bodies.of", self._language), held_recognitions(sheet, self._language))
            today = local_day(visit.lab.clock.now(), visit.lab.settings.time_zone)
            self._from = field(
                wording("bodies.valid_from", self._language), value=day(today), hint=day_form(self._language)
            )
            file_field(
                self._word("table_file"), self._word("table_hint", most=most), ".xlsx,.ods,.csv", self._take,
                drop=self._word("table_drop"), choose=self._word("table_choose"), most=LARGEST_FILE,
                too_large=lambda: self._note.say_text(self._word("table_rejected", most=most)),
            )  # fmt: skip
            self._shown = ui.html("")
            self._note = Note(self._language)
            button(self._word("table_save"), self._save)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"scope_lines.{key}", self._language, **values)

    def _row(self) -> RecognitionRow | None:
        return self._sheet.recognitions[int(self._of.text)] if self._of.text else None

    async def _take(self, content: bytes, name: str) -> None:
        """Read the table and show it, or every cell of it that is wrong."""
        self._lines = ()
        row = self._row()
        if row is None:
            self._note.say_text(self._word("table_first"))
            return
        read = await attempt(self._visit, self._note, read_scope, content, name, kind=row.kind, number=row.number)
        if read is None:
            return
        self._lines = read.lines
        body: list[Child] = [tag("p", one.text(self._language), class_="c-bad") for one in read.problems[:MOST_SHOWN]]
        if read.lines:
            body += [tag("p", self._word("table_read", count=len(read.lines))), self._table(read.lines)]
        self._shown.content = tag("div", *body)

    def _table(self, lines: tuple[NewScopeLine, ...]) -> Child:
        columns = (
            Column(wording("bodies.column_quantity", self._language), place="first"),
            Column(wording("bodies.column_cmc", self._language), right=True, place="due"),
        )
        rows = tuple(self._cells(one) for one in lines[:MOST_SHOWN])
        return data_table(columns, (Group(rows),), self._word("table"))

    def _cells(self, new: NewScopeLine) -> tuple[Child, ...]:
        """Quantity with range, and the CMC as it will be printed."""
        line = checked_line("", new, "", date.min)
        ends = "…".join(number(one, self._language) for one in dict.fromkeys((line.lower, line.upper)))
        measured = f"{ends} {display_unit(line.unit, self._language)}"
        return named(quantity_name(line.quantity).text(self._language), measured), CmcText(line).text(self._language)

    async def _save(self) -> None:
        row = self._row()
        if row is None or not self._lines:
            self._note.say_text(self._word("table_first"))
            return
        try:
            start = read_day(self._from.text)
        except Stated as problem:
            self._note.say(problem)
            return
        lines = [replace(one, kind=row.kind, number=row.number) for one in self._lines]
        given = {"centre_id": self._sheet.centre_id, "body_id": row.body_id, "lines": lines, "valid_from": start}
        if await attempt(self._visit, self._note, scopes.add_scope_lines, **given) is not None:
            self._done()
