"""Tolerance tables in `data/tolerances/`: the limit of a class at a nominal value, with where it was read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lims.procedure_format import Label
from lims.quantity_text import in_unit
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid, did_you_mean
from uncertainty.quantity import read_quantity
from uncertainty.rounding import canonical


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: a nominal value, or a band of nominal values, in the nominal unit of the table."""

    lower: Decimal
    upper: Decimal
    lower_belongs: bool
    limits: Mapping[str, str]
    draft: frozenset[str]

    def holds(self, nominal: Decimal) -> bool:
        """Whether `nominal` (in the nominal unit of the table) is in this row."""
        return (self.lower < nominal or (self.lower_belongs and self.lower == nominal)) and nominal <= self.upper


@dataclass(frozen=True, slots=True)
class ToleranceTable:
    """Limits, ± about the nominal value, by class."""

    id: str
    title: Label
    document: str
    quantity: str
    unit: str
    classes: tuple[str, ...]
    class_text: Mapping[str, str]
    rows: tuple[Row, ...]
    nominal_unit: str
    step: str | None  # property of the item in which nominal values and limits are counted: its scale interval
    least_ratio: Decimal | None  # limit divided by U; a smaller ratio is a warning


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The limit of one class at one nominal value: ± `half_width` in `unit`."""

    table: str
    document: str
    accuracy_class: str
    class_text: str
    half_width: str
    unit: str
    draft: bool  # not compared with any copy of the document: a named person has to confirm it
    least_ratio: Decimal | None


@cache
def tolerance_tables(folder: Path | None = None) -> Mapping[str, ToleranceTable]:
    """Every table of `data/tolerances/`, by id."""
    found = {}
    for path in sorted((folder or data_folder() / "tolerances").glob("*.toml")):
        table = _table(tomllib.loads(path.read_text(encoding="utf-8")))
        found[table.id] = table
    return found


def tolerance(table: str, accuracy_class: str, nominal: str, item: Mapping[str, str] | None = None) -> Tolerance:
    """The limit of a class at a nominal value.

    Args:
        table: id of a table in `data/tolerances/`.
        accuracy_class: as the table writes it ("M1"; "M₁" is accepted).
        nominal: a number with its unit ("10 kg").
        item: the item's properties, for a table that counts in one of them (multiples of a scale interval).

    Raises:
        Invalid: where the table, the class, the property or the class at this nominal value does not exist.

    >>> tolerance("oiml-r111-mpe", "M1", "10 kg").half_width
    '500'
    """
    known = tolerance_tables()
    if table not in known:
        raise Invalid("procedures.no_table", table=table, known=", ".join(known))
    found = known[table]
    plain = {shown: name for name, shown in found.class_text.items()}.get(accuracy_class, accuracy_class)
    if plain not in found.classes:
        hint = did_you_mean(plain, found.classes)
        raise Invalid("procedures.no_class", value=accuracy_class, allowed=", ".join(found.classes), hint=hint)
    step = _step(found, item or {})
    at = in_unit(nominal, found.nominal_unit) if step is None else in_unit(nominal, step[1]) / step[0]
    for row in found.rows:
        if row.holds(at) and plain in row.limits:
            shown, limit, unit = found.class_text.get(plain, plain), row.limits[plain], found.unit
            if step is not None:
                limit, unit = canonical(Decimal(limit) * step[0]), step[1]
            return Tolerance(
                found.id, found.document, plain, shown, limit, unit, plain in row.draft, found.least_ratio
            )  # fmt: skip
    raise Invalid("procedures.no_limit", value=accuracy_class, nominal=nominal, document=found.document)


def _step(table: ToleranceTable, item: Mapping[str, str]) -> tuple[Decimal, str] | None:
    """The scale interval in which a table counts, with its unit; None for a table in units of its own."""
    if table.step is None:
        return None
    if not item.get(table.step):
        raise Invalid("procedures.need_step", name=table.step, document=table.document)
    interval = read_quantity(item[table.step])
    return interval.typed.number, interval.unit.text


def class_on_paper(quantity: str, accuracy_class: str) -> str:
    """A class as the documents of its quantity write it ("M₁" for "M1" of a weight); else as it was entered."""
    for table in tolerance_tables().values():
        if table.quantity == quantity and accuracy_class in table.class_text:
            return table.class_text[accuracy_class]
    return accuracy_class


def half_widths(table: str, nominal: str) -> Mapping[str, float]:
    """The limits of every class that exists at a nominal value, finest first: for `uncertainty.conformity.class_met`.

    Args:
        table: id of a table in `data/tolerances/`.
        nominal: a number with its unit ("1 kg").

    Returns:
        Half-width of the limits by class, in the unit of the table; empty where no class exists.

    Raises:
        Invalid: where the table does not exist.

    >>> half_widths("oiml-r111-mpe", "1 mg")["F1"]
    0.02
    """
    known = tolerance_tables()
    if table not in known:
        raise Invalid("procedures.no_table", table=table, known=", ".join(known))
    found = known[table]
    at = in_unit(nominal, found.nominal_unit)
    limits = next((row.limits for row in found.rows if row.holds(at)), {})
    return {name: float(limits[name]) for name in found.classes if name in limits}


def _table(data: dict[str, Any]) -> ToleranceTable:
    nominal_unit = _base_unit(data)
    ratio = data.get("largest_uncertainty", {}).get("least_ratio")
    return ToleranceTable(
        data["id"],
        Label(**data["title"]),
        data["document"],
        data["quantity"],
        data["unit"],
        tuple(data["classes"]),
        data.get("class_text", {}),
        tuple(_row(row, nominal_unit) for row in data["rows"]),
        nominal_unit,
        data.get("step"),
        None if ratio is None else Decimal(ratio),
    )


def _base_unit(data: dict[str, Any]) -> str:
    """The unit in which nominal values of a table are compared: that of its first row."""
    row = data["rows"][0]
    return read_quantity(row.get("nominal", row.get("to"))).unit.text


def _row(row: dict[str, Any], unit: str) -> Row:
    limits, draft = row["limits"], frozenset(row.get("draft", ()))
    if "nominal" in row:
        at = in_unit(row["nominal"], unit)
        return Row(at, at, True, limits, draft)
    lower = in_unit(row["from"] if "from" in row else row["over"], unit)
    return Row(lower, in_unit(row["to"], unit), "from" in row, limits, draft)
