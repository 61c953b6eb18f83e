"""What a shift of a standard costs the laboratory: certificates ranked, verdicts judged again, customers named.

Source: ISO/IEC 17025:2017, 6.4.9 and 7.10.1.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from instruments.impact import MovedCalibration, MovedResult, Shift, impact
from instruments.models import Body, Calibration, Instrument
from lims.chains import instrument_named, visible
from lims.errors import Refused
from lims.people import LABORATORY_ROLES
from lims.quantity_text import in_unit
from lims.step import Act, query
from lims.store.tables import Certificate, EvaluationRecord, Job
from uncertainty.conformity import verdict
from uncertainty.rounding import exact

AT_ONCE = 500
THIRD, TENTH = 1 / 3, 0.1
"""Shares of U above which a shift is called large or noticeable; below the second a certificate is only listed."""


@dataclass(frozen=True)
class Affected:
    """One certificate that rests on the standard: what moves most in it, and what that does to its verdict.

    ``verdict_before`` and ``verdict_after`` are of the first point where they differ, else of the worst point;
    None where no conformity is stated, or the shift is not known.
    """

    moved: MovedCalibration
    instrument: str
    customer: str
    verdict_before: str | None
    verdict_after: str | None

    @property
    def flips(self) -> bool:
        """Whether a statement of conformity changes."""
        return self.verdict_after is not None and self.verdict_before != self.verdict_after

    @property
    def weight(self) -> str:
        """How much the shift matters: flips, large, noticeable, listed or not_judged."""
        share = self.moved.worst.shift_over_u
        if self.flips:
            return "flips"
        if not self.moved.judged or share is None:
            return "not_judged"
        return "large" if share > THIRD else "noticeable" if share >= TENTH else "listed"


@dataclass(frozen=True)
class Impact:
    """The certificates that rest on a standard, those whose verdict changes first, then by the share of U."""

    standard: str
    certificates: tuple[str, ...]
    affected: tuple[Affected, ...]

    def count(self, weight: str) -> int:
        """How many certificates have a weight."""
        return sum(one.weight == weight for one in self.affected)


@query(permission="registry.read")
def impact_of(act: Act, named: str, *, shift: Shift) -> Impact:
    """What rests on a standard (its code) or on one certificate (its number), and how far it moves.

    A person sees the certificates of the own centres and of what they keep.

    Raises:
        Refused: there is no such standard or certificate, or the actor may not see it.
        Invalid: the shift fits none of its results.
    """
    roots = _roots(act, named)
    moved = impact(act.session, [one.id for one in roots], shift, by_class=_by_class(act))
    seen = list(_visible(act, moved))
    instruments = _by_id(act.session, Instrument, [one.instrument_id for one in seen])
    certificates = _by_id(act.session, Certificate, [one.own_certificate_id for one in seen if one.own_certificate_id])
    owners = [instruments[one.instrument_id].owner_id for one in seen]
    bodies = _by_id(act.session, Body, [*owners, *(one.customer_id for one in certificates.values())])
    points = _points(act.session, certificates.values())
    affected = []
    for one in seen:
        certificate, item = certificates.get(one.own_certificate_id or ""), instruments[one.instrument_id]
        customer = bodies[certificate.customer_id if certificate else item.owner_id].code
        said = _verdicts(one, points.get(certificate.job_id, ())) if certificate else (None, None)
        affected.append(Affected(one, item.code, customer, *said))
    ranked = sorted(affected, key=lambda one: not one.flips)  # the order of `impact` stays within both
    return Impact(named.strip(), tuple(one.certificate_number for one in roots), tuple(ranked))


def _roots(act: Act, named: str) -> Sequence[Calibration]:
    """All calibrations of a standard, or the one with this certificate number."""
    standard = instrument_named(act.session, named)
    if standard is not None and visible(act, standard):
        mine = select(Calibration).where(Calibration.instrument_id == standard.id)
        return act.session.exec(mine.order_by(col(Calibration.performed_on), col(Calibration.id))).all()
    number = col(Calibration.certificate_number)
    rows = act.session.exec(select(Calibration).where(number.in_({named.strip(), named.strip().upper()}))).all()
    found = [one for one in rows if visible(act, act.session.get_one(Instrument, one.instrument_id))]
    if not found:
        raise Refused("chains.standard_unknown", named=named)
    return found


def _by_class(act: Act) -> set[str]:
    """The calibrations of this system that used a standard by the limits of its class."""
    editions = act.session.exec(select(Job.procedure_id, Job.procedure_edition).distinct()).all()
    procedures = set()
    for name, edition in editions:
        standards = act.lab.procedure(name, edition).standards.values()
        if any(one.use == "class limits" for one in standards):
            procedures.add((name, edition))
    found: set[str] = set()
    for name, edition in procedures:
        used = select(Calibration.id).join(Certificate, col(Certificate.id) == col(Calibration.own_certificate_id))
        used = used.join(Job, col(Job.id) == col(Certificate.job_id))
        found |= set(act.session.exec(used.where(Job.procedure_id == name, Job.procedure_edition == edition)))
    return found


def _visible(act: Act, moved: Iterable[MovedCalibration]) -> Iterator[MovedCalibration]:
    if act.actor.kind != "person":
        yield from moved
        return
    centres = act.rights.bodies(frozenset(LABORATORY_ROLES))
    for one in moved:
        item = act.session.get_one(Instrument, one.instrument_id)
        if one.laboratory_id in centres or item.keeper_id in centres:
            yield one


def _by_id(session: Session, table: Any, ids: Sequence[str]) -> dict[str, Any]:
    wanted = sorted(set(ids))
    found: dict[str, Any] = {}
    for first in range(0, len(wanted), AT_ONCE):
        rows = session.exec(select(table).where(table.id.in_(wanted[first : first + AT_ONCE])))
        found |= {row.id: row for row in rows}
    return found


def _points(session: Session, certificates: Iterable[Certificate]) -> dict[str, list[Any]]:
    """The evaluated points of the jobs in which a statement of conformity was agreed; the last evaluation counts."""
    jobs = sorted({one.job_id for one in certificates})
    found: dict[str, list[Any]] = {}
    for first in range(0, len(jobs), AT_ONCE):
        chosen = select(EvaluationRecord).join(Job, col(Job.id) == col(EvaluationRecord.job_id))
        chosen = chosen.where(col(Job.id).in_(jobs[first : first + AT_ONCE]), col(Job.conformity).is_not(None))
        for row in session.exec(chosen.order_by(col(EvaluationRecord.id))):
            found[row.job_id] = row.points
    return found


def _verdicts(one: MovedCalibration, points: Sequence[Mapping[str, Any]]) -> tuple[str | None, str | None]:
    """The statement of conformity before and after the shift; of a point where it changes, if there is one."""
    found: dict[int, tuple[str, str | None]] = {}
    for result in one.results:
        said = points[result.position].get("conformity") if result.position < len(points) else None
        if said is None:
            continue
        after = verdict_after(points[result.position], result)
        found[result.position] = (str(said["verdict"]), after)
        if after is not None and after != said["verdict"]:
            return found[result.position]
    return found.get(one.worst.position, (None, None))


def verdict_after(point: Mapping[str, Any], result: MovedResult) -> str | None:
    """The statement of conformity of an evaluated point after a shift, on unrounded values by the rule agreed on.

    Args:
        point: as an evaluation record keeps it.
        result: the shift of its value; without one the verdict is not known.

    Source: ISO/IEC 17025:2017, 7.8.6; JCGM 106:2012, 8.
    """
    said, unit = point["conformity"], point["unit"]
    if result.value_shift is None:
        return None
    output, agreed = point["output"], point["circumstances"]["conformity"] or {}
    error = exact(output["estimate"]) + exact(result.value_shift)
    if point["kind"] == "value" and point["nominal"]:
        error -= in_unit(" ".join(point["nominal"]), unit)
    guard = float(in_unit(agreed["guard"], unit)) if agreed.get("guard") else None
    limits = float(said["limit_lower"]), float(said["limit_upper"])
    return verdict(float(error), float(output["expanded_uncertainty"]), *limits, said["rule"], guard)
