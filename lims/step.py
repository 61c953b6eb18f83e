"""What every act shares: transaction, right, state, separation of duties, competence, audit.

`@step` makes an act of a plain function; `@query` does the same for reads. Both fill a table (`STEPS`, `QUERIES`)
from which come the buttons, the documentation, and the test that calls each act with each wrong role in each wrong
state. Acts never nest: what two share is a plain function.
"""

import functools
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session, SQLModel, col, select

from lims import audit
from lims.clock import local_day
from lims.errors import DiskFull, Invalid, Refused, Stated
from lims.laboratory import Laboratory
from lims.people import Actor, Rights, competent, contributors, current_rights
from lims.store.access_tables import Confirmation
from lims.store.tables import MEASURING, AuditRecord, Job, Person, StepRecord
from uncertainty.typed import clean_text
from uncertainty.wording import Phrase

LEAST_REASON, MOST_REASON = 10, 500
BACKWARD_TOLERATED = timedelta(seconds=5)
CONFIRMATION_GOOD_FOR = timedelta(minutes=5)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Step:
    """The declaration of an act."""

    name: str
    on: type[SQLModel] | None
    from_: frozenset[str] | None
    to: frozenset[str] | None
    permission: str
    clause: str
    fresh: bool = False
    function: str | None = None
    independent: bool = False
    reason: bool = False
    network: bool = False


@dataclass(frozen=True)
class Query:
    """The declaration of a read."""

    name: str
    permission: str


@dataclass
class Act:
    """What the body of an act works with: one transaction, one actor, one moment."""

    lab: Laboratory
    session: Session
    rights: Rights
    now: datetime
    day: date
    centre_id: str
    step: Step | None
    reason: str = ""
    clock_stepped_back: bool = False
    to: str | None = None

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.rights.actor

    @property
    def person_id(self) -> str:
        """The person who acts; the system is no person."""
        if self.actor.person_id is None:
            raise self.not_permitted()
        return self.actor.person_id

    def not_permitted(self) -> Refused:
        """That this person may not do what is being done."""
        return Refused("lims.not_permitted", act=Phrase(f"acts.{self.step.name if self.step else 'query'}"))


@dataclass(frozen=True)
class _Said:
    """What every act may be told besides its own arguments."""

    reason: str
    version: int | None


STEPS: dict[str, Step] = {}
QUERIES: dict[str, Query] = {}
_at_work: ContextVar[str] = ContextVar("act_at_work", default="")


def step(
    *,
    on: type[SQLModel] | None = None,
    from_: Iterable[str] | None = None,
    to: str | Iterable[str] | None = None,
    permission: str,
    clause: str,
    fresh: bool = False,
    function: str | None = None,
    independent: bool = False,
    reason: bool = False,
    network: bool = False,
) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[..., R]]:
    """Make an act of a function whose first argument is the `Act`, and whose second is the object where `on` is given.

    Args:
        on: kind of the object; its id is the act's first argument after laboratory and actor.
        from_: states from which the act is legal (jobs only).
        to: state into which it takes the job; the body chooses with `act.to` where there are several; None: it stays.
        permission: the right that it needs, see `lims.people.PERMISSIONS`.
        clause: the clause of the document that asks for it.
        fresh: it needs a password given again for this act and for the `seen` that it names.
        function: the function for which the person must be authorised on that day.
        independent: nobody who entered content of the job may do it.
        reason: it needs a reason in words.
        network: it concerns the whole network, and is recorded in the network's chain.

    The act takes two more arguments by name: `reason`, and `version`, the version of the object that its caller had
    before the eyes; where another has changed the object since, the act is refused.
    """

    def declare(body: Callable[Concatenate[Act, P], R]) -> Callable[..., R]:
        several = frozenset([to] if isinstance(to, str) else to) if to is not None else None
        declared = Step(
            body.__name__, on, frozenset(from_) if from_ is not None else None, several, permission, clause,
            fresh, function, independent, reason, network,
        )  # fmt: skip
        STEPS[declared.name] = declared

        @functools.wraps(body)
        def act(
            lab: Laboratory, actor: Actor, *args: Any, reason: str = "", version: int | None = None, **given: Any
        ) -> R:
            if _at_work.get():
                raise RuntimeError(f"{declared.name} was called inside {_at_work.get()}: acts do not nest")
            token = _at_work.set(declared.name)
            try:
                return _perform(declared, body, lab, actor, args, _Said(reason, version), given)
            except DiskFull:
                raise
            except Stated as answer:
                _record_refusal(declared, lab, actor, args, given, answer)
                raise
            finally:
                _at_work.reset(token)

        return act

    return declare


