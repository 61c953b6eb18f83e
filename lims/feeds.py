"""Calendar feeds: a private address per account that any calendar program reads, revocable at any time.

The address carries a random token of 256 bits of which only the hash is kept. It shows what the account's person may
see on the day it is read, and of each instrument only its code, name and due date.
"""

import hashlib
import secrets
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from instruments.due import SERVICES
from lims.clock import local_day
from lims.due_dates import Asked, DueRow, rows_of
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.people import Actor, Rights, current_grants
from lims.step import Act, query, step
from lims.store.feed_tables import CalendarFeed
from lims.store.tables import Account, Person
from uncertainty.wording import wording

TOKEN_BYTES = 32


@step(permission="calendar.own", clause="ISO/IEC 17025, 6.4.7", network=True)
def open_feed(act: Act) -> str:
    """Make a new private address of one's own calendar and revoke the one before; its token is shown only now."""
    _revoke(act)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    act.session.add(
        CalendarFeed(
            account_id=act.actor.account_id or "", token_hash=_hash(token), language=act.actor.language,
            created_at=act.now,
        )
    )  # fmt: skip
    return token


@step(permission="calendar.own", clause="ISO/IEC 17025, 6.4.7", network=True)
def revoke_feed(act: Act) -> int:
    """Revoke one's own private address: from now on it answers nobody; gives how many there were."""
    return _revoke(act)


def _revoke(act: Act) -> int:
    rows = act.session.exec(_open_of(act.actor.account_id or "")).all()
    for row in rows:
        row.revoked_at = act.now
        act.session.add(row)
    return len(rows)


@query(permission="calendar.own")
def feed_since(act: Act) -> datetime | None:
    """When the present private address was made; None where there is none."""
    row = act.session.exec(_open_of(act.actor.account_id or "")).first()
    return row.created_at if row else None


def _open_of(account_id: str) -> SelectOfScalar[CalendarFeed]:
    return select(CalendarFeed).where(CalendarFeed.account_id == account_id, col(CalendarFeed.revoked_at).is_(None))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def feed(lab: Laboratory, token: str) -> bytes:
    """The calendar behind a private address, as a file of iCalendar.

    Raises:
        Refused: no such address, or it is revoked, or its account is disabled; the answer is the same for all.
    """
    now = lab.clock.now()
    day = local_day(now, lab.settings.time_zone)
    with lab.store.reading() as session:
        row = session.exec(select(CalendarFeed).where(CalendarFeed.token_hash == _hash(token[:100]))).one_or_none()
        if row is None or row.revoked_at is not None:
            raise Refused("due.feed_unknown")
        account = session.get_one(Account, row.account_id)
        if account.disabled:
            raise Refused("due.feed_unknown")
        act = Act(lab, session, _rights(session, account, row.language, day), now, day, "", None)
        rows = rows_of(act, Asked())
        return as_calendar(rows, row.language, lab.settings.public_address, row.created_at)


def _rights(session: Session, account: Account, language: str, day: date) -> Rights:
    """What the account's person holds on the day, without a sign-in: the token stands for the reading only."""
    person = session.get_one(Person, account.person_id)
    actor = Actor(None, account.id, person.id, person.name, language=language)
    return Rights(actor, current_grants(session, person.id, day))


def as_calendar(rows: list[DueRow], language: str, address: str, stamp: datetime) -> bytes:
    """Due dates as whole days of a calendar; the same bytes for the same rows."""
    import icalendar

    made = icalendar.Calendar()
    made.add("prodid", "-//Chuan//Due dates//VI")
    made.add("version", "2.0")
    made.add("x-wr-calname", wording("due.calendar", language))
    for one in rows:
        entry = icalendar.Event()
        said = {"code": one.code, "name": one.name}
        of_law = "" if one.service == SERVICES[0] else f"-{one.service}"
        entry.add("uid", f"{one.code}-{one.due.isoformat()}{of_law}@chuan")
        entry.add("dtstamp", datetime.combine(one.performed_on or one.due, time(), stamp.tzinfo))
        entry.add("dtstart", one.due)
        entry.add("dtend", one.due + timedelta(days=1))
        entry.add("summary", wording(f"recall.entry_{one.service}", language, **said))
        if address:
            entry.add("url", f"{address}/instruments/{one.code}")
        entry.add("transp", "TRANSPARENT")
        made.add_component(entry)
    return bytes(made.to_ical())
