"""The results of one certificate from a spreadsheet: a row for each point, every wrong cell named, all or none."""

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.lists import RESULTS, Headed, ListRow, RowProblem
from instruments.models import PHASES
from instruments.spelling import folded
from lims.calibration_entry import result_row
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.list_words import quantity_of
from lims.people import Actor
from lims.registering import NewResult
from lims.table_reading import read_entries, reads
from uncertainty.wording import Phrase, wording

MOST_POINTS = 5_000
NEEDED = ("value", "unit")
NUMBERS = ("value", "nominal", "expanded_uncertainty", "coverage_factor", "coverage_probability", "dof")
UNITS = ("unit", "nominal_unit", "uncertainty_unit")


@dataclass(frozen=True)
class ReadPoints:
    """The results that a table holds; none where a cell of it is wrong."""

    results: tuple[NewResult, ...]
    problems: tuple[RowProblem, ...]


def read_points(lab: Laboratory, actor: Actor, content: bytes, name: str, *, quantity: str) -> ReadPoints:
    """Read the results of a certificate from the first sheet of a spreadsheet.

    Args:
        lab: the laboratory.
        actor: who brings the file.
        content: any bytes.
        name: of the file.
        quantity: of results whose row names none.

    Raises:
        Invalid: it is no spreadsheet, is hostile or too large, or has no columns for value and unit.
        Refused: the actor enters nothing into the registry.
    """
    read = read_entries(
        lab, actor, content, name, kind=RESULTS, needed=NEEDED, most=MOST_POINTS,
        entry=lambda row: _result(row, quantity), check=lambda one: result_row("", one), located=_located,
    )  # fmt: skip
    return ReadPoints(*read)


def _result(row: ListRow, quantity: str) -> NewResult:
    said = {field: text.strip() for field, text in row.values.items()}
    unit = said.get("unit", "")
    return NewResult(
        quantity=quantity_of(said.get("quantity") or quantity),
        value=said.get("value", ""),
        unit=unit,
        expanded_uncertainty=said.get("expanded_uncertainty", ""),
        uncertainty_unit=said.get("uncertainty_unit") or (unit if said.get("expanded_uncertainty") else ""),
        coverage_factor=said.get("coverage_factor", ""),
        coverage_probability=said.get("coverage_probability", ""),
        nominal=said.get("nominal", ""),
        nominal_unit=said.get("nominal_unit") or (unit if said.get("nominal") else ""),
        dof=said.get("dof", ""),
        phase=_phase(said.get("phase", "")),
        measuring_range=said.get("measuring_range", ""),
    )


def _phase(text: str) -> str:
    """The phase that a text of either language names; any other text stays, to be refused by name."""
    for phase in PHASES:
        said = {folded(wording(f"received_pages.phase_{phase}", language)) for language in ("vi", "en")}
        if folded(text) in {*said, phase}:
            return phase
    return text


def _located(found: Headed, mapping: Mapping[str, str], row: ListRow, problem: Stated) -> RowProblem:
    """A problem of a row at the first cell that cannot be read by itself."""
    for field in (*NUMBERS, *UNITS):
        text = row.values.get(field, "").strip()
        if text and not reads(text, unit=field in UNITS):
            return RowProblem(found.sheet.name, row.row, found.column_of(mapping, field), text[:60], problem)
    if problem.key == "lists.unit_of_quantity":
        text = row.values.get("unit", "").strip()
        return RowProblem(found.sheet.name, row.row, found.column_of(mapping, "unit"), text[:60], problem)
    field = next((field for field in NEEDED if not row.values.get(field, "").strip()), "value")
    said = Phrase("lists.cell_empty", {}) if not row.values.get(field, "").strip() else problem
    return RowProblem(found.sheet.name, row.row, found.column_of(mapping, field), "", said)
