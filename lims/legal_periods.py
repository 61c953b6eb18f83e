"""The periods of legal verification in `data/legal_periods.toml`: how long one is valid, and by which law."""

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lims.errors import Invalid, Refused
from lims.procedure_format import Label, Procedure
from uncertainty.data_folder import data_folder
from uncertainty.wording import Phrase

MONTHS_OF_A_YEAR = 12
REGIMES = ("initial", "periodic", "after_repair")
"""When a verification is made (chế độ kiểm định): before first use, at the end of each period, after a repair."""
USUAL_REGIME = "periodic"


@dataclass(frozen=True, slots=True)
class LegalPeriod:
    """How many months a verification is valid, from a day on, with the regulation that says so.

    `months` is 0 where the law foresees the verification and lays down no period.
    """

    months: int
    valid_from: date
    regulation: Label

    def last_day(self, verified_on: date) -> date | None:
        """Return the last day on which a verification of `verified_on` is valid; None where no period is laid down.

        >>> LegalPeriod(18, date(2024, 10, 15), Label("", "")).last_day(date(2026, 11, 19))
        datetime.date(2028, 5, 18)
        """
        if not self.months:
            return None
        months = verified_on.month - 1 + self.months
        year, month = verified_on.year + months // MONTHS_OF_A_YEAR, months % MONTHS_OF_A_YEAR + 1
        day = min(verified_on.day, calendar.monthrange(year, month)[1])
        same_day = date(year, month, day)
        return same_day if day < verified_on.day else same_day - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Law:
    """What is laid down for a kind of instrument from a day on: the months of each verification that is foreseen."""

    regimes: Mapping[str, int]
    valid_from: date
    regulation: Label


def legal_kinds() -> Mapping[str, Label]:
    """The kinds of instrument that are verified, with their names."""
    return {kind: label for kind, (label, _) in _table(data_folder() / "legal_periods.toml").items()}


def regimes_on(kind: str, day: date) -> tuple[str, ...]:
    """The verifications that the law foresees for a kind of instrument on a day, in the order of `REGIMES`.

    Raises:
        Refused: nothing was laid down for this kind that day.
    """
    return tuple(one for one in REGIMES if one in _law(kind, day).regimes)


def legal_period(kind: str, regime: str, day: date) -> LegalPeriod:
    """The period in force for a verification of a kind of instrument on a day.

    Args:
        kind: key of `data/legal_periods.toml`.
        regime: one of `REGIMES`; empty for a job from before it was asked, which is taken as periodic.
        day: the day of the verification.

    Raises:
        Refused: no period of this kind was in force that day, or the law foresees no such verification.
    """
    law = _law(kind, day)
    asked = regime or USUAL_REGIME
    if asked not in law.regimes:
        said = Phrase(f"legal.regime_{asked}", {})
        raise Refused("legal.regime_not_foreseen", regime=said, kind=legal_kinds()[kind], day=f"{day:%d/%m/%Y}")
    return LegalPeriod(law.regimes[asked], law.valid_from, law.regulation)


def asked_regime(procedure: Procedure, regime: str, day: date) -> str:
    """The regime of a job at its reception: one that the law foresees for a verification, none for other services.

    Raises:
        Invalid: a verification without its regime, or another service with one.
        Refused: the law foresees no such verification of this kind of instrument.
    """
    rules = procedure.verification
    if rules is None:
        if regime:
            raise Invalid("legal.no_regime", procedure=procedure.id)
        return ""
    if regime not in REGIMES:
        raise Invalid("legal.regime_missing", regime=regime[:40] or "–", known=", ".join(REGIMES))
    legal_period(rules.period, regime, day)
    return regime


def _law(kind: str, day: date) -> _Law:
    _, laws = _table(data_folder() / "legal_periods.toml")[kind]
    found = [one for one in laws if one.valid_from <= day]
    if not found:
        raise Refused("documents.no_period_in_force", kind=kind, day=f"{day:%d/%m/%Y}")
    return max(found, key=lambda one: one.valid_from)


@cache
def _table(path: Path) -> dict[str, tuple[Label, tuple[_Law, ...]]]:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        kind: (
            Label(**table["label"]),
            tuple(_Law(one["regimes"], one["valid_from"], Label(**one["regulation"])) for one in table["periods"]),
        )
        for kind, table in data.items()
    }
