"""The plot of an error in its own row: dot, bar of U, uprights of the limits, ring as found; vectors in one ink."""

from __future__ import annotations

from decimal import Decimal

from certificates.content import Column, ResultTable
from certificates.edition import Edition
from certificates.plot_content import ErrorPlot
from certificates.sheet import Sheet
from certificates.table_parts import Range, Row
from certificates.typesetting import HAIRLINE, INK

REACH = 0.80  # of half the width: where the uprights of the limits stand
OUTSIDE = 0.94  # of half the width: a point beyond the limits is drawn here
UPRIGHT, CAP, DOT, RING = 1.5, 0.7, 0.62, 0.72  # mm


def scale_of(plot: ErrorPlot, columns: tuple[Column, ...], of: Range) -> Decimal:
    """What one upright stands for where there are no limits: the largest |E| + U of the block."""
    largest = Decimal(0)
    for row in of.rows:
        value, spread = (_number(row, columns, key) for key in (plot.value, plot.expanded_uncertainty))
        if value is not None:
            largest = max(largest, abs(value) + (spread or 0))
    return largest or Decimal(1)


def scale_text(table: ResultTable, ranges: tuple[Range, ...], edition: Edition) -> str:
    """What the ends of a plot without limits stand for, where all rows share it."""
    plot = next(column.plot for column in table.columns if column.plot is not None)
    if plot.limit or len(ranges) != 1 or ranges[0].unit_row:
        return ""
    unit = next(edition.unit(column.unit) for column in table.columns if column.key == plot.value)
    return f"±\u00a0{edition.number(f'{scale_of(plot, table.columns, ranges[0]):f}')}\u00a0{unit}"


def draw_error_plot(
    sheet: Sheet, plot: ErrorPlot, columns: tuple[Column, ...], row: Row, scale: Decimal | None, box: tuple[float, ...]
) -> None:
    """Draw one row's plot.

    Args:
        scale: what the uprights stand for where the row has no limit of its own.
        box: left, right and middle height of the cell, mm.
    """
    left, right, y = box
    middle, half = (left + right) / 2, (right - left) / 2
    limit = _number(row, columns, plot.limit) or scale
    value, spread = (_number(row, columns, key) for key in (plot.value, plot.expanded_uncertainty))
    before = _number(row, columns, plot.before)
    if limit is None or limit <= 0:
        return

    def at(number: Decimal) -> float:
        share = float(number / limit) * REACH
        return middle + half * max(-OUTSIDE, min(OUTSIDE, share))

    sheet.line(middle, y - UPRIGHT - 0.9, middle, y + UPRIGHT + 0.9, 0.35, HAIRLINE)
    for sign in (-1, 1):
        x = middle + sign * half * REACH
        limited = plot.limit is not None
        sheet.line(x, y - UPRIGHT, x, y + UPRIGHT, 0.8 if limited else 0.35, INK if limited else HAIRLINE)
    if value is not None and spread is not None:
        ends = at(value - spread), at(value + spread)
        sheet.rule(*ends, y, 0.75)
        for end in ends:
            sheet.line(end, y - CAP, end, y + CAP, 0.75)
    if before is not None:
        sheet.circle(at(before), y, RING, fill="#FFFFFF", stroke=INK, weight=0.7)
    if value is not None:
        sheet.circle(at(value), y, DOT, fill=INK)


def _number(row: Row, columns: tuple[Column, ...], key: str | None) -> Decimal | None:
    for column, text in zip(columns, row.canonical, strict=True):
        if column.key == key and text is not None:
            return Decimal(text)
    return None
