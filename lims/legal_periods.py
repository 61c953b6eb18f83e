"""The periods of legal verification in `data/legal_periods.toml`: how long one is valid, and by which law."""

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lims.errors import Refused
from lims.procedure_format import Label
from uncertainty.data_folder import data_folder

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class LegalPeriod:
    """How many months a verification is valid, from a day on, with the regulation that says so."""

    months: int
    valid_from: date
    regulation: Label

    def last_day(self, verified_on: date) -> date:
        """Return the last day on which a verification of `verified_on` is valid.

        >>> LegalPeriod(18, date(2024, 10, 15), Label("", "")).last_day(date(2026, 11, 19))
        datetime.date(2028, 5, 18)
        """
        months = verified_on.month - 1 + self.months
        year, month = verified_on.year + months // MONTHS_OF_A_YEAR, months % MONTHS_OF_A_YEAR + 1
        day = min(verified_on.day, calendar.monthrange(year, month)[1])
        same_day = date(year, month, day)
        return same_day if day < verified_on.day else same_day - timedelta(days=1)


def legal_kinds() -> tuple[str, ...]:
    """The kinds of instrument with a legal period."""
    return tuple(_table(data_folder() / "legal_periods.toml"))


def legal_period(kind: str, day: date) -> LegalPeriod:
    """The period in force for a kind of instrument on a day.

    Args:
        kind: key of `data/legal_periods.toml`.
        day: the day of the verification.

    Raises:
        Refused: no period of this kind was in force that day.
    """
    found = [one for one in _table(data_folder() / "legal_periods.toml")[kind] if one.valid_from <= day]
    if not found:
        raise Refused("documents.no_period_in_force", kind=kind, day=f"{day:%d/%m/%Y}")
    return max(found, key=lambda one: one.valid_from)


@cache
def _table(path: Path) -> dict[str, tuple[LegalPeriod, ...]]:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        kind: tuple(
            LegalPeriod(one["months"], one["valid_from"], Label(**one["regulation"])) for one in table["periods"]
        )
        for kind, table in data.items()
    }
