"""Persons, roles, permissions and competences: who may do what, read from the database in the act itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from instruments.models import Body
from lims.errors import Refused
from lims.store.access_tables import AccessSession
from lims.store.bench_tables import AmendedField, CheckOutcome, ItemAdjustment, SamplingRecord, Seal
from lims.store.tables import Account, Competence, EnvironmentReading, Job, Person, Reading, RoleGrant, StandardChoice

TECHNICIAN, REVIEWER, QUALITY_MANAGER = "technician", "reviewer", "quality_manager"
RECEPTION, CUSTOMER, ADMINISTRATOR = "reception", "customer", "administrator"
SYSTEM, OPERATOR = "system", "operator"
ROLES = (TECHNICIAN, REVIEWER, QUALITY_MANAGER, RECEPTION, CUSTOMER, ADMINISTRATOR)
LABORATORY_ROLES = frozenset({TECHNICIAN, REVIEWER, QUALITY_MANAGER, RECEPTION})
STAFF = LABORATORY_ROLES | {ADMINISTRATOR}

PERMISSIONS: dict[str, frozenset[str]] = {
    "self.read": frozenset({TECHNICIAN, REVIEWER, QUALITY_MANAGER, RECEPTION, CUSTOMER, ADMINISTRATOR}),
    "job.receive": frozenset({TECHNICIAN, RECEPTION}),
    "job.assign": frozenset({REVIEWER, QUALITY_MANAGER}),
    "job.measure": frozenset({TECHNICIAN}),
    "job.review": frozenset({REVIEWER}),
    "job.return": frozenset({REVIEWER, QUALITY_MANAGER}),
    "job.cancel": frozenset({QUALITY_MANAGER}),
    "job.read": LABORATORY_ROLES | {OPERATOR},
    "environment.decide": frozenset({QUALITY_MANAGER}),
    "method.deviate": frozenset({QUALITY_MANAGER}),
    "certificate.approve": frozenset({QUALITY_MANAGER, REVIEWER}),
    "certificate.issue": frozenset({QUALITY_MANAGER, REVIEWER, SYSTEM}),
    "certificate.amend": frozenset({QUALITY_MANAGER}),
    "amendment.prepare": frozenset({TECHNICIAN, REVIEWER, QUALITY_MANAGER}),
    "certificate.withdraw": frozenset({QUALITY_MANAGER}),
    "certificate.renew": frozenset({QUALITY_MANAGER, ADMINISTRATOR, SYSTEM}),
    "certificate.read": LABORATORY_ROLES | {CUSTOMER, OPERATOR},
    "notice.send": frozenset({QUALITY_MANAGER}),
    "notice.read": LABORATORY_ROLES | {OPERATOR},
    "impact.manage": frozenset({QUALITY_MANAGER}),
    "impact.read": LABORATORY_ROLES | {OPERATOR},
    "registry.customer": frozenset({TECHNICIAN, RECEPTION}),
    "registry.naming": frozenset({QUALITY_MANAGER, CUSTOMER}),
    "registry.item": frozenset({TECHNICIAN, RECEPTION}),
    "registry.standard": frozenset({QUALITY_MANAGER}),
    "registry.describe": frozenset({TECHNICIAN, RECEPTION, QUALITY_MANAGER}),
    "registry.merge": frozenset({QUALITY_MANAGER}),
    "registry.confirm": frozenset({QUALITY_MANAGER}),
    "registry.check": frozenset({TECHNICIAN, QUALITY_MANAGER}),
    "registry.scope": frozenset({QUALITY_MANAGER}),
    "registry.export": frozenset({QUALITY_MANAGER, OPERATOR}),
    "registry.read": LABORATORY_ROLES | {OPERATOR},
    "file.read": LABORATORY_ROLES | {CUSTOMER, OPERATOR},
    "due.read": LABORATORY_ROLES | {CUSTOMER, OPERATOR},
    "calendar.own": LABORATORY_ROLES | {CUSTOMER},
    "scope.search": LABORATORY_ROLES | {CUSTOMER, ADMINISTRATOR, OPERATOR},
    "competence.grant": frozenset({QUALITY_MANAGER}),
    "competence.read": LABORATORY_ROLES | {OPERATOR},
    "account.manage": frozenset({ADMINISTRATOR}),
    "account.read": frozenset({ADMINISTRATOR, OPERATOR}),
    "body.read": LABORATORY_ROLES | {ADMINISTRATOR, OPERATOR},
    "body.manage": frozenset({ADMINISTRATOR}),
    "keys.enter": frozenset({SYSTEM, ADMINISTRATOR}),
    "audit.read": frozenset({QUALITY_MANAGER, ADMINISTRATOR, OPERATOR}),
}
"""Permission -> the roles that hold it. This table is the only place where that is settled."""

PERFORM, REVIEW, SIGN = "perform", "review", "sign"
FUNCTIONS = (PERFORM, REVIEW, SIGN)


@dataclass(frozen=True)
class Actor:
    """Who calls an act: a person by a sign-in, the system itself, or the operator at the command line.

    An actor carries no rights: these are read in the act.
    """

    session_id: str | None
    account_id: str | None
    person_id: str | None
    name: str
    kind: str = "person"
    language: str = "vi"


SYSTEM_ACTOR = Actor(None, None, None, "Chuẩn", kind=SYSTEM)
"""The system, which resumes what a crash interrupted; it holds the role `system` only."""
OPERATOR_ACTOR = Actor(None, None, None, "", kind=OPERATOR)
"""The operator at the command line of the laboratory's own computer: reads only."""


