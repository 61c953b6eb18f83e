"""The lines of a scope from a spreadsheet: a row for each line, every wrong cell named, all or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from instruments.cmc import cmc_forms
from instruments.lists import SCOPE, Headed, ListRow, RowProblem
from instruments.spelling import folded
from lims.disciplines import named_quantities
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.procedure_file import SERVICES
from lims.scopes import NewScopeLine, checked_line
from lims.table_reading import read_entries, reads
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
    read = read_entries(
        lab, actor, content, name, kind=SCOPE, needed=NEEDED, most=MOST_LINES,
        entry=lambda row: _line(row, kind, number), check=lambda one: checked_line("", one, "", date.min),
        located=_located,
    )  # fmt: skip
    return ReadScope(*read)


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
    wrong = [field for field in (*NUMBERS, *UNITS) if texts.get(field) and not reads(texts[field], unit=field in UNITS)]
    field = wrong[0] if wrong else next((one for one in ("cmc_slope_unit", "cmc", "lower") if texts.get(one)), "lower")
    return RowProblem(found.sheet.name, row.row, found.column_of(mapping, field), texts[field][:60], problem)
