"""Disciplines of measurement as data (`data/disciplines.toml`): number series, names, the end of their chains."""

import tomllib
from dataclasses import dataclass
from functools import cache

from instruments.quantities import quantity_names
from instruments.spelling import folded
from lims.procedure_format import Label
from uncertainty.data_folder import data_folder


@dataclass(frozen=True)
class Discipline:
    """One discipline: its series of numbers, its name, the SI unit its chains end in, units for uncertainties."""

    series: str
    name: Label
    si: Label
    units: tuple[str, ...]


@cache
def discipline(name: str) -> Discipline:
    """Return the discipline that a procedure names.

    Raises:
        KeyError: the file does not know it.
    """
    with (data_folder() / "disciplines.toml").open("rb") as file:
        found = tomllib.load(file)[name]
    return Discipline(found["series"], Label(found["vi"], found["en"]), Label(**found["si"]), tuple(found["units"]))


@cache
def named_quantities() -> dict[str, str]:
    """Every key and name of the quantities of `data/quantities.toml`, folded -> the key."""
    return {folded(said): key for key, one in quantity_names().items() for said in (key, one["vi"], one["en"])}


def quantity_name(quantity: str) -> Label:
    """Return the name of a quantity in both languages (`data/quantities.toml`); the key itself where it has none."""
    found = quantity_names().get(quantity)
    return Label(found["vi"], found["en"]) if found else Label(quantity, quantity)
