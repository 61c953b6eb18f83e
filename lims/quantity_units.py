"""Whether a unit can be of a quantity: that of a mass is never one of length (`data/quantities.toml`)."""

import tomllib
from collections.abc import Mapping
from functools import cache

from instruments.points import same_dimension
from lims.disciplines import quantity_name
from lims.errors import Invalid
from uncertainty.data_folder import data_folder
from uncertainty.units import check_unit


def check_nominal_unit(quantity: str, nominal: str, unit: str) -> None:
    """Refuse a nominal value whose unit cannot be of the quantity; a missing unit is dimension one.

    Raises:
        Invalid: the unit is known and of another dimension; the sentence names one that fits.
    """
    if nominal and not _fits(quantity, unit or "1"):
        raise _wrong(quantity, unit)


def check_result_unit(quantity: str, unit: str, nominal_unit: str) -> None:
    """Refuse a result whose unit cannot be of the quantity; beside a point in such a unit a relative one may stand.

    Args:
        quantity: the key of the quantity, or any name.
        unit: of the value, a permitted unit.
        nominal_unit: of the point at which it was found; empty where there is none.

    Raises:
        Invalid: the unit is of another dimension; the sentence names one that fits.
    """
    relative = nominal_unit and _fits(quantity, nominal_unit) and same_dimension(unit, "1")
    if not relative and not _fits(quantity, unit):
        raise _wrong(quantity, unit)


def _fits(quantity: str, unit: str) -> bool:
    known = _units().get(quantity)
    return known is None or check_unit(unit).dimension == check_unit(known).dimension


def _wrong(quantity: str, unit: str) -> Invalid:
    return Invalid(
        "lists.unit_of_quantity", quantity=quantity_name(quantity), unit=unit or "–", known=_units()[quantity]
    )


@cache
def _units() -> Mapping[str, str]:
    """Quantity -> a unit of its dimension, where every unit of it has that dimension."""
    with (data_folder() / "quantities.toml").open("rb") as file:
        return {key: one["unit"] for key, one in tomllib.load(file).items() if "unit" in one}
