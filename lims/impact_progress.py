"""How far a case has come: of every certificate what was decided, and whether anything is left to do.

A case may reach a hundred thousand certificates: the database counts them, and gives those that somebody looks at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from instruments.models import Instrument
from lims.store.impact_tables import ImpactDecision, ImpactLetter, ImpactLetterSent, ImpactRecord, StandardHold
from lims.store.impact_tables import StandardRelease as Release
from lims.store.tables import ISSUED, Job

PROPOSALS = {
    "flips": "recall", "large": "amend", "noticeable": "inform", "listed": "no_effect", "not_judged": "recall",
}  # fmt: skip
"""What the laboratory proposes as long as nothing is decided, by what the shift does."""
OPEN, WAITING, DONE = "open", "waiting", "done"
"""Where a certificate of a case stands: nothing decided; decided, but letter or amended certificate to come; done."""


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


class Tally(NamedTuple):
    """How many certificates of a case are alike: whose they are, how they move, where they stand.

    ``needed`` tells whether their customer has to be told of them.
    """

    case_id: str
    centre_id: str
    customer_id: str
    keeper_id: str | None
    weight: str
    state: str
    needed: bool
    records: int


def proposed(record: ImpactRecord) -> str:
    """What is proposed for a certificate; what has ended needs no amendment, and what is not of this system neither."""
    proposal = PROPOSALS[record.weight]
    if proposal == "amend" and (record.certificate_id is None or record.finding["ended_on"]):
        return "inform"
    return proposal


_decision, _later = aliased(ImpactDecision), aliased(ImpactDecision)
_RECORD, _DECISION = ImpactRecord, _decision
KEEPER = (
    sa.select(col(Instrument.keeper_id))
    .where(col(Instrument.id) == col(_RECORD.instrument_id))
    .correlate(_RECORD)
    .scalar_subquery()
)
"""Who keeps the instrument of a record. Looked up for each: a join would read a register of a million to find these."""
_LAST = sa.select(sa.func.max(_later.id)).where(col(_later.record_id) == col(_RECORD.id)).correlate(_RECORD)
_TOLD = (
    sa.exists()
    .where(col(ImpactLetterSent.letter_id) == col(ImpactLetter.id))
    .where(col(ImpactLetter.case_id) == col(_RECORD.case_id))
    .where(col(ImpactLetter.centre_id) == col(_RECORD.centre_id))
    .where(col(ImpactLetter.customer_id) == col(_RECORD.customer_id))
    .correlate(_RECORD)
)
_MADE = sa.or_(col(_DECISION.decision) != "amend", col(Job.state) == ISSUED)
_NOBODY_TO_TELL = sa.or_(
    col(_DECISION.decision) == "no_effect", col(_RECORD.customer_id) == col(_RECORD.centre_id), _TOLD
)
STATE = sa.case(
    (col(_DECISION.id).is_(None), OPEN), (sa.and_(_MADE, _NOBODY_TO_TELL), DONE), else_=WAITING
)  # fmt: skip
"""Where a record stands; the last decision about it counts."""
_HARMLESS = [weight for weight, proposal in PROPOSALS.items() if proposal == "no_effect"]
_NEEDED = sa.case(
    (col(_DECISION.id).is_not(None), col(_DECISION.decision) != "no_effect"),
    else_=col(_RECORD.weight).not_in(_HARMLESS),
)


def _joined(*columns: Any) -> Any:
    """Columns of records with their last decisions and the jobs of those."""
    found = sa.select(*columns).select_from(_RECORD)
    found = found.join(_DECISION, col(_DECISION.id) == _LAST.scalar_subquery(), isouter=True)
    return found.join(Job, col(Job.id) == col(_DECISION.job_id), isouter=True)


def progress_of(session: Session, case_id: str, *where: Any, most: int | None = None) -> list[Progress]:
    """Certificates of a case with their decisions and what is left to do, in the order of the ranking.

    Args:
        session: a session on the laboratory.
        case_id: the case.
        where: conditions on the records, their `STATE`, or their `KEEPER`.
        most: how many; all where None.
    """
    chosen = _joined(_RECORD, _DECISION, STATE, Job).where(col(_RECORD.case_id) == case_id, *where)
    rows = session.execute(chosen.order_by(col(_RECORD.rank)).limit(most)).all()
    return [Progress(*row) for row in rows]


def ids_of(session: Session, case_id: str, *where: Any) -> tuple[str, ...]:
    """The ids of records of a case for which some conditions hold, in the order of the ranking."""
    chosen = _joined(col(_RECORD.id)).where(col(_RECORD.case_id) == case_id, *where).order_by(col(_RECORD.rank))
    return tuple(session.execute(chosen).scalars())


def tallies(session: Session, *where: Any) -> list[Tally]:
    """The certificates of some cases counted, by everything that a screen tells them apart by."""
    alike = (
        col(_RECORD.case_id), col(_RECORD.centre_id), col(_RECORD.customer_id), KEEPER.label("keeper_id"),
        col(_RECORD.weight), STATE.label("state"), _NEEDED.label("needed"),
    )  # fmt: skip
    every = _joined(*alike).where(*where).subquery()
    counted = sa.select(*every.c, sa.func.count()).group_by(*every.c)
    return [Tally(*row)._replace(needed=bool(row[6])) for row in session.execute(counted)]


def count_of(session: Session, case_id: str, *where: Any) -> int:
    """How many records of a case some conditions hold for."""
    chosen = _joined(sa.func.count()).where(col(_RECORD.case_id) == case_id, *where)
    return int(session.execute(chosen).scalar_one())


def open_holds(session: Session, case_id: str) -> list[StandardHold]:
    """The holds of a case that nobody has released."""
    held = select(StandardHold).join(Release, col(Release.hold_id) == col(StandardHold.id), isouter=True)
    return list(session.exec(held.where(StandardHold.case_id == case_id, col(Release.hold_id).is_(None))))


def left_to_do(session: Session, case_id: str) -> int:
    """How many certificates of a case are not dealt with."""
    return count_of(session, case_id, STATE != DONE)


def total(found: Sequence[Tally], state: str = "") -> int:
    """How many certificates some tallies hold, of one state or of all."""
    return sum(one.records for one in found if not state or one.state == state)
