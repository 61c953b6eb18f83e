"""An impact as the components want it: lines of the ranking in groups, counts, progress. Nothing is decided here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from markupsafe import Markup

from lims.impact_case_rows import CaseRow, CaseSheet, RecordRow
from lims.impact_letters import rounded_number, share_number, shift_words, signed_number
from lims.impact_sheets import MOST_RECORDS
from lims.impacts import Affected
from lims.procedure_format import Label
from ui.components.chip import Kind, chip
from ui.components.data_table import Column, Group, Place, data_table, named
from ui.components.facts_strip import Fact
from ui.components.impact_bar import impact_bar
from ui.components.markup import Child, code, join, link, tag
from ui.numbers import day
from uncertainty.wording import wording

WEIGHTS: Final = ("flips", "large", "noticeable", "not_judged", "listed")
"""The order on a screen: what flips first, what cannot be judged before what is only listed."""
MOST_LINES: Final = MOST_RECORDS
"""Lines of a group that are drawn at first; the others are counted, and opened one by one or by the whole list."""
_STATES: Final[dict[str, tuple[Kind, str]]] = {
    "open": ("person", "user"), "waiting": ("waiting", "hourglass"), "done": ("ok", "circle-check"),
}  # fmt: skip
_FACTS: Final[dict[str, Literal["plain", "warn", "bad"]]] = {"flips": "bad", "large": "warn", "not_judged": "warn"}
_PLACES: Final[dict[str, Place]] = {
    "certificate": "first", "item": "line", "shift": "line", "expanded": "off", "share": "line", "verdict": "line",
}  # fmt: skip
_CASE_PLACES: Final[dict[str, Place]] = {
    "case": "first", "standard": "line", "opened": "due", "flips": "off", "progress": "line",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One certificate of a ranking, frozen in a case or found just now."""

    certificate: str
    own: bool
    item: Label
    instrument: str
    customer: str
    performed_on: date
    weight: str
    shift: float | None
    unit: str
    expanded: float | None
    share: float | None
    before: str | None
    after: str | None
    reason: str
    record: RecordRow | None = None


def line_of(one: Affected, language: str) -> Line:
    """A line of what was found just now."""
    worst = one.moved.worst
    unjudged = next((result.reason for result in one.moved.results if result.reason is not None), None)
    return Line(
        one.moved.certificate, one.moved.own_certificate_id is not None, Label(one.item.name_vi, one.item.name_en),
        one.item.code, one.body.code, one.moved.performed_on, one.weight, worst.shift, worst.unit,
        worst.expanded_uncertainty, worst.shift_over_u, one.verdict_before, one.verdict_after,
        unjudged.text(language) if unjudged else "",
    )  # fmt: skip


def line_of_record(row: RecordRow, language: str) -> Line:
    """A line of a case."""
    found = row.finding
    return Line(
        row.certificate, row.own, row.item, row.instrument, row.customer_name.text(language), row.performed_on,
        row.weight, found["shift"], found["unit"], found["U"], found["shift_over_U"], found["verdict_before"],
        found["verdict_after"], found["reason"][language] if found["reason"] else "", row,
    )  # fmt: skip


def ranking(
    lines: Iterable[Line], weight: str, language: str, *, href: Callable[[Line], str] | None = None, here: str = ""
) -> Markup:
    """The table of one group: certificate, item, shift, U, the bar, the statement before and after, the state."""
    rows = list(lines)
    judged = any(one.before is not None for one in rows)
    columns = [
        Column(wording(f"impact.column_{key}", language), right=key in ("shift", "expanded"), place=place)
        for key, place in _PLACES.items()
        if key != "verdict" or judged
    ]
    if any(one.record for one in rows):
        columns.append(Column(wording("impact.column_state", language), place="due"))
    shown = rows[:MOST_LINES]
    cells = tuple(_cells(one, language, href, judged=judged) for one in shown)
    marked = frozenset(index for index, one in enumerate(shown) if one.record and one.record.id == here)
    table = data_table(tuple(columns), (Group(cells, here=marked),), wording(f"impact.weight_{weight}", language))
    if len(rows) <= MOST_LINES:
        return table
    more = wording("impact.more_lines", language, count=len(rows) - MOST_LINES)
    return join(table, tag("p", more, class_="c-panel__body c-second"))


def _cells(one: Line, language: str, href: Callable[[Line], str] | None, *, judged: bool) -> tuple[Child, ...]:
    number: Child = code(one.certificate)
    if href is not None:
        number = link(number, href(one))
    item = named(one.item.text(language), f"{one.instrument} · {one.customer}")
    cells: list[Child] = [
        named(number, day(one.performed_on)),
        item,
        tag("span", signed_number(one.shift, one.unit, language), class_="c-nowrap"),
        tag("span", rounded_number(one.expanded, one.unit, language), class_="c-nowrap"),
        impact_bar(one.share, share_number(one.share, language), language) if not one.reason else _why(one.reason),
    ]
    if judged:
        cells.append(verdict_words(one.before, one.after, language))
    if one.record is not None:
        cells.append(record_chip(one.record, language))
    return tuple(cells)


