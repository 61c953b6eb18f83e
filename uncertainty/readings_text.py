"""A table of readings as it was typed: one row per repetition, one column per quantity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uncertainty.dimensions import Kind, kind_of, kind_of_unit
from uncertainty.errors import InvalidInput, InvalidNumber, did_you_mean
from uncertainty.expression import check_name, read_expression
from uncertainty.program import Program
from uncertainty.quantity import in_base
from uncertainty.typed import read_number
from uncertainty.units import Unit, check_unit, permitted_units

TABLE_KEYS = {"label", "unit", "units", "columns", "rows", "note"}
MOST_ROWS = 10_000
MOST_COLUMNS = 100


@dataclass(frozen=True)
class ReadingsTable:
    """A readings table in base units.

    Attributes:
        columns: names of the quantities read.
        units: their units.
        rows: observations, one row per repetition.
    """

    columns: tuple[str, ...]
    units: tuple[Unit, ...]
    rows: NDArray[np.float64]

    def observed(self, text: str, unit_text: str | None = None) -> tuple[list[float], Unit, Kind]:
        """An expression of the columns, evaluated in each row.

        Args:
            text: the expression.
            unit_text: the unit to show, where it is not the unit of a column.

        Returns:
            One value per row in base units, the unit to show, and the kind of quantity.

        Raises:
            InvalidExpression, InvalidUnit, InvalidInput: where the expression does not fit the columns.
        """
        expression = read_expression(text)
        for name in expression.names:
            if name not in self.columns:
                raise InvalidInput("uncertainty.column_unknown", name=name, suggestion=did_you_mean(name, self.columns))
        kinds = {name: kind_of_unit(unit) for name, unit in zip(self.columns, self.units, strict=True)}
        kind = kind_of(expression.tree, kinds)
        program = Program(self.columns)
        program.define("observed result", expression.tree)
        slot = program.slots["observed result"]
        values = [float(program.values_at_estimate(list(row))[slot]) for row in self.rows]
        return values, self._unit_of(kind, unit_text), kind

    def _unit_of(self, kind: Kind, unit_text: str | None) -> Unit:
        if unit_text is not None:
            unit = check_unit(unit_text)
            if unit.dimension != kind.dimension:
                raise InvalidInput("uncertainty.observed_unit", unit=unit.text, dimension=kind.written())
            return unit
        fitting = (unit for unit in self.units if unit.dimension == kind.dimension)
        return next(fitting, None) or _derived(kind)


def _derived(kind: Kind) -> Unit:
    """The unit of a dimension that no column has: a named one, else the base units."""
    for atom in permitted_units().values():
        if atom.dimension == kind.dimension and atom.factor == 1:
            return check_unit(atom.symbol)
    return check_unit(kind.written().replace("·", "*"))


def read_table(description: Mapping[str, Any]) -> ReadingsTable:
    """A readings table of a model file.

    Args:
        description: `columns`, `unit` or `units`, and `rows` of texts.

    Raises:
        InvalidInput: naming row and column of what is wrong.
    """
    for key in description:
        if key not in TABLE_KEYS:
            raise InvalidInput(
                "uncertainty.key_unknown", key=str(key)[:80], suggestion=did_you_mean(str(key), TABLE_KEYS)
            )
    given = description.get("columns", ())
    if not isinstance(given, Sequence) or not all(isinstance(one, str) or _is_column(one) for one in given):
        raise InvalidInput("uncertainty.table_columns")
    columns = tuple(str(column["name"]) if isinstance(column, Mapping) else str(column) for column in given)
    if not columns or len(columns) > MOST_COLUMNS or len(set(columns)) < len(columns):
        raise InvalidInput("uncertainty.table_columns")
    for name in columns:
        check_name(name)
    units = _units(description, len(columns))
    rows = description.get("rows", ())
    if not isinstance(rows, Sequence) or not rows or len(rows) > MOST_ROWS:
        raise InvalidInput("uncertainty.table_rows", most=MOST_ROWS)
    values = [_row(row, number, columns, units) for number, row in enumerate(rows, start=1)]
    return ReadingsTable(columns, units, np.array(values, dtype=np.float64))


def _is_column(column: Any) -> bool:
    return isinstance(column, Mapping) and isinstance(column.get("name"), str)


def _units(description: Mapping[str, Any], count: int) -> tuple[Unit, ...]:
    if "units" in description:
        given = description["units"]
        if not isinstance(given, Sequence) or isinstance(given, str):
            raise InvalidInput("uncertainty.table_units", count=count)
        units = tuple(check_unit(str(text)) for text in given)
        if len(units) != count or "unit" in description:
            raise InvalidInput("uncertainty.table_units", count=count)
        return units
    return (check_unit(str(description.get("unit", "1"))),) * count


def _row(row: Any, number: int, columns: tuple[str, ...], units: tuple[Unit, ...]) -> list[float]:
    if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != len(columns):
        raise InvalidInput("uncertainty.table_row_length", row=number, count=len(columns))
    values = []
    for text, column, unit in zip(row, columns, units, strict=True):
        try:
            read = read_number("" if text is None else str(text)).number
        except InvalidNumber as problem:
            raise InvalidInput("uncertainty.table_cell", row=number, column=column, problem=problem) from problem
        values.append(in_base(read, unit) + (unit.zero if unit.scale else 0.0))
    return values
