"""Impact cases: opened with a shift, findings frozen, standards held, every certificate decided about, then closed.

A case is nonconforming work that begins above a certificate (ISO/IEC 17025, 6.4.9 and 7.10). It may reach certificates
of several centres: each decides about its own, writes to its own customers and releases its own standards.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from instruments.impact import Shift
from instruments.models import CalibrationWithdrawal, Instrument
from lims.errors import Invalid, Refused
from lims.impact_findings import freeze, hold, next_number, required_kind, shift_json
from lims.impact_progress import OPEN, STATE, count_of, left_to_do, open_holds
from lims.impacts import affected_by, completed, roots_of
from lims.people import centre_code
from lims.registry_entries import WITHDRAWN, status_of
from lims.step import Act, step
from lims.store.impact_tables import (
    CASE_KINDS,
    DECISIONS,
    ImpactCase,
    ImpactClosing,
    ImpactDecision,
    ImpactLetter,
    ImpactLetterSent,
    ImpactRecord,
    StandardHold,
    StandardRelease,
)
from lims.store.tables import CANCELLED, Certificate, Job
from uncertainty.typed import clean_text

AT_ONCE = 500
WAYS = ("post", "email", "in_person")


@step(permission="impact.manage", clause="ISO/IEC 17025, 6.4.9 and 7.10.1", reason=True)
def open_impact_case(act: Act, *, centre_id: str, kind: str, named: str, shift: Shift) -> ImpactCase:
    """Open a case: freeze what rests on the standard or certificate, hold standards, draft a letter per customer.

    Raises:
        Refused: the standard or certificate is not the centre's, or a case about it is open.
        Invalid: the kind is unknown, or the shift fits none of its results.
    """
    required_kind(kind, CASE_KINDS)
    roots = roots_of(act, named)
    _concerns_centre(act, centre_id, roots[0].instrument_id, roots[0].laboratory_id)
    asked = completed(act, roots, shift)
    affected = affected_by(act, roots, asked)
    case = ImpactCase(
        centre_id=centre_id,
        number=next_number(act.session, centre_id, centre_code(act.session, centre_id), act.day.year),
        kind=kind,
        named=named.strip(),
        instrument_id=roots[0].instrument_id,
        certificates=[one.certificate_number for one in roots],
        shift=shift_json(asked),
        since=asked.first_day,
        until=asked.until,
        reason=act.reason,
        opened_by=act.person_id,
        opened_at=act.now,
    )
    act.session.add(case)
    act.session.flush()
    freeze(act, case, affected)
    hold(act, case, roots, affected)
    return case


def _concerns_centre(act: Act, centre_id: str, instrument_id: str, laboratory_id: str) -> None:
    """Refuse what another centre keeps and another laboratory issued: to this one it does not exist."""
    item = act.session.get_one(Instrument, instrument_id)
    if centre_id not in (item.keeper_id, laboratory_id):
        raise Refused("impact.not_of_this_centre", code=item.code)


@step(permission="impact.manage", clause="ISO/IEC 17025, 7.10.1 c and d", reason=True)
def decide_impact(act: Act, *, centre_id: str, record_ids: Sequence[str], decision: str) -> list[ImpactDecision]:
    """Decide about certificates of one's own centre: no effect, inform, recall, amend or withdraw.

    To amend or to withdraw is an act of its own on the certificate, and comes first: the decision names it.

    Raises:
        Refused: a record is another centre's or its case is closed; the certificate was not amended or withdrawn yet.
        Invalid: the decision is unknown, or nothing is chosen.
    """
    required_kind(decision, DECISIONS)
    if not record_ids:
        raise Invalid("impact.nothing_chosen")
    decided, records = [], _records(act.session, record_ids)
    for case_id in {one.case_id for one in records}:
        _still_open(act.session, case_id)
    for record in records:
        if record.centre_id != centre_id:
            raise Refused("lims.not_found")
        decided.append(
            ImpactDecision(
                centre_id=centre_id, record_id=record.id, decision=decision, reason=act.reason,
                job_id=_done_first(act.session, record, decision), person_id=act.person_id, at=act.now,
            )
        )  # fmt: skip
    act.session.add_all(decided)
    return decided


def _records(session: Session, record_ids: Sequence[str]) -> list[ImpactRecord]:
    """Some records, each once, in the order in which they are named. Raises: Refused."""
    named = list(dict.fromkeys(record_ids))
    found: dict[str, ImpactRecord] = {}
    for first in range(0, len(named), AT_ONCE):
        some = select(ImpactRecord).where(col(ImpactRecord.id).in_(named[first : first + AT_ONCE]))
        found |= {one.id: one for one in session.exec(some)}
    if len(found) < len(named):
        raise Refused("lims.not_found")
    return [found[one] for one in named]


def _done_first(session: Session, record: ImpactRecord, decision: str) -> str | None:
    """The job of an amendment; refuses an amendment or a withdrawal that has not been made."""
    number = record.certificate_number
    if decision == "amend":
        following = amendment(session, record)
        if following is None:
            raise Refused("impact.amend_first", number=number)
        return following.id
    if decision == "withdraw" and not withdrawn(session, record):
        raise Refused("impact.withdraw_first", number=number)
    return None


def amendment(session: Session, record: ImpactRecord) -> Job | None:
    """The edition that amends the certificate of a record; None where there is none."""
    if record.certificate_id is None:
        return None
    job_id = session.get_one(Certificate, record.certificate_id).job_id
    later = (
        select(Job)
        .where(Job.amends_id == job_id, Job.state != CANCELLED, ~col(Job.supplement))
        .order_by(col(Job.id).desc())
    )
    return session.exec(later).first()


def withdrawn(session: Session, record: ImpactRecord) -> bool:
    """Whether the certificate of a record has been withdrawn."""
    if record.certificate_id is not None:
        return status_of(session, session.get_one(Certificate, record.certificate_id)) == WITHDRAWN
    ended = select(CalibrationWithdrawal).where(CalibrationWithdrawal.calibration_id == record.calibration_id)
    return session.exec(ended).first() is not None


@step(on=ImpactLetter, permission="impact.manage", clause="ISO/IEC 17025, 7.10.1 e")
def mark_letter_sent(act: Act, letter: ImpactLetter, *, way: str, file_sha256: str) -> ImpactLetterSent:
    """State that the letter went to its customer, and how; its file lies in the vault.

    Raises:
        Refused: it was sent already, or the customer has certificates about which nothing is decided.
    """
    required_kind(way, WAYS)
    if act.session.get(ImpactLetterSent, letter.id) is not None:
        raise Refused("impact.sent_already", number=letter.number)
    _still_open(act.session, letter.case_id)
    mine = (ImpactRecord.centre_id == letter.centre_id, ImpactRecord.customer_id == letter.customer_id)
    waiting = count_of(act.session, letter.case_id, STATE == OPEN, *mine)
    if waiting:
        raise Refused("impact.letter_undecided", number=letter.number, count=waiting)
    act.lab.vault.get(clean_text(file_sha256, field="file_sha256", most=64))
    sent = ImpactLetterSent(
        letter_id=letter.id, centre_id=letter.centre_id, file_sha256=file_sha256, way=way, sent_on=act.day,
        person_id=act.person_id, at=act.now,
    )  # fmt: skip
    act.session.add(sent)
    return sent


@step(on=StandardHold, permission="impact.manage", clause="ISO/IEC 17025, 7.10.1 f", reason=True)
def release_standard(act: Act, held: StandardHold) -> StandardRelease:
    """Let a held standard be used again, with the reason."""
    if act.session.get(StandardRelease, held.id) is not None:
        raise Refused("impact.released_already", code=act.session.get_one(Instrument, held.instrument_id).code)
    release = StandardRelease(
        hold_id=held.id, centre_id=held.centre_id, reason=act.reason, person_id=act.person_id, at=act.now
    )
    act.session.add(release)
    return release


@step(on=ImpactCase, permission="impact.manage", clause="ISO/IEC 17025, 7.10.2", reason=True)
def close_impact_case(act: Act, case: ImpactCase) -> ImpactClosing:
    """Close a case in which every certificate is dealt with and no standard is held any more, with the conclusion.

    Raises:
        Refused: it is closed, or something is still open, at whichever centre.
    """
    _still_open(act.session, case.id)
    left = left_to_do(act.session, case.id)
    held = len(open_holds(act.session, case.id))
    if left or held:
        raise Refused("impact.case_still_open", number=case.number, records=left, holds=held)
    closing = ImpactClosing(
        case_id=case.id, centre_id=case.centre_id, conclusion=act.reason, person_id=act.person_id, at=act.now
    )
    act.session.add(closing)
    return closing


def _still_open(session: Session, case_id: str) -> None:
    if session.get(ImpactClosing, case_id) is not None:
        raise Refused("impact.case_closed", number=session.get_one(ImpactCase, case_id).number)
