"""The main job, top to bottom: who does what, from which state to which, by which clause.

Received, assigned, measured, evaluated, reviewed, approved, numbered, issued, downloaded, verified; then the acts
that go backwards. The bodies say what happens; what several need is in `entering`, `guards`, `content` and `issuing`.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from instruments.models import Body, Instrument
from lims import amendments, entering, guards, notices, numbering, officers, registry_entries, renewals
from lims.amendments import NewText
from lims.content import certificate_content, seen_of
from lims.disciplines import discipline
from lims.entering import CellOutcome, TypedCell
from lims.errors import Refused
from lims.legal_periods import asked_regime
from lims.people import PERFORM, REVIEW, SIGN, competent
from lims.record import read_record
from lims.step import Act, query, record_step, step
from lims.store.tables import (
    APPROVED,
    ASSIGNED,
    CANCELLED,
    IN_REVIEW,
    ISSUED,
    MEASURING,
    NUMBERED,
    RECEIVED,
    REVIEWED,
    Approval,
    Certificate,
    CertificateIssue,
    EvaluationRecord,
    Job,
    Person,
)
from lims.submission import Submission, inputs_sha256

if TYPE_CHECKING:
    from certificates.archive_stamps import Stamp

USUAL_DAYS = 10


# ------------------------------------------------------------------------------------------------ forwards


@step(permission="job.receive", clause="ISO/IEC 17025, 7.4.1")
def receive(
    act: Act,
    *,
    centre_id: str,
    item_id: str,
    customer_id: str,
    procedure: tuple[str, str],
    condition: tuple[str, str],
    conformity: dict[str, Any] | None = None,
    languages: str = "vi-en",
    promised_on: date | None = None,
    regime: str = "",
) -> Job:
    """Take an item in: it gets a job number, its condition is noted (vi, en); of a verification the regime."""
    item, customer = act.session.get(Instrument, item_id), act.session.get(Body, customer_id)
    if item is None or customer is None or customer.kind not in ("customer", "centre", "laboratory", "nmi"):
        raise Refused("lims.not_found")
    chosen = act.lab.procedure(*procedure)
    entering.check_item(act.session, chosen, item, act.day)
    job = Job(
        centre_id=centre_id,
        number=numbering.next_job_number(act.session, centre_id, discipline(chosen.discipline).series, act.day.year),
        item_id=item.id,
        customer_id=customer.id,
        service=chosen.service,
        regime=asked_regime(chosen, regime, act.day),
        procedure_id=chosen.id,
        procedure_edition=chosen.edition,
        languages=entering.edition_languages(languages),
        conformity=entering.agreed_conformity(chosen, item, conformity),
        received_on=act.day,
        received_by=act.person_id,
        promised_on=promised_on or act.day + timedelta(days=USUAL_DAYS),
    )
    entering.describe(act, job, condition)
    act.session.add(job)
    return job


@step(on=Job, from_={RECEIVED, ASSIGNED}, to=ASSIGNED, permission="job.assign", clause="ISO/IEC 17025, 6.2.6")
def assign(act: Act, job: Job, *, technician_id: str) -> None:
    """Give the job to a technician who is authorised for its procedure today."""
    technician = act.session.get(Person, technician_id)
    if technician is None:
        raise Refused("lims.not_found")
    if not competent(act.session, technician_id, job.centre_id, job.procedure_id, job.service, PERFORM, act.day):
        raise Refused("lims.other_not_authorised", name=technician.name, procedure=job.procedure_id)
    officers.may_verify(act.session, technician_id, act.lab.procedure(job.procedure_id, job.procedure_edition), act.day)
    job.assigned_to = technician.id
    act.session.add(job)


@step(
    on=Job, from_={ASSIGNED, MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM,
    clause="ISO/IEC 17025, 6.4.11",
)  # fmt: skip
def choose_standard(act: Act, job: Job, *, role: str, instrument_id: str) -> None:
    """Take a standard or a piece of equipment for a role of the procedure; it must be usable today."""
    entering.choose(act, job, role, instrument_id)


@step(
    on=Job, from_={ASSIGNED, MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM,
    clause="ISO/IEC 17025, 6.3.3",
)  # fmt: skip
def record_environment(act: Act, job: Job, *, quantity: str, moment: str, text: str, why: str = "") -> None:
    """Note a condition of the surroundings at the start or the end of the readings, as typed."""
    entering.note_condition(act, job, quantity, moment, text, why)


@step(
    on=Job, from_={ASSIGNED, MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM,
    clause="ISO/IEC 17025, 7.5.1",
)  # fmt: skip
def record_readings(act: Act, job: Job, *, cells: list[TypedCell]) -> list[CellOutcome]:
    """Keep readings as typed. A wrong text stays in its cell as a draft; an existing reading is never overwritten."""
    officers.verifies(act, job)
    guards.standards_in_date(act.session, job, act.day)
    return [entering.enter(act, job, cell) for cell in cells]


@step(
    on=Job, from_={ASSIGNED, MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM, reason=True,
    clause="ISO/IEC 17025, 7.5.2",
)  # fmt: skip
def correct_reading(act: Act, job: Job, *, cell: TypedCell, replaces: str) -> CellOutcome:
    """Correct a reading: the new one names the old one, which stays readable, and the reason."""
    officers.verifies(act, job)
    guards.standards_in_date(act.session, job, act.day)
    return entering.correct(act, job, cell, replaces)


@step(on=Job, from_={ASSIGNED, MEASURING}, permission="environment.decide", reason=True, clause="ISO/IEC 17025, 6.3.3")
def decide_environment(act: Act, job: Job, *, text_vi: str, text_en: str) -> None:
    """Decide that the work stands although a condition left its limits; the decision is printed (7.8.2.1 n)."""
    entering.decide_conditions(act, job, text_vi, text_en)


@step(
    on=Job, from_={MEASURING}, to=IN_REVIEW, permission="job.measure", function=PERFORM,
    clause="ISO/IEC 17025, 7.6.2",
)  # fmt: skip
def evaluate(act: Act, job: Job, *, submission: Submission) -> EvaluationRecord:
    """Send for review: complete readings, conditions and standards in order, the uncertainty evaluated from them."""
    record = read_record(act.session, job)
    guards.before_review(act, record)
    if submission.inputs_sha256 != inputs_sha256(act.lab, act.session, record):
        raise Refused("lims.changed_meanwhile", job=job.number)
    evaluation = submission.as_record(job, act.now, act.person_id)
    guards.not_below_cmc(act.session, evaluation)
    guards.labelled(act, record, evaluation)
    act.session.add(evaluation)
    return evaluation


@step(
    on=Job, from_={IN_REVIEW}, to=REVIEWED, permission="job.review", function=REVIEW, independent=True,
    clause="ISO/IEC 17025, 7.7.1",
)  # fmt: skip
def review(act: Act, job: Job) -> None:
    """State that readings, evaluation and chain were looked at by a second person and found in order."""
    guards.before_review(act, read_record(act.session, job))


@step(
    on=Job, from_={REVIEWED}, to=APPROVED, permission="certificate.approve", function=SIGN, independent=True,
    fresh=True, clause="ISO/IEC 17025, 7.8.1.1",
)  # fmt: skip
def approve(act: Act, job: Job, *, seen: str) -> None:
    """Authorise the certificate exactly as it was shown: `seen` is the hash of what the screen held."""
    record = read_record(act.session, job)
    guards.another_than_reviewer(act, record)
    guards.before_review(act, record)
    content = certificate_content(act, record, signatory_id=act.person_id)
    guards.complete(content)
    if seen_of(act.session, content, job) != seen:
        raise Refused("lims.not_what_was_shown", job=job.number)
    act.session.add(Approval(centre_id=job.centre_id, job_id=job.id, seen=seen, person_id=act.person_id, at=act.now))


@step(on=Job, from_={APPROVED}, to=NUMBERED, permission="certificate.issue", clause="ISO/IEC 17025, 7.8.2.1 d")
def bind_number(act: Act, job: Job) -> Certificate:
    """Freeze the content and bind number, token and check code to it (first of two transactions)."""
    certificate = registry_entries.bind(act, read_record(act.session, job))
    act.session.add(certificate)
    return certificate


@step(on=Job, from_={NUMBERED}, to=ISSUED, permission="certificate.issue", clause="ISO/IEC 17025, 7.8.1.2")
def complete_issue(
    act: Act, job: Job, *, file_sha256: str, content_sha256: str, stamp: "Stamp | None" = None
) -> CertificateIssue:
    """Issue: the file lies in the vault, what it replaces is replaced, registry and customer learn of it (second)."""
    issue = registry_entries.complete(act, read_record(act.session, job), file_sha256, content_sha256)
    if stamp is not None:
        act.session.add(renewals.as_row(act, issue, 0, file_sha256, stamp))
    notices.queue(act, issue)
    return issue


@query(permission="certificate.read")
def download(act: Act, number: str) -> bytes:
    """Return the file of a certificate, of one's own centre or as the customer; else it does not exist."""
    return registry_entries.file_of(act, number)


