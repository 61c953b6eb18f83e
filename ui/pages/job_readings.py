"""The readings of a job: one grid for each table, every cell saved when it is left, corrections with their reason."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from markupsafe import Markup
from nicegui import ui

from lims import calibration
from lims.entering import TypedCell
from lims.sheets import JobSheet, PointView
from ui.components.confirm_reason import confirm_reason
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import icon, join, key_cap, tag
from ui.components.panel import panel
from ui.components.pasted_cells import PastedCell
from ui.components.readings_grid import GridRow, ReadingsGrid
from ui.desk import Note, attempt, call
from ui.matrix_view import Place, cell_name, is_matrix, matrix_columns, matrix_rows, place_of
from ui.numbers import as_typed, clock, local
from ui.readings_view import READING, Placed, corrections, grid_columns, grid_rows, placed_cells, remarks
from ui.session import Visit
from uncertainty.wording import wording

Changed = Callable[[], Awaitable[None]]


class JobReadings:
    """One table of readings over all points of a job."""

    def __init__(self, visit: Visit, sheet: JobSheet, table: str, *, locked: bool, changed: Changed) -> None:
        """Draw the grid where the page stands; `changed` is awaited after every act that was done."""
        self._visit, self._sheet, self._table = visit, sheet, table
        self._locked, self._changed = locked, changed
        self._points: Sequence[PointView] = sheet.points
        self._matrix = is_matrix(sheet.procedure, table)
        self._order = asyncio.Lock()
        language = visit.language
        label = sheet.procedure.readings[table].label.text(language)
        keys = join(
            *(join(key_cap(cap), " ", wording(f"screens.key_{word}", language), " ") for cap, word in _KEYS)
        ) if not locked else None  # fmt: skip
        hint = tag("span", keys, class_="c-hint c-phone-off") if keys else None
        with panel(label, beside=hint, padded=False) as head:
            columns = (
                matrix_columns(sheet.procedure, sheet.points, language)
                if self._matrix
                else grid_columns(sheet.procedure, sheet.points, table, language)
            )
            self._grid = ReadingsGrid(columns, self._rows(), label, self._left, self._pasted)
            self._remarks = ui.html("")
            self._note = Note(language)
            self._corrections = ui.html("")
        with head:
            self._saved = ui.html("").classes("c-saved")
        self._say()

    @property
    def table(self) -> str:
        """The table that the grid shows."""
        return self._table

    def show(self, points: Sequence[PointView]) -> None:
        """Draw the readings as they stand."""
        self._points = points
        self._grid.show(self._rows())
        self._say()

    def go_to(self, placed: Placed) -> None:
        """Put the focus on a cell and open it."""
        self._grid.go_to(*self._place(placed))

    def _place(self, placed: Placed) -> Place:
        """Where a cell stands in the grid."""
        return place_of(self._points, placed) if self._matrix else (placed.identity, READING)

    def _rows(self) -> tuple[GridRow, ...]:
        zone, language = self._visit.lab.settings.time_zone, self._visit.language
        if self._matrix:
            return matrix_rows(self._sheet.procedure, self._points, self._table, language, locked=self._locked)
        return grid_rows(self._sheet.procedure, self._points, self._table, zone, language, locked=self._locked)

    def _say(self) -> None:
        language, zone = self._visit.language, self._visit.lab.settings.time_zone
        self._remarks.content = join(*(_remark(text, wrong) for text, wrong in self._remark_texts()))
        named = self._corrected if self._matrix else None
        self._corrections.content = corrections(self._points, self._table, zone, language, named) or ""
        moments = [one.cell.at for one in placed_cells(self._points, self._table) if one.cell.at]
        if moments:
            at = clock(local(max(moments), zone), seconds=True)
            self._saved.content = tag(
                "span", icon("check", 14), " ", wording("screens.saved_at", language, at=at), class_="c-ok c-small"
            )

    def _remark_texts(self) -> list[tuple[str, bool]]:
        """At most three: a person mends one after the other, and a wall of red is read by nobody."""
        language = self._visit.language
        found = [
            (self._of_cell(one, text), one.cell.state == "wrong")
            for one, text in remarks(self._points, self._table, language)
        ]
        return found[:3]

    def _of_cell(self, placed: Placed, remark: str) -> str:
        """A remark; in a matrix it names its cell, since no row has a number."""
        if not self._matrix:
            return remark
        language = self._visit.language
        return wording("matrix.of_cell", language, cell=cell_name(self._points, placed, language), remark=remark)

    def _corrected(self, placed: Placed) -> str:
        language = self._visit.language
        return wording("matrix.cell_corrected", language, cell=cell_name(self._points, placed, language))

    def _find(self, row: str, column: str) -> Placed | None:
        """The cell at a place of the grid; None where nothing is measured."""
        every = placed_cells(self._points, self._table)
        return next((one for one in every if self._place(one) == (row, column)), None)

    async def _left(self, row: str, column: str, text: str) -> None:
        """One cell was changed and left."""
        async with self._order:
            placed = self._find(row, column)
            if placed is None:
                return
            if placed.cell.reading_id is not None and text.strip() and text.strip() != placed.cell.text:
                self._correct(placed, text.strip())
                self._grid.show(self._rows())
                return
            await self._record([placed.typed(text)])

    async def _pasted(self, cells: tuple[PastedCell, ...]) -> None:
        """A block was pasted: what falls on empty or wrong cells is kept, what falls on readings is left alone."""
        async with self._order:
            found = [(self._find(one.row, one.column), one.text) for one in cells if one.row]
            inside = [(placed, text) for placed, text in found if placed is not None]
            new = [placed.typed(text) for placed, text in inside if placed.cell.reading_id is None]
            taken = sum(placed.cell.reading_id is not None and placed.cell.text != text for placed, text in inside)
            if new:
                await self._record(new)
            self._say_left_over(taken, len(cells) - len(inside))

    def _say_left_over(self, taken: int, beside: int) -> None:
        """What a paste did not do: nothing of it may get lost unsaid."""
        language = self._visit.language
        said = [wording("screens.paste_taken", language, count=taken)] if taken else []
        said += [wording("screens.paste_beside", language, count=beside)] if beside else []
        if said:
            self._note.say_text(" ".join(said))

    async def _record(self, cells: list[TypedCell]) -> None:
        job_id = self._sheet.row.id
        outcomes = await attempt(self._visit, self._note, calibration.record_readings, job_id, cells=cells)
        await self._changed()
        for outcome in outcomes or ():
            # A draft says its fault under the grid by itself; what was not even kept is said here.
            if outcome.fault is not None and outcome.fault.key in (
                "lims.reading_not_erased",
                "lims.correction_needs_reason",
            ):
                self._note.say(outcome.fault)

    def _correct(self, placed: Placed, text: str) -> None:
        """Another text for a reading is a correction: the reason is asked, the first reading stays readable."""
        visit, language = self._visit, self._visit.language
        before, replaces = placed.cell.text, placed.cell.reading_id

        async def act(reason: str) -> None:
            given = {"cell": placed.typed(text), "replaces": replaces, "reason": reason}
            await call(visit, calibration.correct_reading, self._sheet.row.id, **given)
            await self._changed()

        asked = wording("screens.correct_reading", language, number=placed.number)
        if self._matrix:
            asked = wording("matrix.correct_cell", language, cell=cell_name(self._points, placed, language))
        confirm_reason(
            asked,
            wording(
                "screens.correct_consequence",
                language,
                before=as_typed(before, language),
                after=as_typed(text, language),
            ),
            wording("screens.correct", language),
            wording("screens.keep", language),
            act,
            language,
        )


_KEYS = (("Enter", "down"), ("Tab", "right"), ("Ctrl V", "paste"))


def _remark(text: str, wrong: bool) -> Markup:
    what, more = split_sentence(text)
    return error_note(what, more or None, weight="bad" if wrong else "warn")
