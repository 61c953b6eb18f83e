"""What an impact case freezes when it is opened: a record for each certificate, a letter for each customer, the holds.

Who answers for a certificate is the laboratory that issued it, where it works with this system, else the centre that
keeps the instrument.
"""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from instruments.identity import present
from instruments.impact import MovedResult, Shift
from instruments.models import Calibration, Instrument
from instruments.registry import latest_calibration
from lims.errors import Invalid
from lims.impacts import Affected
from lims.people import QUALITY_MANAGER
from lims.step import Act
from lims.store.impact_tables import ImpactCase, ImpactLetter, ImpactRecord, StandardHold
from lims.store.tables import RoleGrant

MATTERS = ("flips", "large", "not_judged")
"""What a shift does to a standard that has to be held from use: more than a third of its U, or nobody knows."""


def shift_json(shift: Shift) -> dict[str, Any]:
    """A shift as it is kept."""
    return {
        "ramp": shift.ramp,
        "amounts": [
            {
                "digits": one.digits, "unit": one.unit, "point": one.point, "point_unit": one.point_unit,
                "since": one.since.isoformat() if one.since else None,
            }
            for one in shift.amounts
        ],
    }  # fmt: skip


def freeze(act: Act, case: ImpactCase, affected: Sequence[Affected]) -> list[ImpactRecord]:
    """The records of a case, in the order of the ranking, and the letters of each centre to its customers."""
    staffed = _staffed(act.session)
    records = [_record(case, rank, one, staffed) for rank, one in enumerate(affected)]
    act.session.add_all(records)
    pairs = dict.fromkeys((one.centre_id, one.customer_id) for one in records if one.centre_id != one.customer_id)
    for number, (centre_id, customer_id) in enumerate(pairs, start=1):
        letter = f"{case.number}/{number:02d}"
        act.session.add(ImpactLetter(centre_id=centre_id, case_id=case.id, customer_id=customer_id, number=letter))
    return records


def hold(act: Act, case: ImpactCase, roots: Sequence[Calibration], affected: Sequence[Affected]) -> list[StandardHold]:
    """Hold from use the wrong standard, and those whose values in force move by more than a third of their U.

    What nobody here keeps is not held here.
    """
    wanted = {case.instrument_id: {one.id for one in roots}}
    for one in affected:
        if one.item.kind == "standard" and one.weight in MATTERS:
            wanted.setdefault(one.item.id, set()).add(one.moved.calibration_id)
    staffed, held = _staffed(act.session), []
    for instrument_id, calibrations in wanted.items():
        item = present(act.session, act.session.get_one(Instrument, instrument_id))
        in_force = latest_calibration(act.session, item.id, act.day)
        rests = in_force is not None and in_force.id in calibrations
        if item.keeper_id is None or item.kind != "standard" or not (rests or item.id == case.instrument_id):
            continue
        held.append(
            StandardHold(
                centre_id=item.keeper_id if item.keeper_id in staffed else case.centre_id,
                case_id=case.id,
                instrument_id=item.id,
                reason=case.reason,
                held_at=act.now,
            )
        )
    act.session.add_all(held)
    return held


def next_number(session: Session, centre_id: str, centre_code: str, year: int) -> str:
    """The next free number of a centre's cases, for example `MB-AH-26-001`."""
    start = f"{centre_code}-AH-{year % 100:02d}-"
    numbers = session.exec(select(ImpactCase.number).where(ImpactCase.centre_id == centre_id))
    largest = max((int(number[len(start) :]) for number in numbers if number.startswith(start)), default=0)
    return f"{start}{largest + 1:03d}"


def _staffed(session: Session) -> frozenset[str]:
    """The bodies that have a quality manager here, and so answer for themselves."""
    held = select(RoleGrant.body_id).where(RoleGrant.role == QUALITY_MANAGER, col(RoleGrant.ended_on).is_(None))
    return frozenset(session.exec(held.distinct()))


def _record(case: ImpactCase, rank: int, one: Affected, staffed: frozenset[str]) -> ImpactRecord:
    moved, item = one.moved, one.item
    if moved.laboratory_id in staffed:
        centre_id = moved.laboratory_id
    else:
        centre_id = item.keeper_id if item.keeper_id in staffed and item.keeper_id else case.centre_id
    worst = moved.worst
    unjudged = next((result.reason for result in moved.results if result.reason is not None), None)
    finding = {
        **_numbers(worst),
        "verdict_before": one.verdict_before,
        "verdict_after": one.verdict_after,
        "judged": moved.judged,
        "reason": None if unjudged is None else {"vi": unjudged.text("vi"), "en": unjudged.text("en")},
        "depth": moved.depth,
        "ended_on": moved.withdrawn_on.isoformat() if moved.withdrawn_on else None,
        "points": [_numbers(result) for result in moved.results],
    }
    return ImpactRecord(
        centre_id=centre_id, case_id=case.id, rank=rank, calibration_id=moved.calibration_id,
        certificate_id=moved.own_certificate_id, certificate_number=moved.certificate, performed_on=moved.performed_on,
        instrument_id=item.id, customer_id=one.body.id, weight=one.weight, finding=finding,
    )  # fmt: skip


def _numbers(result: MovedResult) -> dict[str, Any]:
    return {
        "quantity": result.quantity, "point": result.point, "point_unit": result.point_unit, "shift": result.shift,
        "unit": result.unit, "U": result.expanded_uncertainty, "shift_over_U": result.shift_over_u,
    }  # fmt: skip


def required_kind(kind: str, kinds: Sequence[str]) -> str:
    """A kind of case, or of decision, that there is. Raises: Invalid."""
    if kind not in kinds:
        raise Invalid("impact.kind_unknown", kind=kind, kinds=", ".join(kinds))
    return kind
