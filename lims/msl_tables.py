"""Results of a calibration as tables of an MSL register: the digits as printed, one table for what has one form."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from instruments.history_models import AsFoundResult
from instruments.models import CalibrationResult
from lims.errors import Invalid
from lims.msl_vocabulary import one_line

DIGITS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")
VALUES = {"value": "Value", "measurement_error": "Error", "correction": "Correction"}
PHASES = {"as_found": "as found, before adjustment", "as_left": "as left, after adjustment"}
Cells = list[tuple[str, str, str]]
"""Header, digits and unit."""
Columns = tuple[tuple[str, str], ...]
POSITION, NOMINAL, UNCERTAINTY = "Position", "Nominal value", "Expanded uncertainty"
FACTOR, PROBABILITY, FREEDOM = "Coverage factor", "Coverage probability", "Degrees of freedom"


@dataclass(frozen=True)
class MslTable:
    """One table of a register: what its rows have in common, and its columns."""

    comment: str
    headers: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def types(self) -> tuple[str, ...]:
        """The types of its columns: the position on the certificate is a whole number, all others are numbers."""
        return ("int", *("double" for _ in self.headers[1:]))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Its four parts by name, each as its text."""
        for name, cells in (("type", self.types), ("unit", self.units), ("header", self.headers)):
            yield name, ", ".join(cells)
        yield "data", "\n".join(", ".join(row) for row in self.rows)


def msl_tables(results: Iterable[CalibrationResult], as_found: Iterable[tuple[AsFoundResult, CalibrationResult]]) -> (
    list[MslTable]
):  # fmt: skip
    """The tables of results; results of one quantity, range, phase, with the same units and statements, share one.

    Args:
        results: as they stand on the certificate.
        as_found: what was found before an adjustment, with the result that was left.

    Raises:
        Invalid: a value is no number as the register writes them.
    """
    groups: dict[tuple[str, Columns], list[tuple[str, ...]]] = {}
    for row, phase, cells in (*_stated(results), *_found(as_found)):
        parts = (row.quantity, f"range {row.measuring_range}" if row.measuring_range else "", PHASES.get(phase, phase))
        comment = "; ".join(one_line(one) for one in parts if one)
        columns = tuple((header, one_line(unit).replace(",", ";")) for header, _, unit in cells)
        groups.setdefault((comment, columns), []).append((str(row.position), *(_digits(text) for _, text, _ in cells)))
    return [
        MslTable(comment, (POSITION, *(one for one, _ in columns)), ("", *(unit for _, unit in columns)), tuple(rows))
        for (comment, columns), rows in groups.items()
    ]


def _stated(results: Iterable[CalibrationResult]) -> Iterator[tuple[CalibrationResult, str, Cells]]:
    for one in results:
        spread = (one.expanded_uncertainty, one.uncertainty_unit, one.coverage_factor)
        cells = _cells(one, one.value, one.unit, spread)
        more = ((PROBABILITY, one.coverage_probability), (FREEDOM, one.dof))
        yield one, one.phase or "", [*cells, *((header, text, "1") for header, text in more if text)]


def _found(
    as_found: Iterable[tuple[AsFoundResult, CalibrationResult]],
) -> Iterator[tuple[CalibrationResult, str, Cells]]:
    for one, left in as_found:
        spread = (one.expanded_uncertainty, one.uncertainty_unit, one.coverage_factor)
        yield left, "as_found", _cells(left, one.value, one.unit, spread)


def _cells(
    row: CalibrationResult, value: str, unit: str, spread: tuple[str | None, str | None, str | None]
) -> Cells:  # fmt: skip
    """Header, digits and unit of what a result states: the point, the value, its uncertainty."""
    uncertainty, uncertainty_unit, factor = spread
    cells = [(NOMINAL, row.nominal, row.nominal_unit or unit)] if row.nominal else []
    cells.append((VALUES.get(row.kind, one_line(row.kind).replace(",", ";")), value, unit))
    if uncertainty:
        cells.append((UNCERTAINTY, uncertainty, uncertainty_unit or unit))
        cells += [(FACTOR, factor, "1")] if factor else []
    return cells


def _digits(text: str) -> str:
    """The digits of a number, just as they were printed.

    Raises:
        Invalid: they are no number.
    """
    if DIGITS.fullmatch(text) is None:
        raise Invalid("msl_register.digits", text=text)
    return text