def query(*, permission: str) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[..., R]]:
    """Make a read of a function whose first argument is the `Act`; the body filters by what the actor may see."""

    def declare(body: Callable[Concatenate[Act, P], R]) -> Callable[..., R]:
        declared = Query(body.__name__, permission)
        QUERIES[declared.name] = declared

        @functools.wraps(body)
        def read(lab: Laboratory, actor: Actor, *args: Any, **given: Any) -> R:
            with lab.store.reading() as session:
                now = lab.clock.now()
                act = _opened(lab, session, actor, now)
                if not act.rights.holds(permission, None):
                    raise act.not_permitted()
                return body(act, *args, **given)

        return read

    return declare


def _opened(lab: Laboratory, session: Session, actor: Actor, now: datetime, step: Step | None = None) -> Act:
    day = local_day(now, lab.settings.time_zone)
    rights = current_rights(session, actor, now, day, lab.settings.idle_minutes, lab.settings.session_hours)
    return Act(lab, session, rights, now, day, "", step)


def _perform(
    declared: Step,
    body: Callable[..., R],
    lab: Laboratory,
    actor: Actor,
    args: tuple[Any, ...],
    said: _Said,
    given: dict[str, Any],
) -> R:
    with lab.store.writing() as session:
        log = audit.ChangeLog(session)
        centre_id = _centre_of(session, declared, args, given)
        head = audit.lock_head(session, audit.NETWORK if declared.network else centre_id)
        target = _locked(session, declared, args)
        act = _opened(lab, session, actor, lab.clock.now(), declared)
        act.centre_id = centre_id
        _check_clock(act, head.at)
        _check_right(act, declared, target)
        if isinstance(target, Job):
            check_job(act, declared, target)
        act.reason = _reason(declared, said.reason)
        _check_version(session, target, said.version)
        if declared.fresh:
            _use_confirmation(act, declared, args[0], str(given.get("seen", "")))
        result = body(act, *((target, *args[1:]) if declared.on else args), **given)
        session.flush()
        if isinstance(target, Job):
            _move(act, declared, target)
        audit.append(session, head, _entry(act, declared, target, audit.DONE, act.reason, tuple(log.changes)))
    return result


def _check_version(session: Session, target: Any, version: int | None) -> None:
    """Refuse when the object is no longer in the version that the caller saw, and name who changed it."""
    if version is None or getattr(target, "version", version) == version:
        return
    last = session.exec(
        select(AuditRecord)
        .where(AuditRecord.object_id == target.id, AuditRecord.outcome == audit.DONE)
        .order_by(col(AuditRecord.at).desc(), col(AuditRecord.sequence).desc())
    ).first()
    raise Refused("lims.changed_by_another", who=last.person_name if last else "")


def _centre_of(session: Session, declared: Step, args: tuple[Any, ...], given: dict[str, Any]) -> str:
    """The centre an act belongs to: its object's, or the one named; the network has none."""
    if declared.on is not None and hasattr(declared.on, "centre_id"):
        found = session.get(declared.on, args[0])
        if found is None:
            raise Refused("lims.not_found")
        return str(found.centre_id)
    return str(given.get("centre_id", ""))


def _locked(session: Session, declared: Step, args: tuple[Any, ...]) -> Any:
    if declared.on is None:
        return None
    found = session.get(declared.on, args[0], with_for_update=True, populate_existing=True)
    if found is None:
        raise Refused("lims.not_found")
    return found


def _reason(declared: Step, reason: str) -> str:
    text = clean_text(reason, field="reason", most=MOST_REASON) if reason else ""
    if declared.reason and len(text) < LEAST_REASON:
        raise Invalid("lims.reason_needed", least=LEAST_REASON)
    return text


def _check_clock(act: Act, last: datetime | None) -> None:
    """A clock that steps back a little is noted and the last time used; by more, nothing is signed (R6)."""
    if last is None or act.now >= last:
        return
    if last - act.now <= BACKWARD_TOLERATED:
        act.now = last
        act.day = local_day(last, act.lab.settings.time_zone)
        return
    act.clock_stepped_back = True
    if act.step is not None and (act.step.fresh or act.step.permission in ("certificate.issue", "certificate.renew")):
        raise Refused("lims.clock_stepped_back", last=last.isoformat(), now=act.now.isoformat())


def _check_right(act: Act, declared: Step, target: Any) -> None:
    where = None if declared.network or not act.centre_id else act.centre_id
    if act.rights.holds(declared.permission, where):
        return
    member = where is None or bool(act.rights.at(where)) or act.actor.kind != "person"
    if target is not None and not member:
        raise Refused("lims.not_found")  # a stranger to the centre does not learn that it exists
    raise act.not_permitted()


