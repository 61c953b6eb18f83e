"""Dated constants in `data/constants/`: what procedures take as known, with its source."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid


@cache
def _constants(file: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    path = data_folder() / "constants" / f"{file}.toml"
    if not file.isidentifier() or not path.is_file():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8"))


def constant_names(file: str) -> tuple[str, ...]:
    """The names of the constants in one file; empty where there is no such file."""
    return tuple(_constants(file))


def constant(file: str, name: str, day: date | None = None) -> tuple[str, str]:
    """A constant in force on a day (the latest without a day).

    Returns:
        The number with its unit, and the id of its dated record.

    Raises:
        Invalid: where no such constant was in force.
    """
    begun = [row for row in _constants(file).get(name, ()) if day is None or row["valid_from"] <= day]
    if not begun:
        raise Invalid("procedures.no_constant", name=f"constant.{file}.{name}")
    row = max(begun, key=lambda one: one["valid_from"])
    return row["value"], f"constant:{file}.{name}@{row['valid_from'].isoformat()}"