def _why(reason: str) -> Markup:
    return tag("span", reason, class_="c-second c-impactwhy")


def verdict_words(before: str | None, after: str | None, language: str) -> Child:
    """The statement of conformity before and after; one word where it stays."""
    if before is None:
        return ""
    words = [wording(f"letter.verdict_{key}", language) for key in (before, after or before)]
    if words[0] == words[1]:
        return tag("span", words[0], class_="c-second")
    return tag("span", words[0], " → ", tag("strong", words[1], class_="c-bad"))


def record_chip(row: RecordRow, language: str) -> Markup:
    """Where a record stands: open with what is proposed, or what was decided."""
    kind, icon = _STATES[row.state]
    said = (
        wording(f"impact.decision_{row.decision}", language) if row.decision else wording("impact.state_open", language)
    )
    return chip(said, kind, icon)


def counted(counts: Mapping[str, int], language: str) -> tuple[Fact, ...]:
    """How many certificates flip, move much, and so on, as facts."""
    found = []
    for weight in WEIGHTS:
        count = counts.get(weight, 0)
        state = _FACTS.get(weight, "plain") if count else "plain"
        label, detail = (wording(f"impact.weight_{weight}{part}", language) for part in ("", "_detail"))
        found.append(Fact(label, str(count), detail, state))
    return tuple(found)


def by_weight(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines in their groups, in the order of a screen."""
    found: dict[str, list[Line]] = {weight: [] for weight in WEIGHTS}
    for one in lines:
        found[one.weight].append(one)
    return {weight: some for weight, some in found.items() if some}


def progress_bar(done: int, count: int, language: str) -> Markup:
    """How far it has come, as a bar and in words."""
    said = wording("impact.progress", language, done=done, count=count)
    part = 100 * done / count if count else 100
    return tag(
        "span",
        tag("span", tag("span", style=f"width:{part:.1f}%"), class_="c-progress__bar", aria_hidden="true"),
        tag("span", said, class_="c-nowrap"),
        class_="c-progress",
    )


def case_words(row: CaseRow, language: str) -> str:
    """What a case is about in one line: its kind, the shift, the days of use."""
    parts = [wording(f"impact.kind_{row.kind}", language), shift_words(row.shift, language)]
    if row.since or row.until:
        start, end = (day(one) if one else "…" for one in (row.since, row.until))
        key = "impact.days_ramp" if row.shift["ramp"] else "impact.days"
        parts.append(wording(key, language, since=start, until=end))
    return " · ".join(parts)


def case_table(rows: Sequence[CaseRow], language: str) -> Markup:
    """The list of cases."""
    columns = tuple(
        Column(wording(f"impact.column_{key}", language), right=key == "flips", place=place)
        for key, place in _CASE_PLACES.items()
    )
    open_rows = [one for one in rows if one.closed_on is None]
    closed = [one for one in rows if one.closed_on is not None]
    groups = [
        Group(tuple(_case_cells(one, language) for one in some), wording(f"impact.group_{key}", language))
        for key, some in (("open", open_rows), ("closed", closed))
        if some
    ]
    return data_table(columns, tuple(groups), wording("impact.title", language))


def _case_cells(row: CaseRow, language: str) -> tuple[Child, ...]:
    held = ""
    if row.holds:
        held = wording("impact.held_count", language, count=row.holds)
    return (
        named(link(code(row.number), f"/impact/{row.id}"), row.centre_name.text(language)),
        named(join(row.item.text(language), ", ", code(row.instrument)), case_words(row, language)),
        day(row.closed_on or row.opened_on),
        str(row.flips) if row.flips else "–",
        tag("div", progress_bar(row.done, row.records, language), tag("span", held, class_="c-name__more")),
    )


def explained(row: RecordRow, language: str) -> str:
    """The arithmetic of one certificate in a sentence."""
    found: Mapping[str, Any] = row.finding
    if found["shift"] is None or found["shift_over_U"] is None:
        reason = found["reason"][language] if found["reason"] else ""
        return wording("impact.explained_not", language, reason=reason)
    point = f"{found['point']} {found['point_unit'] or ''}".strip() if found["point"] else "–"
    return wording(
        "impact.explained", language, shift=signed_number(found["shift"], found["unit"], language),
        expanded=rounded_number(found["U"], found["unit"], language), point=point, levels=found["depth"],
        share=share_number(found["shift_over_U"], language),
    )  # fmt: skip


def counts_of(sheet: CaseSheet) -> dict[str, int]:
    """How many of the certificates shown have each weight."""
    return {weight: sheet.counts.get(weight, 0) for weight in WEIGHTS}
