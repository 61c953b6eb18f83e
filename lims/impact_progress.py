"""How far a case has come: of every certificate what was decided, and whether anything is left to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from lims.store.impact_tables import ImpactDecision, ImpactLetter, ImpactLetterSent, ImpactRecord, StandardHold
from lims.store.impact_tables import StandardRelease as Release
from lims.store.tables import ISSUED, Job

PROPOSALS = {
    "flips": "recall", "large": "amend", "noticeable": "inform", "listed": "no_effect", "not_judged": "recall",
}  # fmt: skip
"""What the laboratory proposes as long as nothing is decided, by what the shift does."""


@dataclass(frozen=True)
class Progress:
    """Where one certificate of a case stands: `open`, `waiting` (for letter or amended certificate) or `done`."""

    record: ImpactRecord
    decision: ImpactDecision | None
    state: str
    job: Job | None

    @property
    def proposal(self) -> str:
        """What was decided, or what the laboratory proposes."""
        return self.decision.decision if self.decision else proposed(self.record)


def proposed(record: ImpactRecord) -> str:
    """What is proposed for a certificate; what has ended needs no amendment, and what is not of this system neither."""
    proposal = PROPOSALS[record.weight]
    if proposal == "amend" and (record.certificate_id is None or record.finding["ended_on"]):
        return "inform"
    return proposal


def records_of_case(session: Session, case_id: str) -> Sequence[ImpactRecord]:
    """The certificates of a case in the order of the ranking."""
    mine = select(ImpactRecord).where(ImpactRecord.case_id == case_id)
    return session.exec(mine.order_by(col(ImpactRecord.rank))).all()


def progress_of(session: Session, case_id: str) -> list[Progress]:
    """Every certificate of a case with its decision and what is left to do, in the order of the ranking."""
    decisions: dict[str, ImpactDecision] = {}
    made = select(ImpactDecision).join(ImpactRecord, col(ImpactRecord.id) == col(ImpactDecision.record_id))
    for one in session.exec(made.where(ImpactRecord.case_id == case_id).order_by(col(ImpactDecision.id))):
        decisions[one.record_id] = one
    told = told_customers(session, case_id)
    amending = select(Job).join(ImpactDecision, col(ImpactDecision.job_id) == col(Job.id))
    amending = amending.join(ImpactRecord, col(ImpactRecord.id) == col(ImpactDecision.record_id))
    jobs = {one.id: one for one in session.exec(amending.where(ImpactRecord.case_id == case_id))}
    return [
        _progress(one, decisions.get(one.id), (one.centre_id, one.customer_id) in told, jobs)
        for one in records_of_case(session, case_id)
    ]


def told_customers(session: Session, case_id: str) -> set[tuple[str, str]]:
    """Pairs of a centre and a customer whose letter went out."""
    sent = select(ImpactLetter.centre_id, ImpactLetter.customer_id).join(
        ImpactLetterSent, col(ImpactLetterSent.letter_id) == col(ImpactLetter.id)
    )
    return set(session.exec(sent.where(ImpactLetter.case_id == case_id)))


def _progress(record: ImpactRecord, decision: ImpactDecision | None, told: bool, jobs: dict[str, Job]) -> Progress:
    if decision is None:
        return Progress(record, None, "open", None)
    job = jobs.get(decision.job_id or "")
    issued = decision.decision != "amend" or (job is not None and job.state == ISSUED)
    needless = decision.decision == "no_effect" or record.customer_id == record.centre_id
    return Progress(record, decision, "done" if issued and (told or needless) else "waiting", job)


def open_holds(session: Session, case_id: str) -> list[StandardHold]:
    """The holds of a case that nobody has released."""
    held = select(StandardHold).join(Release, col(Release.hold_id) == col(StandardHold.id), isouter=True)
    return list(session.exec(held.where(StandardHold.case_id == case_id, col(Release.hold_id).is_(None))))


def left_to_do(progress: Iterable[Progress]) -> int:
    """How many certificates are not dealt with."""
    return sum(one.state != "done" for one in progress)
