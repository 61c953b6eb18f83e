"""The lines of a scope from a spreadsheet: a row for each line, every wrong cell named, all or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from instruments.cmc import cmc_forms
from instruments.lists import SCOPE, Headed, ListRow, RowProblem, check_mapping, guessed, headed, rows_of
from instruments.readers.reading import read_sheets
from instruments.spelling import folded
from lims.disciplines import named_quantities
from lims.errors import Invalid, Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.procedure_file import SERVICES
from lims.receiving import file_of, may_receive
from lims.scopes import NewScopeLine, checked_line
from uncertainty.typed import read_number
from uncertainty.units import check_unit
from uncertainty.wording import Phrase, wording

MOST_LINES = 2_000
NEEDED = ("quantity", "lower", "upper", "unit")
NUMBERS = ("lower", "upper", "cmc", "cmc_slope")
UNITS = ("unit", "cmc_unit", "cmc_slope_unit")


@dataclass(frozen=True)
class ReadScope:
    """The scope lines that a table holds; none where a cell of it is wrong."""

    lines: tuple[NewScopeLine, ...]
    problems: tuple[RowProblem, ...]


def read_scope(lab: Laboratory, actor: Actor, content: bytes, name: str, *, kind: str, number: str) -> ReadScope:
    """Read the lines of a scope from the first sheet of a spreadsheet; nothing is kept.

    Args:
        lab: the laboratory.
        actor: who brings the file.
        content: any bytes.
        name: of the file.
        kind: of the recognition whose scope it is.
        number: of that recognition.

    Raises:
        Invalid: it is no spreadsheet, is hostile or too large, or lacks a column that every line needs.
        Refused: the actor enters nothing into the registry.
    """
    may_receive(lab, actor)
    file = file_of(content, name)
    found = headed(read_sheets(content, file.name)[0], SCOPE)
    mapping = guessed(found, SCOPE, {})
    check_mapping(mapping, SCOPE, NEEDED)
    rows, problems = rows_of(found, mapping)
    if len(rows) > MOST_LINES:
        raise Invalid("lists.too_many_rows", count=len(rows), most=MOST_LINES)
    lines = []
    for row in rows:
        one = _line(row, kind, number)
        try:
            checked_line("", one, "", date.min)
        except Stated as problem:
            problems.append(_located(found, mapping, row, problem))
            continue
        lines.append(one)
    wrong = tuple(sorted(problems, key=lambda one: (one.row, one.column)))
    return ReadScope(() if wrong else tuple(lines), wrong)


def _line(row: ListRow, kind: str, number: str) -> NewScopeLine:
    said = {field: text.strip() for field, text in row.values.items() if text.strip()}
    known = {"quantity": named_quantities(), "service": _services(), "cmc_form": _forms()}
    for field, texts in known.items():
        if field in said:
            said[field] = texts.get(folded(said[field]), said[field])
    texts = {field: said.get(field, "") for field in (*NEEDED, "cmc", "cmc_unit", "cmc_slope", "cmc_slope_unit")}
    return NewScopeLine(
        kind=kind, number=number, service=said.get("service", SERVICES[0]), cmc_form=said.get("cmc_form", ""), **texts
    )


def _services() -> dict[str, str]:
    """Every word for a service, folded -> its key."""
    said = {folded(wording(f"scope_lines.service_{one}", of)): one for one in SERVICES for of in ("vi", "en")}
    return said | {one: one for one in SERVICES}


def _forms() -> dict[str, str]:
    """Every word for a form in which the terms of a CMC combine, folded -> its key."""
    said = {folded(one.text(of).split(":")[0]): key for key, one in cmc_forms().items() for of in ("vi", "en")}
    return said | {key: key for key in cmc_forms()}


def _located(found: Headed, mapping: Mapping[str, str], row: ListRow, problem: Stated) -> RowProblem:
    """A problem of a row at its first empty cell that is needed, else at the first that cannot be read by itself."""
    texts = {field: row.values.get(field, "").strip() for field in mapping.values() if field}
    for field in NEEDED:
        if not texts[field]:
            column = found.column_of(mapping, field)
            return RowProblem(found.sheet.name, row.row, column, "", Phrase("lists.cell_empty", {}))
    wrong = [field for field in (*NUMBERS, *UNITS) if texts.get(field) and not _reads(field, texts[field])]
    field = wrong[0] if wrong else next((one for one in ("cmc_slope_unit", "cmc", "lower") if texts.get(one)), "lower")
    return RowProblem(found.sheet.name, row.row, found.column_of(mapping, field), texts[field][:60], problem)


def _reads(field: str, text: str) -> bool:
    try:
        if field in UNITS:
            check_unit(text)
        else:
            read_number(text)
    except Stated:
        return False
    return True
