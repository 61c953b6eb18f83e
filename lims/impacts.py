"""What a shift of a standard costs the laboratory: certificates ranked, verdicts judged again, customers named.

Source: ISO/IEC 17025:2017, 6.4.9 and 7.10.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from instruments.history_models import Adjustment
from instruments.identity import present, records_of
from instruments.impact import MovedCalibration, MovedResult, Shift, impact
from instruments.models import Body, Calibration, Instrument
from instruments.owners import owners_at
from lims.chains import instrument_named, visible
from lims.errors import Invalid, Refused
from lims.impact_evaluation import EvaluatedAgain
from lims.people import LABORATORY_ROLES
from lims.quantity_text import in_unit
from lims.step import Act, query
from lims.store.bench_tables import ItemAdjustment
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
    item: Instrument
    body: Body
    verdict_before: str | None
    verdict_after: str | None

    @property
    def instrument(self) -> str:
        """The code of the instrument."""
        return self.item.code

    @property
    def customer(self) -> str:
        """The code of the customer; the owner's of its day where the certificate is not of this system."""
        return self.body.code

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
    shift: Shift

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
    roots = roots_of(act, named)
    asked = completed(act, roots, shift)
    affected = [one for one in affected_by(act, roots, asked) if _seen(act, one)]
    return Impact(named.strip(), tuple(one.certificate_number for one in roots), tuple(affected), asked)


def affected_by(act: Act, roots: Sequence[Calibration], shift: Shift) -> list[Affected]:
    """Everything that rests on some calibrations, whoever may see it: those whose verdict changes first.

    Raises:
        Invalid: the shift fits none of their results.
    """
    session = act.session
    by_class = _by_class(act)
    again, adjusted = EvaluatedAgain(act.lab, session, by_class), _adjusted(session) if by_class else frozenset()
    moved = impact(session, [one.id for one in roots], shift, by_class=by_class, adjusted=adjusted, again=again)
    instruments = _by_id(session, Instrument, [one.instrument_id for one in moved])
    certificates = _by_id(session, Certificate, [one.own_certificate_id for one in moved if one.own_certificate_id])
    owners = owners_at(session, [(instruments[one.instrument_id], one.performed_on) for one in moved])
    bodies = _by_id(session, Body, [*owners.values(), *(one.customer_id for one in certificates.values())])
    points = _points(session, certificates.values())
    affected = []
    for one in moved:
        certificate, item = certificates.get(one.own_certificate_id or ""), instruments[one.instrument_id]
        customer = bodies[certificate.customer_id if certificate else owners[item.id, one.performed_on]]
        said = _verdicts(one, points.get(certificate.job_id, ())) if certificate else (None, None)
        affected.append(Affected(one, item, customer, *said))
    return sorted(affected, key=lambda one: not one.flips)  # the order of `impact` stays within both


def completed(act: Act, roots: Sequence[Calibration], shift: Shift) -> Shift:
    """A shift whose ramp has both its days.

    Where they are not named it begins with the one certificate that is meant, and ends with the next calibration of
    its instrument, today where there is none.

    Raises:
        Invalid: a ramp over several certificates names no first day.
    """
    if not shift.ramp or shift.dated:
        return shift
    if shift.since is None and len(roots) > 1:
        raise Invalid("chains.ramp_first_day", count=len(roots))
    since = shift.since or roots[0].performed_on
    later = select(col(Calibration.performed_on)).where(
        Calibration.instrument_id == roots[0].instrument_id, col(Calibration.performed_on) > since
    )
    ends = act.session.exec(later.order_by(col(Calibration.performed_on))).first()
    return replace(shift, since=since, until=shift.until or ends or act.day)


def roots_of(act: Act, named: str) -> Sequence[Calibration]:
    """All calibrations of a standard, or the one with this certificate number."""
    standard = instrument_named(act.session, named)
    if standard is not None and visible(act, standard):
        records = records_of(act.session, present(act.session, standard).id)
        mine = select(Calibration).where(col(Calibration.instrument_id).in_(records))
        of_standard = act.session.exec(mine.order_by(col(Calibration.performed_on), col(Calibration.id))).all()
        if not of_standard:
            raise Refused("impact.never_calibrated", code=standard.code)
        return of_standard
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


def _adjusted(session: Session) -> frozenset[str]:
    """The calibrations at which the instrument was adjusted: to what their standards said, wrong or not.

    Entered with a calibration from outside, or stated in the job of a certificate of this system.
    """
    entered = select(Adjustment.calibration_id).where(col(Adjustment.calibration_id).is_not(None))
    stated = select(Calibration.id).join(Certificate, col(Certificate.id) == col(Calibration.own_certificate_id))
    stated = stated.join(ItemAdjustment, col(ItemAdjustment.job_id) == col(Certificate.job_id))
    return frozenset(str(one) for one in (*session.exec(entered), *session.exec(stated)))


def _seen(act: Act, one: Affected) -> bool:
    """Whether the actor sees a certificate: of the own centres, or of what they keep."""
    if act.actor.kind != "person":
        return True
    centres = act.rights.bodies(frozenset(LABORATORY_ROLES))
    return one.moved.laboratory_id in centres or one.item.keeper_id in centres


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