def check_job(act: Act, declared: Step, job: Job) -> None:
    """Check state, separation of duties and competence of an act on a job; raises Refused.

    Screens call it to tell beforehand what the act would answer.
    """
    if declared.from_ is not None and job.state not in declared.from_:
        last = act.session.exec(
            select(StepRecord, Person)
            .join(Person, col(Person.id) == col(StepRecord.person_id), isouter=True)
            .where(StepRecord.job_id == job.id)
            .order_by(col(StepRecord.version_after).desc())
        ).first()
        who = last[1].name if last and last[1] else ""
        raise Refused("lims.wrong_state", job=job.number, state=Phrase(f"lims.state.{job.state}", {}), who=who)
    if job.supplement and declared.to is not None and MEASURING in declared.to:
        raise Refused("amendment.no_bench", job=job.number)
    if act.actor.kind != "person":
        return
    if declared.independent and act.person_id in contributors(act.session, job):
        raise Refused("lims.own_work", job=job.number)
    if declared.function is not None and not competent(
        act.session, act.person_id, job.centre_id, job.procedure_id, job.service, declared.function, act.day
    ):
        function = Phrase(f"screens.function_{declared.function}")
        raise Refused("lims.not_authorised", procedure=job.procedure_id, function=function)


def _use_confirmation(act: Act, declared: Step, target_id: str, seen: str) -> None:
    """Take the confirmation made for this act, object and `seen`; each serves once, for some minutes."""
    found = act.session.exec(
        select(Confirmation)
        .where(
            Confirmation.account_id == act.actor.account_id,
            Confirmation.act == declared.name,
            Confirmation.target_id == target_id,
            Confirmation.seen == seen,
            col(Confirmation.used_at).is_(None),
        )
        .order_by(col(Confirmation.made_at).desc())
    ).first()
    if found is None or act.now - found.made_at > CONFIRMATION_GOOD_FOR:
        raise Refused("lims.confirm_again")
    found.used_at = act.now
    act.session.add(found)


def _move(act: Act, declared: Step, job: Job) -> None:
    """Record the step; the record's trigger moves the job."""
    to = act.to or (next(iter(declared.to)) if declared.to and len(declared.to) == 1 else job.state)
    if declared.to is not None and to not in declared.to:
        raise RuntimeError(f"{declared.name} may not lead to {to}")
    record_step(act, declared.name, job, to)


def record_step(act: Act, name: str, job: Job, to: str) -> None:
    """Insert the row that moves `job` to the state `to`, and read the job anew."""
    act.session.add(
        StepRecord(
            centre_id=job.centre_id, job_id=job.id, version_after=job.version + 1, act=name, from_state=job.state,
            to_state=to, person_id=act.actor.person_id, at=act.now, reason=act.reason,
        )
    )  # fmt: skip
    act.session.flush()
    act.session.refresh(job)


def _entry(
    act: Act, declared: Step, target: Any, outcome: str, reason: str, changes: tuple[dict[str, Any], ...]
) -> audit.Entry:
    note = " (clock stepped back)" if act.clock_stepped_back else ""
    return audit.Entry(
        at=act.now,
        person_id=act.actor.person_id,
        person_name=act.actor.name,
        act=declared.name,
        clause=declared.clause,
        outcome=outcome,
        object_type=declared.on.__name__ if declared.on else "",
        object_id=str(getattr(target, "id", "")) if target is not None else "",
        reason=reason + note,
        changes=changes,
    )


def _record_refusal(
    declared: Step, lab: Laboratory, actor: Actor, args: tuple[Any, ...], given: dict[str, Any], answer: Stated
) -> None:
    """Record that an act was refused, in a transaction of its own: raising has rolled the first one back.

    Of a wrong input only the fact is kept, not the text.
    """
    if actor.kind != "person":
        return
    with lab.store.writing() as session:
        now = lab.clock.now()
        try:
            act = _opened(lab, session, actor, now, declared)
        except Refused:
            return  # an ended session: a stranger
        chain = act.rights.home or audit.NETWORK
        head = audit.lock_head(session, chain)
        _check_clock_quietly(act, head.at)
        said = answer.key if isinstance(answer, Invalid) else f"{answer.key}: {answer}"
        entry = _entry(act, declared, None, audit.REFUSED, said, ())
        object_id = str(args[0]) if declared.on is not None and args else ""
        audit.append(session, head, replace(entry, object_id=object_id[:36]))


def _check_clock_quietly(act: Act, last: datetime | None) -> None:
    if last is not None and act.now < last:
        act.clock_stepped_back = last - act.now > BACKWARD_TOLERATED
        act.now = last if not act.clock_stepped_back else act.now