@dataclass(frozen=True)
class Rights:
    """What an actor holds at this moment: pairs of role and body."""

    actor: Actor
    roles: frozenset[tuple[str, str]]

    def holds(self, permission: str, body_id: str | None) -> bool:
        """Tell whether a role held at `body_id` (any body where None) has `permission`."""
        allowed = PERMISSIONS[permission]
        if self.actor.kind in (SYSTEM, OPERATOR):
            return self.actor.kind in allowed
        return any(role in allowed and (body_id is None or at == body_id) for role, at in self.roles)

    def at(self, body_id: str) -> frozenset[str]:
        """The roles held at one body."""
        return frozenset(role for role, at in self.roles if at == body_id)

    def bodies(self, roles: frozenset[str]) -> tuple[str, ...]:
        """The bodies at which one of `roles` is held, in a steady order."""
        return tuple(sorted({at for role, at in self.roles if role in roles}))

    @property
    def home(self) -> str | None:
        """The centre into whose chain this person's refusals go; None for customers."""
        staff = self.bodies(frozenset(STAFF))
        return staff[0] if staff else None


def current_rights(session: Session, actor: Actor, now: datetime, day: date, idle_minutes: int, hours: int) -> Rights:
    """Return the rights of `actor` as they stand now.

    Raises:
        Refused: the sign-in has ended (sign-out, idle, too old) or the account is disabled.
    """
    if actor.kind in (SYSTEM, OPERATOR):
        return Rights(actor, frozenset())
    found = session.exec(
        select(AccessSession, Account)
        .join(Account, col(Account.id) == col(AccessSession.account_id))
        .where(AccessSession.id == actor.session_id)
    ).one_or_none()
    if found is None:
        raise Refused("lims.session_ended")
    access, account = found
    too_old = now - access.created_at > timedelta(hours=hours) or now - access.last_seen_at > timedelta(
        minutes=idle_minutes
    )
    if access.ended_at is not None or account.disabled or too_old or account.person_id != actor.person_id:
        raise Refused("lims.session_ended")
    return Rights(actor, current_grants(session, account.person_id, day))


def current_grants(session: Session, person_id: str, day: date) -> frozenset[tuple[str, str]]:
    """The roles of a person that are in force on a day, with those that administration passes downwards."""
    grants = session.exec(select(RoleGrant).where(RoleGrant.person_id == person_id)).all()
    in_force = {
        (one.role, one.body_id)
        for one in grants
        if one.valid_from <= day and (one.ended_on is None or day < one.ended_on)
    }
    in_force |= {
        (ADMINISTRATOR, below) for role, at in in_force if role == ADMINISTRATOR for below in _below(session, at)
    }
    return frozenset(in_force)


def _below(session: Session, body_id: str) -> set[str]:
    """The bodies below a body: an administrator there administers them too."""
    found: set[str] = set()
    level = {body_id}
    while level:
        children = session.exec(select(Body.id).where(col(Body.parent_id).in_(level)))
        level = set(children) - found
        found |= level
    return found


def competent(
    session: Session, person_id: str, centre_id: str, procedure_id: str, service: str, function: str, day: date
) -> bool:
    """Tell whether a person is authorised for a function of a procedure on `day` (ISO/IEC 17025, 6.2.6)."""
    found = session.exec(
        select(Competence).where(
            Competence.person_id == person_id,
            Competence.centre_id == centre_id,
            Competence.procedure_id == procedure_id,
            Competence.service == service,
            Competence.function == function,
        )
    )
    return any(
        one.valid_from <= day <= one.valid_until and (one.withdrawn_on is None or day < one.withdrawn_on)
        for one in found
    )


def competent_people(
    session: Session, centre_id: str, procedure_id: str, service: str, function: str, day: date
) -> list[Person]:
    """The persons of a centre authorised for a function of a procedure on `day`, by name."""
    people = session.exec(
        select(Person)
        .join(Competence, col(Competence.person_id) == col(Person.id))
        .where(Competence.centre_id == centre_id, Competence.procedure_id == procedure_id)
        .distinct()
    )
    return sorted(
        (one for one in people if competent(session, one.id, centre_id, procedure_id, service, function, day)),
        key=lambda person: person.name,
    )


def contributors(session: Session, job: Job) -> set[str]:
    """The persons who entered content of a job: a reading, a condition, a choice, a check, a seal, an amended field.

    Readings kept by an amendment stay those of the person who took them.
    """
    people: set[str] = set()
    entered = (
        Reading, EnvironmentReading, StandardChoice, CheckOutcome, ItemAdjustment, Seal, SamplingRecord, AmendedField,
    )  # fmt: skip
    for table in entered:
        people.update(session.exec(select(table.person_id).where(table.job_id == job.id)))
    return people


def centre_code(session: Session, centre_id: str) -> str:
    """The code of a centre, as it stands in numbers."""
    body = session.get(Body, centre_id)
    if body is None:
        raise Refused("lims.not_found")
    return body.code
