"""The levels of measurement standards as data (`data/levels.toml`): names, order, who keeps them, which law says so."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from uncertainty.data_folder import data_folder


@dataclass(frozen=True)
class Level:
    """One level of standards.

    ``rank`` counts downwards from the national standards; levels of one rank stand side by side. It is None where the
    level has no place of its own in the order, as with transfer standards.
    """

    id: str
    name: Mapping[str, str]
    rank: int | None
    keeper: Mapping[str, str]
    """Who keeps such standards."""
    source: str
    flag: str

    def text(self, language: str) -> str:
        """Its name in one language."""
        return self.name[language]


@cache
def levels() -> Mapping[str, Level]:
    """All levels by id, from the national standards downwards."""
    return {
        one["id"]: Level(one["id"], one["name"], one.get("rank"), one["keeper"], one["source"], one["flag"])
        for one in _file()["level"]
    }


@cache
def certified_services() -> frozenset[str]:
    """The services whose standards need a certification besides their calibration."""
    return frozenset(_file()["certification"]["services"])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((data_folder() / "levels.toml").read_text(encoding="utf-8"))