# ------------------------------------------------------------------------------------------------ backwards


@step(
    on=Job, from_={IN_REVIEW, REVIEWED}, to=MEASURING, permission="job.return", reason=True,
    clause="ISO/IEC 17025, 7.7.3",
)  # fmt: skip
def return_for_correction(act: Act, job: Job) -> None:
    """Send the job back to the bench with the reason in words."""


@step(
    on=Job, from_={RECEIVED, ASSIGNED, MEASURING, IN_REVIEW, REVIEWED, APPROVED}, to=CANCELLED,
    permission="job.cancel", reason=True, clause="ISO/IEC 17025, 7.1.5",
)  # fmt: skip
def cancel(act: Act, job: Job) -> None:
    """Give the job up before it has a number; its record stays."""


@step(on=Job, from_={ISSUED}, permission="amendment.prepare", reason=True, clause="ISO/IEC 17025, 7.8.8.2")
def prepare_amendment(
    act: Act, job: Job, *, stated: list[NewText], reason_en: str = "", reason_language: str = "vi"
) -> Job:
    """Prepare a further document that amends an issued certificate; no result changes, and the certificate stands."""
    reason = amendments.printed_reason(act, job, reason_en, reason_language)
    after = amendments.bare_edition(act, job, reason, supplement=True)
    amendments.state_anew(act, job, after, stated)
    record_step(act, amendments.PREPARED, after, IN_REVIEW)
    return after


@step(on=Job, from_={ISSUED}, permission="certificate.amend", reason=True, clause="ISO/IEC 17025, 7.8.8.3")
def amend(act: Act, job: Job, *, remeasure: bool, reason_en: str = "", reason_language: str = "vi") -> Job:
    """Open the edition that replaces an issued certificate: at the bench, or in review with the readings as they were.

    The reason is printed in the language in which it is given, and in English beside where `reason_en` gives it.
    """
    after = entering.next_edition(act, job, amendments.printed_reason(act, job, reason_en, reason_language))
    record_step(act, "amend", after, MEASURING if remeasure else IN_REVIEW)
    return after


@step(on=Certificate, permission="certificate.withdraw", reason=True, clause="ISO/IEC 17025, 7.10.1")
def withdraw(act: Act, certificate: Certificate) -> None:
    """Withdraw an issued certificate; its file stays as it is, and verifies as withdrawn."""
    registry_entries.withdraw(act, certificate)
