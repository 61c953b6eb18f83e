"""Approving several at once: only where nothing is unusual, each exactly as it was shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from lims import access, calibration
from lims.approval_sheet import ApprovalSheet, approval_sheet
from lims.errors import Refused, Stated
from lims.laboratory import Laboratory
from lims.people import Actor

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Candidate:
    """A job that waits for approval: what was shown, and why it has to be looked at on its own, if it has."""

    sheet: ApprovalSheet
    refusal: Stated | None

    @property
    def seen(self) -> str:
        """The hash of what is shown."""
        return self.sheet.seen


@dataclass(frozen=True)
class Outcome:
    """What came of one job."""

    job_id: str
    refusal: Stated | None


def candidate(lab: Laboratory, actor: Actor, job_id: str) -> Candidate:
    """A job with what keeps it from being approved together with others."""
    sheet = approval_sheet(lab, actor, job_id)
    return Candidate(sheet, _keeps_apart(sheet))


def _keeps_apart(sheet: ApprovalSheet) -> Stated | None:
    """The first thing that asks for a look of its own: the act's own answer, a failed guard, something unusual."""
    offered = sheet.offers["approve"].refusal
    failed = next((one.refusal for one in sheet.checks if one.refusal is not None), None)
    if offered is not None or failed is not None:
        return offered or failed
    if sheet.unusual:
        return Refused("bulk.unusual", job=sheet.row.number, what=sheet.unusual[0].title)
    return None


def approve_several(
    lab: Laboratory, actor: Actor, *, shown: Sequence[tuple[str, str]], password: str
) -> tuple[Outcome, ...]:
    """Approve jobs together, with the password given once for all that were shown.

    Args:
        lab: the laboratory.
        actor: who authorises.
        shown: each job with the hash of what was on the screen (`seen`).
        password: given again.

    Returns:
        One outcome for each; what is unusual, or no longer what was shown, is left alone and says why.

    Raises:
        Refused: the password is wrong, or there are too many.
    """
    if len(shown) > MOST_AT_ONCE:
        raise Refused("bulk.too_many", count=len(shown), most=MOST_AT_ONCE)
    access.confirm_all(lab, actor, password, act="approve", contents=shown)
    return tuple(Outcome(job_id, _approved(lab, actor, job_id, seen)) for job_id, seen in shown)


def _approved(lab: Laboratory, actor: Actor, job_id: str, seen: str) -> Stated | None:
    """Approve one job; what keeps it from it, or None."""
    try:
        found = candidate(lab, actor, job_id)
        if found.refusal is None:
            calibration.approve(lab, actor, job_id, seen=seen)
        return found.refusal
    except Stated as refusal:
        return refusal
