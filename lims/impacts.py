"""What a shift of a standard costs the laboratory: certificates ranked, verdicts judged again, customers named.

Source: ISO/IEC 17025:2017, 6.4.9 and 7.10.1.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from instruments.among import among
from instruments.history_models import Adjustment
from instruments.identity import present, records_of
from instruments.impact import MovedCalibration, Shift, below, impact
from instruments.models import Body, Calibration, Instrument
from instruments.owners import owners_at
from lims.chains import instrument_named, visible
from lims.errors import Invalid, Refused
from lims.impact_evaluation import Edition, EvaluatedAgain
from lims.impact_verdicts import judged_points, verdicts
from lims.people import LABORATORY_ROLES
from lims.step import Act, query
from lims.store.bench_tables import ItemAdjustment
from lims.store.tables import Certificate, Job

AT_ONCE = 2_000
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
    session, named = act.session, [one.id for one in roots]
    rows = below(session, named, shift)
    own = _own(session, [one.own_certificate_id for one in rows.calibrations.values() if one.own_certificate_id])
    editions = {
        key: own[one.own_certificate_id].edition
        for key, one in rows.calibrations.items()
        if one.own_certificate_id in own
    }
    by_class = _by_class(act, editions)
    again, adjusted = EvaluatedAgain(act.lab, session, editions, by_class), _adjusted(session) if by_class else ()
    moved = impact(session, named, shift, rows=rows, by_class=by_class, adjusted=adjusted, again=again)
    instruments = _by_id(session, Instrument, [one.instrument_id for one in moved])
    owners = owners_at(session, [(instruments[one.instrument_id], one.performed_on) for one in moved])
    bodies = _by_id(session, Body, [*owners.values(), *(one.customer_id for one in own.values())])
    points = judged_points(session, [one.job_id for one in own.values() if one.agreed])
    affected = []
    for one in moved:
        certificate, item = own.get(one.own_certificate_id or ""), instruments[one.instrument_id]
        customer = bodies[certificate.customer_id if certificate else owners[item.id, one.performed_on]]
        said = verdicts(one, points.get(certificate.job_id, ())) if certificate else (None, None)
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


class _Own(NamedTuple):
    """A certificate of this system: its job and customer, the procedure, whether conformity was to be stated."""

    job_id: str
    customer_id: str
    edition: Edition
    agreed: bool


def _own(session: Session, certificate_ids: Sequence[str]) -> dict[str, _Own]:
    one, job = col(Certificate.id), col(Job.id)
    named: tuple[Any, ...] = (one, Certificate.job_id, Certificate.customer_id, Job.procedure_id, Job.procedure_edition)
    chosen = sa.select(*named, col(Job.conformity).is_not(None)).join(Job, job == col(Certificate.job_id))
    found = {}
    for some in _portions(certificate_ids):
        for key, job_id, customer_id, *edition, agreed in session.execute(chosen.where(among(session, one, some))):
            found[key] = _Own(job_id, customer_id, (edition[0], edition[1]), bool(agreed))
    return found


def _by_class(act: Act, editions: Mapping[str, Edition]) -> set[str]:
    """Of some calibrations of this system those that used a standard by the limits of its class."""
    procedures = {one: act.lab.procedure(*one) for one in set(editions.values())}
    used = {
        one for one, has in procedures.items() if any(role.use == "class limits" for role in has.standards.values())
    }
    return {key for key, one in editions.items() if one in used}


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


def _portions(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    wanted = sorted(set(ids))
    return (wanted[first : first + AT_ONCE] for first in range(0, len(wanted), AT_ONCE))


def _by_id(session: Session, table: Any, ids: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for some in _portions(ids):
        found |= {row.id: row for row in session.exec(select(table).where(among(session, table.id, some)))}
    return found
