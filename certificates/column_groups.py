"""A table wider than the page: turned where it has many columns, else in parts that repeat its first columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from certificates.content import Column, ResultTable
from certificates.edition import Edition
from certificates.flow import Item
from certificates.naming import too_wide
from certificates.sections import space
from certificates.sheet import TEXT_WIDTH, TURNED_WIDTH
from certificates.table import Table
from certificates.table_columns import Columns
from certificates.table_parts import WORDS

MOST_UPRIGHT = 11  # columns; a table of more is turned if it then fits
BETWEEN = 3.0  # two parts, mm
Group = tuple[int, ...]
"""Places of columns."""


def table_items(
    table: ResultTable, edition: Edition, accent: str, *, place: int, changed: frozenset[int] = frozenset()
) -> list[Item]:
    """The table for the flow: as it is, turned, or in parts.

    Args:
        place: number of the table in the certificate, to name it in a refusal.
        changed: numbers of the rows with a bar in the margin.

    Raises:
        Invalid: a single column with what belongs to it is wider than any page.
    """
    many = len(table.columns) > MOST_UPRIGHT
    for turned in (False, True) if many else (False,):
        if Columns(table, edition).widths(_room(turned)) is not None:
            return [Table(table, edition, accent, place=place, turned=turned, changed=changed).item()]
    for turned in (False, True):
        groups = _groups(table, edition, _room(turned))
        if groups is None:
            continue
        items: list[Item] = []
        for number, group in enumerate(groups, start=1):
            mine, of = columns_of(table, group), (number, len(groups))
            part = Table(mine, edition, accent, place=place, turned=turned, part=of, changed=changed)
            items += [*([space(BETWEEN)] if items else []), part.item()]
        return items
    raise too_wide(f"results.{place}", "")


def columns_of(table: ResultTable, places: Sequence[int]) -> ResultTable:
    """The table with some of its columns; a plot loses what it drew of the others."""
    kept = {table.columns[at].key for at in places}
    ranges = tuple(
        replace(row, units=tuple(row.units[at] for at in places) if row.units else ()) for row in table.ranges
    )
    return replace(
        table,
        columns=tuple(_plotted(table.columns[at], kept) for at in places),
        rows=tuple(tuple(row[at] for at in places) for row in table.rows),
        ranges=ranges,
    )


def _room(turned: bool) -> float:
    return TURNED_WIDTH if turned else TEXT_WIDTH


def _plotted(column: Column, kept: set[str]) -> Column:
    plot = column.plot
    if plot is None or plot.before is None or plot.before in kept:
        return column
    return replace(column, plot=replace(plot, before=None))


def _groups(table: ResultTable, edition: Edition, room: float) -> list[Group] | None:
    """The fewest parts that fit, with about as many columns each; None where a single result does not fit."""

    def fits(group: Group) -> bool:
        return Columns(columns_of(table, group), edition).widths(room) is not None

    repeated, bundles, tail = bundles_of(table.columns)

    def whole(chosen: Sequence[Group]) -> Group:
        return (*repeated, *(at for bundle in chosen for at in bundle), *tail)

    greedy: list[list[Group]] = []
    for bundle in bundles:
        if not fits(whole([bundle])):
            return None
        if greedy and fits(whole([*greedy[-1], bundle])):
            greedy[-1].append(bundle)
        else:
            greedy.append([bundle])
    if not greedy:
        return None
    size = -(-len(bundles) // len(greedy))
    even = [bundles[start : start + size] for start in range(0, len(bundles), size)]
    chosen = even if len(even) == len(greedy) and all(fits(whole(one)) for one in even) else greedy
    return [whole(one) for one in chosen]


def bundles_of(columns: Sequence[Column]) -> tuple[Group, list[Group], Group]:
    """What is repeated at the left, what stays together, and what is repeated at the right.

    A result stays with its U and k, its limit and its verdict, and with all columns below one spanning head.
    """
    if any(_head(column) for column in columns):
        return _spanned(columns)
    owners = [at for at, column in enumerate(columns) if _is_result(column)]
    first = owners[0] if owners else 1
    if first == 0 and len(columns) > 1:
        first = 1  # a table that begins with a result repeats it
    bundles: list[list[int]] = []
    for at in range(first, len(columns)):
        column = columns[at]
        begins = column.kind in WORDS or (column.kind == "number" and not column.symbol and column.role != "limit")
        if bundles and (not begins or (owners and not _is_result(column) and not _closed(columns, bundles[-1]))):
            bundles[-1].append(at)
        else:
            bundles.append([at])
    return tuple(range(first)), [tuple(one) for one in bundles], ()


def _closed(columns: Sequence[Column], bundle: Sequence[int]) -> bool:
    """Whether a bundle has its U, or has no result that waits for one."""
    return any(columns[at].symbol for at in bundle) or not any(_is_result(columns[at]) for at in bundle)


def _is_result(column: Column) -> bool:
    return column.kind == "number" and column.emphasis and not column.symbol


def _spanned(columns: Sequence[Column]) -> tuple[Group, list[Group], Group]:
    """One bundle below each spanning head; what stands before and after all of them is repeated."""
    heads = [_head(column) for column in columns]
    inside = [at for at, head in enumerate(heads) if head]
    bundles: list[list[int]] = []
    for at in inside:
        if bundles and heads[bundles[-1][-1]] == heads[at]:
            bundles[-1].append(at)
        else:
            bundles.append([at])
    before = tuple(at for at in range(inside[0]) if at not in inside)
    after = tuple(at for at in range(inside[0], len(columns)) if at not in inside)
    return before, [tuple(one) for one in bundles], after


def _head(column: Column) -> object:
    return column.span or column.phase
