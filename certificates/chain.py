"""The traceability chain: one line from the SI to the item for each branch, a table where there are many.

What branches have in common is printed once: a branch that another repeats not at all, and in the table the standards
above several that were calibrated with the same ones, with the names of those. The DCC states every branch in full.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from certificates.content import ChainNode
from certificates.edition import NOT_MEASURED, Edition
from certificates.flow import Block
from certificates.fonts import THIN_GAP
from certificates.sections import INDENT, space
from certificates.sheet import LEFT, RIGHT, Sheet
from certificates.typesetting import (
    HAIRLINE,
    INK,
    MM,
    SECOND_INK,
    TINT,
    Line,
    Span,
    style,
    wrap,
    wrap_text,
)

MOST_LINES = 3  # more branches stand in a table
MOST_NODES = 6
LINE_TOP = 3.0
SECOND_HEIGHT = 3.1


def chain_blocks(nodes: tuple[ChainNode, ...], edition: Edition, accent: str, own_number: str) -> list[Block]:
    """The chain as it stood on the day of measurement.

    Args:
        own_number: number of this certificate, shown at the item; a placeholder in a draft.
    """
    branches = _different(_branches(nodes))
    if len(branches) <= MOST_LINES and all(len(branch) <= MOST_NODES for branch in branches):
        return [_line(branch, edition, accent, own_number) for branch in branches]
    blocks = [_table_head(edition)]
    for group in _groups(branches):
        blocks += _group_rows(group, edition, own_number)
    return [*blocks, space(1.6)]


def _branches(nodes: Sequence[ChainNode]) -> list[list[ChainNode]]:
    """Nodes by branch, the item at the end of each."""
    item = [node for node in nodes if node.is_item]
    numbers = sorted({node.branch for node in nodes if not node.is_item})
    return [[node for node in nodes if node.branch == number and not node.is_item] + item for number in numbers]


Branch = list[ChainNode]


def _different(branches: Sequence[Branch]) -> list[Branch]:
    """The branches that differ by more than their number, in their order."""
    found: dict[tuple[ChainNode, ...], Branch] = {}
    for branch in branches:
        found.setdefault(_bare(branch), branch)
    return list(found.values())


def _groups(branches: Sequence[Branch]) -> list[list[Branch]]:
    """The branches that come from the same standards by the same certificates, together."""
    found: dict[tuple[ChainNode, ...], list[Branch]] = {}
    for branch in branches:
        found.setdefault(_bare(_above(branch)), []).append(branch)
    return list(found.values())


def _bare(nodes: Sequence[ChainNode]) -> tuple[ChainNode, ...]:
    return tuple(replace(node, branch=0) for node in nodes)


def _above(branch: Branch) -> Branch:
    """What stands above the standard that was used."""
    return [node for node in branch if not node.is_item][:-1]


def _group_rows(group: Sequence[Branch], edition: Edition, own_number: str) -> list[Block]:
    """The rows of branches with the same standards above: these once, then each standard used, then the item."""
    above = _above(group[0])
    items = [node for node in group[0] if node.is_item]
    used = [standards[-1] for branch in group if (standards := [node for node in branch if not node.is_item])]
    rows = [_table_row(node, edition, own_number) for node in above]
    if len(used) > 1 and above:
        rows.append(_shared_row(used, edition))
    before: ChainNode | None = None
    for node in used:
        same = before is not None and (node.name, node.laboratory) == (before.name, before.laboratory)
        rows.append(_table_row(node, edition, own_number, short=same))
        before = node
    return [*rows, *(_table_row(node, edition, own_number) for node in items)]


def _shared_row(used: Sequence[ChainNode], edition: Edition) -> Block:
    """Which standards have in common what stands above this row."""
    codes = ", ".join(node.code or edition.first(node.name) for node in used)
    said = edition.say("layout.chain_shared", codes=codes, count=len(used))
    spans = [Span(edition.first(said), style("Regular", 6.9))]
    if edition.second(said):
        label = edition.second(edition.say("layout.chain_shared_short"))
        spans.append(Span(f"  {label}", style("Italic", 6.7, SECOND_INK)))
    lines = wrap(spans, RIGHT - TABLE_COLUMNS[0] - 2)
    height = 1.6 + len(lines) * 8.9 / MM

    def draw(sheet: Sheet, top: float) -> None:
        sheet.box(LEFT, top, RIGHT - LEFT, height, fill=TINT)
        sheet.lines(TABLE_COLUMNS[0], top + 3.2, lines, 8.9)

    return Block(height, draw, field="traceability")


def _data(node: ChainNode, edition: Edition, own_number: str) -> list[tuple[Span, ...]]:
    """What is known of a node, a line each: code, laboratory, certificate, date, U."""
    regular, symbol = style("Regular", 6.9), style("Italic", 6.9)
    texts = [node.code, edition.first(node.laboratory) if node.laboratory else None]
    texts.append(node.certificate_number or (own_number if node.is_item else None))
    texts.append(edition.date(node.performed_on) if node.performed_on else None)
    lines: list[tuple[Span, ...]] = [(Span(text, regular),) for text in texts if text]
    if node.note:
        lines.append((Span(edition.first(node.note), regular),))
    if node.expanded_uncertainty:
        unit = edition.unit(node.unit)
        shown = edition.number(node.expanded_uncertainty) + (f"{THIN_GAP}{unit}" if unit else "")
        lines.append((Span("U", symbol), Span(f"{THIN_GAP}={THIN_GAP}{shown}", regular)))
    return lines


def _line(branch: list[ChainNode], edition: Edition, accent: str, own_number: str) -> Block:
    """One branch as a line with nodes; below each its name and data."""
    step = (RIGHT - INDENT) / len(branch)
    most = step - 3.0
    columns = [_column(node, edition, own_number, most) for node in branch]
    names = max(len(column[0]) * 3.2 + len(column[1]) * SECOND_HEIGHT for column in columns)
    data = max(len(column[2]) for column in columns)
    height = LINE_TOP + 5.6 + names + 0.8 + data * 8.9 / MM + 1.2

    def draw(sheet: Sheet, top: float) -> None:
        y = top + LINE_TOP
        places = [INDENT + 1.6 + number * step for number in range(len(branch))]
        sheet.rule(places[0], places[-1], y, 0.7, accent)
        for here, following in itertools.pairwise(places):
            middle = (here + following) / 2 + 1.0
            sheet.polygon(((middle, y - 0.95), (middle + 1.9, y), (middle, y + 0.95)), accent)
        for node, x in zip(branch, places, strict=True):
            _sign(sheet, x, y, node, accent)
        for x, (first, second, lines) in zip(places, columns, strict=True):
            left = x - 1.6
            sheet.lines(left, y + 5.4, first, 3.2 * MM)
            base = y + 5.4 + len(first) * 3.2 - 0.1
            sheet.lines(left, base, second, SECOND_HEIGHT * MM)
            sheet.lines(left, y + 5.4 + names + 0.6, lines, 8.9)

    return Block(height, draw, field="traceability")


Column = tuple[tuple[Line, ...], tuple[Line, ...], tuple[Line, ...]]


def _column(node: ChainNode, edition: Edition, own_number: str, most: float) -> Column:
    """Name, English, data of a node, broken to its width."""
    second = edition.second(node.name)
    return (
        wrap_text(edition.first(node.name), style("SemiBold", 7.6), most),
        wrap_text(second, style("Italic", 6.7, SECOND_INK), most) if second else (),
        tuple(line for spans in _data(node, edition, own_number) for line in wrap(spans, most)),
    )


def _sign(sheet: Sheet, x: float, y: float, node: ChainNode, accent: str) -> None:
    """Ring with dot: SI; filled square: item; ring: everything between."""
    if node.is_item:
        sheet.box(x - 1.5, y - 1.5, 3.0, 3.0, fill=accent)
        return
    sheet.circle(x, y, 1.5, fill="#FFFFFF", stroke=accent, weight=0.9)
    if node.level == "si":
        sheet.circle(x, y, 0.55, fill=accent)


TABLE_COLUMNS = (LEFT + 0.8, 78.0, 106.0, 140.0, 163.0)


def _table_head(edition: Edition) -> Block:
    """The head of the table of many branches."""

    def draw(sheet: Sheet, top: float) -> None:
        sheet.rule(LEFT, RIGHT, top, 0.8)
        for x, key in zip(TABLE_COLUMNS, ("node", "code", "certificate", "date", "uncertainty"), strict=True):
            label = edition.say(f"chain_{key}")
            sheet.text(x, top + 3.8, edition.first(label), style("Medium", 7.5))
            sheet.text(x, top + 6.9, edition.second(label), style("Italic", 6.6, SECOND_INK))
        sheet.rule(LEFT, RIGHT, top + 8.3, 0.45)

    return Block(8.5, draw, field="traceability")


def _table_row(node: ChainNode, edition: Edition, own_number: str, *, short: bool = False) -> Block:
    """One node as a row; the item closes its branch with a rule.

    Args:
        short: the row before has the same name and laboratory, which are not said again in full.
    """
    regular = style("Regular", 6.9)
    room = [following - x - 2 for x, following in zip(TABLE_COLUMNS, (*TABLE_COLUMNS[1:], RIGHT), strict=True)]
    name = [*wrap_text(edition.first(node.name), style("SemiBold", 7.6), room[0])]
    below = [edition.first(one) for one in (None if short else node.laboratory, node.note) if one]
    for text in ("" if short else edition.second(node.name), *below):
        if text:
            name += wrap_text(text, style("Italic", 6.7, SECOND_INK), room[0])
    unit = edition.unit(node.unit)
    uncertainty = edition.number(node.expanded_uncertainty) if node.expanded_uncertainty else ""
    texts = (
        node.code or "",
        node.certificate_number or (own_number if node.is_item else ""),
        edition.date(node.performed_on) if node.performed_on else "",
        f"{uncertainty}{THIN_GAP}{unit}" if uncertainty and unit else uncertainty,
    )
    cells = [wrap_text(text or NOT_MEASURED, regular, most) for text, most in zip(texts, room[1:], strict=True)]
    height = 1.4 + max(len(name), *(len(cell) for cell in cells)) * 8.9 / MM

    def draw(sheet: Sheet, top: float) -> None:
        sheet.lines(TABLE_COLUMNS[0], top + 3.1, name, 8.9)
        for x, cell in zip(TABLE_COLUMNS[1:], cells, strict=True):
            sheet.lines(x, top + 3.1, cell, 8.9)
        sheet.rule(LEFT, RIGHT, top + height, 0.45 if node.is_item else 0.25, INK if node.is_item else HAIRLINE)

    return Block(height, draw, field="traceability")
