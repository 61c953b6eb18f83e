"""Issuing in bulk: a person starts a run of approved jobs, worker processes take them one by one, progress is told.

Each certificate is issued by the same two steps as a single one, by the system. A worker holds a task for some minutes;
where it dies, another one takes the task again, and a number never gets a second certificate.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import and_, col, or_, select

from lims import issuing
from lims.errors import Invalid, Refused, Stated
from lims.laboratory import Laboratory
from lims.people import SYSTEM_ACTOR
from lims.step import Act, query, step
from lims.store.issuing_tables import DONE, REFUSED, RUNNING, WAITING, IssuingRun, IssuingTask
from lims.store.tables import APPROVED, ISSUED, NUMBERED, Certificate, Job

LEASE = timedelta(minutes=3)
MOST_TRIES = 5
MOST_JOBS = 2_000
CANCELLED = "cancelled"


@step(permission="certificate.approve", clause="ISO/IEC 17025, 7.8.1.2")
def start_issuing(act: Act, *, centre_id: str, job_ids: Sequence[str]) -> IssuingRun:
    """Let approved jobs of the centre be issued together, in the order given; worker processes do it."""
    if not 1 <= len(set(job_ids)) <= MOST_JOBS:
        raise Invalid("bulk.number_of_jobs", count=len(set(job_ids)), most=MOST_JOBS)
    run = IssuingRun(centre_id=centre_id, person_id=act.person_id, at=act.now)
    act.session.add(run)
    act.session.flush()
    for job_id in dict.fromkeys(job_ids):
        job = act.session.get(Job, job_id)
        if job is None or job.centre_id != centre_id:
            raise Refused("lims.not_found")
        if job.state not in (APPROVED, NUMBERED):
            raise Refused("bulk.not_approved", job=job.number)
        act.session.add(IssuingTask(run_id=run.id, job_id=job_id))
    return run


@step(on=IssuingRun, permission="certificate.approve", clause="ISO/IEC 17025, 7.8.1.2")
def cancel_issuing(act: Act, run: IssuingRun) -> None:
    """Take no further job of a run; what is being issued is finished, what waits stays approved."""
    if run.cancelled_at is not None:
        raise Refused("bulk.cancelled_already")
    run.cancelled_at = act.now
    run.version += 1
    act.session.add(run)


@dataclass(frozen=True)
class Task:
    """One job of a run, as it stands."""

    job_id: str
    job: str
    state: str
    number: str
    answer: dict[str, str]


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        counts: state -> number of jobs: waiting, running, done, refused, cancelled.
    """

    run_id: str
    centre_id: str
    started_at: datetime
    counts: dict[str, int]
    tasks: tuple[Task, ...]

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.counts.get(WAITING) or self.counts.get(RUNNING))


@query(permission="job.read")
def progress(act: Act, *, most: int = 20) -> list[Progress]:
    """The runs of the centres whose jobs one may read, newest first."""
    runs = act.session.exec(select(IssuingRun).order_by(col(IssuingRun.at).desc()).limit(most)).all()
    return [_progress(act, run) for run in runs if act.rights.holds("job.read", run.centre_id)]


def _progress(act: Act, run: IssuingRun) -> Progress:
    rows = act.session.exec(
        select(IssuingTask, Job.number)
        .join(Job, col(Job.id) == col(IssuingTask.job_id))
        .where(IssuingTask.run_id == run.id)
        .order_by(IssuingTask.id)
    ).all()
    tasks = tuple(Task(one.job_id, job, _state(run, one, act.now), one.number, one.answer or {}) for one, job in rows)
    return Progress(run.id, run.centre_id, run.at, dict(Counter(one.state for one in tasks)), tasks)


def _state(run: IssuingRun, task: IssuingTask, now: datetime) -> str:
    lost = task.state == RUNNING and task.leased_until is not None and task.leased_until < now
    if lost and task.tries >= MOST_TRIES:
        return REFUSED
    if run.cancelled_at is not None and (task.state == WAITING or lost):
        return CANCELLED
    return task.state


def work(lab: Laboratory, most: int | None = None) -> int:
    """Issue what waits, one job after another, until nothing is left; return how many were taken.

    Args:
        lab: opened by this very process.
        most: stop after so many.
    """
    taken = 0
    while (most is None or taken < most) and (task := _take(lab)) is not None:
        _finish(lab, *task)
        taken += 1
    return taken


def _take(lab: Laboratory) -> tuple[str, str] | None:
    """A task and its job, held for some minutes; None where nothing waits."""
    now = lab.clock.now()
    lost = and_(col(IssuingTask.state) == RUNNING, col(IssuingTask.leased_until) < now)
    free = (
        select(IssuingTask.id)
        .join(IssuingRun, col(IssuingRun.id) == col(IssuingTask.run_id))
        .where(
            col(IssuingRun.cancelled_at).is_(None),
            IssuingTask.tries < MOST_TRIES,
            or_(col(IssuingTask.state) == WAITING, lost),
        )
        .order_by(IssuingTask.id)
        .limit(1)
        .with_for_update(of=IssuingTask, skip_locked=True)
        .scalar_subquery()
    )
    taking = (
        update(IssuingTask)
        .where(col(IssuingTask.id) == free)
        .values(state=RUNNING, tries=col(IssuingTask.tries) + 1, leased_until=now + LEASE)
        .returning(col(IssuingTask.id), col(IssuingTask.job_id))
        .execution_options(synchronize_session=False)
    )
    with lab.store.writing() as session:
        found = session.execute(taking).first()
    return (found[0], found[1]) if found else None


def _finish(lab: Laboratory, task_id: str, job_id: str) -> None:
    """Issue one job and note what came of it."""
    try:
        number, answer = issuing.issue(lab, SYSTEM_ACTOR, job_id), None
    except Stated as refusal:
        number = _number_of_issued(lab, job_id)  # another process may have finished it
        answer = None if number else {language: refusal.text(language) for language in ("vi", "en")}
    with lab.store.writing() as session:
        task = session.get_one(IssuingTask, task_id)
        task.state, task.number, task.answer = (REFUSED if answer else DONE), number, answer
        task.leased_until = None
        session.add(task)


def _number_of_issued(lab: Laboratory, job_id: str) -> str:
    with lab.store.reading() as session:
        job = session.get_one(Job, job_id)
        certificate = session.exec(select(Certificate).where(Certificate.job_id == job_id)).one_or_none()
        return certificate.number if certificate and job.state == ISSUED else ""
