"""The approval sheet as the components want it. Nothing is decided here."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from markupsafe import Markup

from lims.approval_sheet import ApprovalSheet
from lims.procedure_format import Procedure
from lims.sheets import JobSheet, RoleView
from ui.chain_view import chain_nodes
from ui.components.audit_list import AuditLine
from ui.components.budget_table import budget_table
from ui.components.chain_line import ChainNode
from ui.components.check_list import Check, Finding
from ui.components.data_table import Column, Group, data_table
from ui.components.interval_strip import interval_strip
from ui.components.markup import Child, tag
from ui.components.panel import panel_markup
from ui.components.readings_matrix import MatrixCell, ReadingsMatrix, readings_matrix
from ui.components.result_panel import result_panel
from ui.components.share_bar import stacked_shares
from ui.job_view import act_words, condition_limits, moment
from ui.numbers import as_typed, clock, day, day_short, local, number, quantity
from ui.result_view import Stated, of_record, shown_budget, shown_interval, shown_result, shown_shares
from uncertainty.units import display_unit
from uncertainty.wording import wording

_PEOPLE: Final = (("evaluate", "done_measured"), ("review", "done_reviewed"), ("approve", "done_approved"))


def _word(key: str, language: str, **values: object) -> str:
    return wording(f"pages.{key}", language, **values)


def line_of_people(sheet: ApprovalSheet, time_zone: str, language: str) -> str:
    """Who measured, reviewed and approved, and when; for whom; until when."""
    last = {one.act: one for one in sheet.steps}
    said = []
    for act, key in _PEOPLE:
        if act in last:
            at = local(last[act].at, time_zone)
            who = sheet.names.get(last[act].person_id or "", "")
            said.append(_word(key, language, name=who, at=f"{day_short(at)} {clock(at)}"))
    said.append(sheet.row.customer.text(language))
    if sheet.row.promised_on and sheet.row.state != "ISSUED":
        said.append(_word("promised", language, day=day(sheet.row.promised_on)))
    return " · ".join(said)


def findings_of(sheet: ApprovalSheet, language: str) -> tuple[Finding, ...]:
    """What is unusual; what is said of several points in the same words stands once, with their number."""
    found: dict[tuple[str, str], int] = {}
    for one in sheet.unusual:
        said = (one.title.text(language), one.text.text(language))
        found[said] = found.get(said, 0) + 1
    return tuple(
        Finding(title if count == 1 else _word("finding_times", language, title=title, count=count), text)
        for (title, text), count in found.items()
    )


# ------------------------------------------------------------------------------------------------ checks


def checks_of(sheet: ApprovalSheet, job: JobSheet, language: str) -> tuple[Check, ...]:
    """What was checked, with what was compared or what the guard answers."""
    found = []
    for one in sheet.checks:
        what = _word(f"check_{one.key}", language)
        if one.refusal is not None:
            found.append(Check(what, one.refusal.text(language), holds=False))
        else:
            detail = one.detail.text(language) if one.detail else _figures(one.key, sheet, job, language)
            found.append(Check(what, detail))
    return tuple(found)


def _figures(key: str, sheet: ApprovalSheet, job: JobSheet, language: str) -> str:
    """What a guard that holds has compared, as far as the sheets tell it."""
    if key == "complete_readings":
        return _word("figures_readings", language, count=len(sheet.readings))
    if key == "standards":
        return " · ".join(_standard(one, language) for one in job.roles if one.kind == "standard" and one.code)
    if key == "environment":
        return " · ".join(_condition(one, language) for one in job.conditions if one.texts)
    if key in ("authorised", "reviewer"):
        acts = {"authorised": ("evaluate", "review"), "reviewer": ("review",)}[key]
        last = {one.act: one.person_id for one in sheet.steps}
        return ", ".join(sheet.names.get(last[act] or "", "") for act in acts if act in last)
    return ""


def _standard(one: RoleView, language: str) -> str:
    if one.valid_until is None:
        return one.code
    return _word("figures_standard", language, code=one.code, levels=one.levels, day=day(one.valid_until))


def _condition(one: Any, language: str) -> str:
    texts = dict.fromkeys(
        as_typed(one.texts[moment_], language) for moment_ in ("start", "end") if moment_ in one.texts
    )
    return f"{'…'.join(texts)} ({condition_limits(one, language)})\u00a0{display_unit(one.unit, language)}"


# ------------------------------------------------------------------------------------------------ results


def shown_points(sheet: ApprovalSheet, procedure: Procedure, language: str) -> tuple[Markup, ...]:
    """The result with its budget: of the only point, or of the one with the largest uncertainty."""
    if not sheet.points:
        return ()
    point = max(sheet.points, key=_expanded)
    stated = of_record(point, language)
    result = shown_result(procedure, stated, language)
    if len(sheet.points) > 1:
        at = as_typed_quantity(stated.nominal, language)
        result = replace(result, label=_word("largest_at", language, label=result.label, point=at))
    row = tag(
        "span", tag("span", _word("shares_title", language), class_="c-hint"),
        tag("span", _word("budget_full", language), class_="c-link"), class_="c-sharesline__head",
    )  # fmt: skip
    summary = tag("summary", row, stacked_shares(shown_shares(procedure, stated), language), class_="c-sharesline")
    words = _word("budget_full", language)
    table = budget_table(shown_budget(procedure, stated, language), language)
    scroll = tag("div", table, class_="c-scroll", tabindex="0", role="region", aria_label=words)
    parts = (result_panel(result, language, live=False), tag("details", summary, scroll))
    return (tag("section", *parts, class_="c-panel c-judged"),)


def _expanded(point: Mapping[str, Any]) -> float:
    return float(point["expanded_uncertainty"])


def as_typed_quantity(text: str, language: str) -> str:
    """A nominal value with its unit, as text `50 mm`, the way the reader writes it."""
    figures, _, unit = text.partition(" ")
    return quantity_shown(figures, unit, language)


def quantity_shown(figures: str, unit: str, language: str) -> str:
    """Figures with the unit as it is drawn."""
    shown = display_unit(unit, language) if unit else ""
    return as_typed(figures, language) + (f"\u00a0{shown}" if shown and shown != "1" else "")


def point_tables(sheet: ApprovalSheet, procedure: Procedure, language: str) -> Markup:
    """All points of a job with several, each with U and its place between the limits."""
    stated = [of_record(point, language) for point in sheet.points]
    unit = display_unit(stated[0].unit, language)
    signed = procedure.output.kind != "value"
    columns = [
        Column(_word("column_point", language), place="first"),
        Column(f"{procedure.output.label.text(language)}, {unit}", right=True),
        Column(f"U, {unit}", right=True),
        Column("k", right=True, place="off"),
    ]
    limited = any(one.conformity for one in stated)
    if limited:
        columns.append(Column(_word("column_limits", language), place="line"))
    rows = [_point_row(procedure, one, language, signed=signed, limited=limited) for one in stated]
    table = data_table(tuple(columns), (Group(tuple(rows)),), _word("points", language))
    return panel_markup(_word("points", language), table, padded=False)


def _point_row(procedure: Procedure, one: Stated, language: str, *, signed: bool, limited: bool) -> tuple[Child, ...]:
    row: list[Child] = [
        as_typed_quantity(one.nominal, language),
        tag("b", number(one.value, language, sign=signed)),
        number(one.expanded, language),
        number(one.coverage_factor, language),
    ]
    if limited:
        interval = shown_interval(procedure, one, language)
        row.append(interval_strip(interval, language, in_list=True) if interval else "")
    return tuple(row)


# ------------------------------------------------------------------------------------------------ chain


def path_nodes(sheet: ApprovalSheet, procedure: Procedure, language: str) -> tuple[ChainNode, ...]:
    """The chain from its end down to the item of the job, with the uncertainty the certificate will state."""
    row, point = sheet.row, max(sheet.points, key=_expanded, default=None)
    expanded = ""
    if point is not None:
        stated = of_record(point, language)
        interval = shown_interval(procedure, stated, language)
        shown = (interval.expanded, interval.unit) if interval else _easy(procedure, stated, language)
        expanded = quantity(*shown, language)
    serial = _word("serial", language, serial=row.serial_number) if row.serial_number else row.item_code
    item = ChainNode(
        _word("level_item", language), serial, row.serial_number or row.item_code, "", expanded, None, "item", "pending"
    )
    return (*chain_nodes(sheet.path, language), item)


def _easy(procedure: Procedure, stated: Stated, language: str) -> tuple[str, str]:
    budget = shown_budget(procedure, stated, language)
    return budget.expanded, budget.unit


# ------------------------------------------------------------------------------------------------ readings, record


def readings_tables(job: JobSheet, language: str) -> tuple[Markup, ...]:
    """All readings as they were typed, a row for each repetition; corrected ones with what stood there."""
    found = []
    for name, table in job.procedure.readings.items():
        rows = []
        for point in job.points:
            cells = next((one.cells for one in point.tables if one.name == name), ())
            observed = {row.row: row for rows_ in point.result.observed.values() for row in rows_}
            for repetition in sorted({cell.row for cell in cells}):
                shown = tuple(_matrix_cell(cell, language) for cell in cells if cell.row == repetition)
                at = as_typed_quantity(point.nominal, language) if len(job.points) > 1 else ""
                gives = observed[repetition].text if repetition in observed and len(table.columns) > 1 else None
                rows.append((at, str(repetition + 1), shown, number(gives, language) if gives else ""))
        unit = display_unit(table.columns[0].unit, language)
        matrix = ReadingsMatrix(
            table.label.text(language), unit, tuple(one.label.text(language) for one in table.columns),
            tuple(one.load for one in table.columns), tuple(rows),
        )  # fmt: skip
        found.append(readings_matrix(matrix, language))
    return tuple(found)


def _matrix_cell(cell: Any, language: str) -> MatrixCell:
    earlier = tuple(as_typed(text, language) for text, _, _, _ in cell.earlier)
    why = "; ".join(reason for _, _, _, reason in cell.earlier if reason)
    return MatrixCell(as_typed(cell.text, language), cell.state, earlier, why)


def trail_of(sheet: ApprovalSheet, time_zone: str, language: str) -> tuple[AuditLine, ...]:
    """What was done and refused, newest first; the same act of the same person in a row stands once."""
    lines: list[AuditLine] = []
    for at, who, act, outcome, reason in sheet.trail:
        line = AuditLine(moment(at, time_zone), who, act_words(act, language), reason, refused=outcome != "done")
        same = lines and (lines[-1].who, lines[-1].what, lines[-1].refused) == (line.who, line.what, line.refused)
        if not (same and not line.why and not line.refused):
            lines.append(line)
    return tuple(lines)
