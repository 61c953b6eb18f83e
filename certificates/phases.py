"""Results before and after an adjustment, side by side on paper, as one table for each phase (7.8.4.1 d)."""

from __future__ import annotations

import dataclasses

from certificates.content import ResultTable, UnitRow


def phase_tables(tables: tuple[ResultTable, ...]) -> tuple[ResultTable, ...]:
    """The same tables with one phase each: all as found, then all as left; others stay as they are."""
    phases = [phase for table in tables for phase in dict.fromkeys(column.phase for column in table.columns) if phase]
    if not phases:
        return tables
    made = []
    for phase in dict.fromkeys(phases):
        for table in tables:
            if any(column.phase == phase for column in table.columns):
                made.append(_of_phase(table, phase))
            elif phase == phases[0]:
                made.append(dataclasses.replace(table, phase=phase))
    return tuple(made)


def _of_phase(table: ResultTable, phase: str) -> ResultTable:
    """The columns of one phase and those of both, without rows that were not measured in it."""
    kept = [at for at, column in enumerate(table.columns) if column.phase in (None, phase)]
    mine = [at for at in kept if table.columns[at].phase == phase and table.columns[at].kind == "number"]
    rows: list[tuple[str | None, ...]] = []
    ranges: list[UnitRow] = []
    starts = {row.before_row: row for row in table.ranges}
    opened: UnitRow | None = None
    for number, row in enumerate(table.rows):
        opened = starts.get(number, opened)
        if any(row[at] is not None for at in mine):
            if opened is not None:
                units = tuple(opened.units[at] for at in kept) if opened.units else ()
                ranges.append(UnitRow(len(rows), opened.label, units))
                opened = None
            rows.append(tuple(row[at] for at in kept))
    columns = tuple(dataclasses.replace(table.columns[at], phase=None) for at in kept)
    return ResultTable(columns, tuple(rows), table.title, tuple(ranges), phase)
