"""What an impact is made of, read from the database: the calibrations below some, their links and results.

Level by level and in portions, columns only: ten thousand certificates are read in a fraction of a second.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from instruments.among import among
from instruments.models import Calibration, CalibrationResult, CalibrationWithdrawal, TraceabilityLink

AT_ONCE = 2_000
MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One calibration, as far as an impact asks for it."""

    id: str
    instrument_id: str
    laboratory_id: str
    certificate: str
    performed_on: date
    own_certificate_id: str | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result, with the sensitivities to the results that it used, by their ids."""

    sensitivities: dict[str, float]
    id: str
    position: int
    quantity: str
    nominal: str | None
    nominal_unit: str | None
    value: str
    unit: str
    expanded_uncertainty: str | None
    uncertainty_unit: str | None


@dataclass
class ImpactRows:
    """Everything below some calibrations: for each the affected ones above it, and its results."""

    session: Session
    roots: frozenset[str]
    calibrations: dict[str, CalibrationRow] = field(default_factory=dict)
    results: dict[str, list[ResultRow]] = field(default_factory=dict)
    above: dict[str, list[str]] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)

    @cached_property
    def used_results(self) -> dict[str, set[str]]:
        """The results that each calibration names as used; read when first asked for, which most impacts never do."""
        found: dict[str, set[str]] = {}
        named = select(TraceabilityLink.calibration_id, TraceabilityLink.upstream_result_id)
        for some in _portions(sorted(self.above)):
            for key, result_id in self.session.exec(
                named.where(among(self.session, col(TraceabilityLink.calibration_id), some))
            ):
                if result_id is not None:
                    found.setdefault(key, set()).add(result_id)
        return found


def read(session: Session, roots: Sequence[str], since: date, until: date) -> ImpactRows:
    """Everything that rests on some calibrations by a use between two days.

    Args:
        session: a session on the registry.
        roots: the calibrations whose results are wrong.
        since: first day of a use of theirs that counts; what used the users counts whenever it was.
        until: last day.
    """
    rows = ImpactRows(session, frozenset(roots))
    front = sorted(rows.roots)
    for depth in range(1, MOST_LEVELS + 1):
        lower: set[str] = set()
        for key, upper in _uses(session, front, (since, until) if depth == 1 else None):
            if key in rows.roots:
                continue
            rows.above.setdefault(key, [])
            if upper not in rows.above[key]:
                rows.above[key].append(upper)
            if key not in rows.depths:
                rows.depths[key] = depth
                lower.add(key)
        front = sorted(lower)
        if not front:
            break
    known = sorted(rows.roots | set(rows.above))
    _read_calibrations(session, rows, known)
    return rows


def _uses(session: Session, front: Sequence[str], days: tuple[date, date] | None) -> Iterator[tuple[str, str]]:
    """Pairs of a calibration and one of `front` that it used."""
    for some in _portions(front):
        used = select(TraceabilityLink.calibration_id, TraceabilityLink.upstream_calibration_id).where(
            among(session, col(TraceabilityLink.upstream_calibration_id), some)
        )
        if days is not None:
            used = used.join(Calibration, col(Calibration.id) == col(TraceabilityLink.calibration_id)).where(
                col(Calibration.performed_on) >= days[0], col(Calibration.performed_on) <= days[1]
            )
        yield from session.exec(used)


def _read_calibrations(session: Session, rows: ImpactRows, known: Sequence[str]) -> None:
    one, of, ended = (_columns(table) for table in (Calibration, CalibrationResult, CalibrationWithdrawal))
    heads = (one.id, one.instrument_id, one.laboratory_id, one.certificate_number, one.performed_on)
    named = (of.id, of.position, of.quantity, of.nominal, of.nominal_unit, of.value, of.unit)
    wanted = (of.calibration_id, of.influences, *named, of.expanded_uncertainty, of.uncertainty_unit)
    for some in _portions(known):
        days = sa.select(ended.calibration_id, ended.withdrawn_on).where(among(session, ended.calibration_id, some))
        withdrawn = {row[0]: row[1] for row in session.connection().execute(days)}
        for row in session.connection().execute(
            sa.select(*heads, one.own_certificate_id).where(among(session, one.id, some))
        ):
            rows.calibrations[row[0]] = CalibrationRow(*row, withdrawn_on=withdrawn.get(row[0]))
        chosen = sa.select(*wanted).where(among(session, of.calibration_id, some)).order_by(of.position, of.id)
        for key, influences, *rest in session.connection().execute(chosen):
            rows.results.setdefault(key, []).append(ResultRow(sensitivities_of(influences), *rest))


def _columns(table: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(table.__tablename__)].c


def sensitivities_of(influences: str) -> dict[str, float]:
    """The sensitivities that a result's influences hold, by id; none where nothing was stored."""
    if not influences:
        return {}
    found: dict[str, float] = {}
    for row in json.loads(influences):
        found[row[0]] = found.get(row[0], 0.0) + float(row[2])
    return found


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]
