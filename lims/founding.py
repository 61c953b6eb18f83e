"""The first steps of a new laboratory: its first body and its first administrator, before anyone could sign in."""

from sqlmodel import select

from instruments.models import Body
from lims import audit
from lims.accounts import open_account
from lims.clock import local_day
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.people import ADMINISTRATOR, SYSTEM_ACTOR
from lims.registering import NewName, new_body
from lims.store.tables import Account, RoleGrant


def first_administrator(
    lab: Laboratory, *, body_code: str, body_kind: str, body_name: NewName, user_name: str, name: str
) -> str:
    """Enter the first body and its administrator; return the token of the one-time link that sets the password.

    Raises:
        Refused: the laboratory has accounts already.
        Invalid: a name, an address or a code cannot be used.
    """
    now = lab.clock.now()
    day = local_day(now, lab.settings.time_zone)
    with lab.store.writing() as session:
        log = audit.ChangeLog(session)
        head = audit.lock_head(session, audit.NETWORK)
        if session.exec(select(Account)).first() is not None:
            raise Refused("lims.has_accounts")
        body: Body = new_body(session, day, body_code, body_kind, body_name)
        session.flush()
        account, token = open_account(
            session, now, user_name=user_name, name=name, title_vi="", title_en="", language=lab.settings.language
        )
        session.add(RoleGrant(person_id=account.person_id, role=ADMINISTRATOR, body_id=body.id, valid_from=day))
        session.flush()
        entry = audit.Entry(
            now, None, SYSTEM_ACTOR.name, "first_administrator", "", audit.DONE, "Account", account.id, "",
            tuple(log.changes),
        )  # fmt: skip
        audit.append(session, head, entry)
    return token
