"""Accounts and roles: the administrator's acts. An administrator touches no result and holds no laboratory role."""

from datetime import datetime

from sqlmodel import Session, col, select

from instruments.models import Body
from lims.access import end_sessions, new_link
from lims.errors import Invalid, Refused
from lims.people import ADMINISTRATOR, CUSTOMER, LABORATORY_ROLES, ROLES
from lims.step import Act, step
from lims.store.tables import Account, Person, RoleGrant
from uncertainty.typed import clean_text

CLAUSE = "ISO/IEC 17025, 7.11.3"


@step(permission="account.manage", clause=CLAUSE, network=True)
def create_account(
    act: Act, *, user_name: str, name: str, title_vi: str = "", title_en: str = "", language: str = "vi"
) -> tuple[Account, str]:
    """Create a person with an account; return it and the token of the one-time link that sets its password.

    Raises:
        Invalid: a name is empty, too long or taken.
    """
    return open_account(
        act.session, act.now, user_name=user_name, name=name, title_vi=title_vi, title_en=title_en, language=language
    )


def open_account(
    session: Session, now: datetime, *, user_name: str, name: str, title_vi: str, title_en: str, language: str
) -> tuple[Account, str]:
    """Insert person, account and one-time link (also for the first administrator of a new laboratory)."""
    user_name = clean_text(user_name, field="user_name", most=64).lower()
    if not user_name or any(sign.isspace() for sign in user_name):
        raise Invalid("lims.user_name_form", user_name=user_name)
    if session.exec(select(Account).where(Account.user_name == user_name)).one_or_none():
        raise Invalid("lims.user_name_taken", user_name=user_name)
    name = clean_text(name, field="name", most=200)
    if not name:
        raise Invalid("lims.field_empty", field="name")
    person = Person(
        name=name,
        title_vi=clean_text(title_vi, field="title_vi", most=200),
        title_en=clean_text(title_en, field="title_en", most=200),
    )
    session.add(person)
    session.flush()
    account = Account(person_id=person.id, user_name=user_name, language=language if language in ("vi", "en") else "vi")
    session.add(account)
    session.flush()
    return account, new_link(session, account.id, now)


@step(permission="account.manage", clause="ISO/IEC 17025, 6.2.4", network=True)
def grant_role(act: Act, *, person_id: str, role: str, body_id: str) -> RoleGrant:
    """Give a person a role at a body from today on.

    Raises:
        Invalid: no such role, person or body.
        Refused: administrators hold no laboratory role, and nobody grants a role to himself.
    """
    if role not in ROLES:
        raise Invalid("lims.role_unknown", role=role)
    person, body = act.session.get(Person, person_id), act.session.get(Body, body_id)
    if person is None or body is None:
        raise Refused("lims.not_found")
    if person_id == act.actor.person_id:
        raise Refused("lims.own_role")
    if (role == CUSTOMER) != (body.kind == "customer"):
        raise Invalid("lims.role_not_here", role=role, body=body.code)
    if body.kind != "customer" and not act.rights.holds("account.manage", body.id):
        raise Refused("lims.not_found")
    held = {one.role for one in _open_grants(act.session, person_id)}
    if (role == ADMINISTRATOR and held & LABORATORY_ROLES) or (role in LABORATORY_ROLES and ADMINISTRATOR in held):
        raise Refused("lims.administrator_apart", name=person.name)
    granted = RoleGrant(person_id=person_id, role=role, body_id=body_id, valid_from=act.day)
    act.session.add(granted)
    return granted


@step(on=RoleGrant, permission="account.manage", clause="ISO/IEC 17025, 6.2.4", reason=True, network=True)
def end_role(act: Act, grant: RoleGrant) -> None:
    """End a role from today on; what was done while it held stays valid."""
    _administered(act, [grant])
    grant.ended_on = act.day
    grant.version += 1
    act.session.add(grant)


@step(on=Account, permission="account.manage", clause=CLAUSE, reason=True, network=True)
def disable_account(act: Act, account: Account) -> None:
    """Disable an account and end its sessions at once."""
    if account.person_id == act.actor.person_id:
        raise Refused("lims.own_role")
    _administered(act, _open_grants(act.session, account.person_id))
    account.disabled = True
    account.version += 1
    act.session.add(account)
    end_sessions(act.session, account.id, act.now)


@step(on=Account, permission="account.manage", clause=CLAUSE, reason=True, network=True)
def renew_link(act: Act, account: Account) -> str:
    """Return the token of a new one-time link, for a person who has lost the password; ends the open sessions."""
    _administered(act, _open_grants(act.session, account.person_id))
    account.disabled = False
    account.version += 1
    act.session.add(account)
    end_sessions(act.session, account.id, act.now)
    return new_link(act.session, account.id, act.now)


def _administered(act: Act, grants: list[RoleGrant]) -> None:
    """Refuse to touch a person with a role at a body of the network that the administrator does not administer."""
    for grant in grants:
        body = act.session.get_one(Body, grant.body_id)
        if body.kind != "customer" and not act.rights.holds("account.manage", body.id):
            raise Refused("lims.not_found")


def _open_grants(session: Session, person_id: str) -> list[RoleGrant]:
    grants = session.exec(select(RoleGrant).where(RoleGrant.person_id == person_id, col(RoleGrant.ended_on).is_(None)))
    return list(grants)
