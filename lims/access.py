"""Signing in and out, and giving the password again: what happens before anyone is an actor.

Tokens are random and only their hashes are kept; a session's authority is its row, read in every act, so ending it
takes effect at once. Guessing is limited by counting the failures on record, hence across processes and restarts.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from lims import audit
from lims.clock import local_day
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.people import Actor, current_rights
from lims.store.access_tables import AccessSession, Confirmation, OneTimeLink, SecurityEvent
from lims.store.tables import Account, Person

TRIES_PER_HOUR = 10
TRIES_PER_ADDRESS = 60
LINK_GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class SignedIn:
    """A fresh sign-in: the token goes to the browser and is known nowhere else."""

    token: str
    actor: Actor


def sign_in(lab: Laboratory, user_name: str, password: str, address: str = "") -> SignedIn:
    """Open a session for the account with that name and password.

    Raises:
        Refused: name or password is wrong (not said which), or there were too many tries.
    """
    now = lab.clock.now()
    name = user_name.strip().lower()[:200]
    with lab.store.reading() as session:
        _limit(session, now, "sign_in_failed", _subject(name), TRIES_PER_HOUR)
        if address:
            _limit(session, now, "sign_in_failed_from", _subject(address), TRIES_PER_ADDRESS)
        account = session.exec(select(Account).where(Account.user_name == name)).one_or_none()
    known = account is not None and not account.disabled and bool(account.password_hash)
    kept = account.password_hash if account is not None and known else lab.passwords.of_nobody
    fits = lab.passwords.fits(kept, password)
    if account is None or not known or not fits:
        _note(lab, "sign_in_failed", _subject(name))
        if address:
            _note(lab, "sign_in_failed_from", _subject(address))
        raise Refused("lims.sign_in_wrong")
    token = secrets.token_urlsafe(32)
    stronger = lab.passwords.hashed(password) if lab.passwords.weaker(kept) else ""
    with lab.store.writing() as session:
        if stronger:  # the password stays, so nothing is recorded; one that was set meanwhile stays too
            session.execute(
                update(Account)
                .where(col(Account.id) == account.id, col(Account.password_hash) == kept)
                .values(password_hash=stronger)
            )
        opened = AccessSession(account_id=account.id, token_hash=_hash(token), created_at=now, last_seen_at=now)
        session.add(opened)
        session.add(SecurityEvent(at=now, kind="signed_in", subject=account.id))
        person = session.get_one(Person, account.person_id)
        return SignedIn(token, _actor(opened, account, person))


def actor_of(lab: Laboratory, token: str) -> Actor | None:
    """Return who holds the session of `token`, None when it has ended; notes that it was seen, once a minute."""
    now = lab.clock.now()
    with lab.store.reading() as session:
        found = session.exec(
            select(AccessSession, Account, Person)
            .join(Account, col(Account.id) == col(AccessSession.account_id))
            .join(Person, col(Person.id) == col(Account.person_id))
            .where(AccessSession.token_hash == _hash(token))
        ).one_or_none()
        if found is None:
            return None
        actor = _actor(*found)
        settings = lab.settings
        try:
            current_rights(
                session, actor, now, local_day(now, settings.time_zone), settings.idle_minutes, settings.session_hours
            )
        except Refused:
            return None
    if now - found[0].last_seen_at > timedelta(minutes=1):
        with lab.store.writing() as session:
            seen = session.get_one(AccessSession, found[0].id)
            seen.last_seen_at = max(now, seen.last_seen_at)
            session.add(seen)
    return actor


def sign_out(lab: Laboratory, token: str) -> None:
    """End the session of `token`; an unknown one is no mistake."""
    with lab.store.writing() as session:
        found = session.exec(select(AccessSession).where(AccessSession.token_hash == _hash(token))).one_or_none()
        if found is not None and found.ended_at is None:
            found.ended_at = lab.clock.now()
            session.add(found)


def confirm(lab: Laboratory, actor: Actor, password: str, *, act: str, target_id: str, seen: str) -> None:
    """Keep that the person gave the password again for this act, on this object, having seen this content.

    Raises:
        Refused: the password is wrong, or there were too many tries.
    """
    confirm_all(lab, actor, password, act=act, contents=((target_id, seen),))


def confirm_all(lab: Laboratory, actor: Actor, password: str, *, act: str, contents: Sequence[tuple[str, str]]) -> None:
    """Keep that the person gave the password again for this act on several objects, having seen each one's content.

    Raises:
        Refused: the password is wrong, or there were too many tries.
    """
    now = lab.clock.now()
    with lab.store.reading() as session:
        _limit(session, now, "confirmation_failed", actor.account_id or "", TRIES_PER_HOUR)
        account = session.get(Account, actor.account_id) if actor.account_id else None
    if account is None or account.disabled or not lab.passwords.fits(account.password_hash, password):
        _note(lab, "confirmation_failed", actor.account_id or "")
        raise Refused("lims.password_wrong")
    with lab.store.writing() as session:
        for target_id, seen in contents:
            session.add(Confirmation(account_id=account.id, act=act, target_id=target_id, seen=seen, made_at=now))


def accept_invitation(lab: Laboratory, token: str, password: str) -> str:
    """Set the password of the account that a one-time link was made for; return its user name.

    Raises:
        Refused: the link is unknown, used or too old.
        Invalid: the password is too short or too long.
    """
    now = lab.clock.now()
    password_hash = lab.passwords.hashed(password)
    with lab.store.writing() as session:
        log = audit.ChangeLog(session)
        head = audit.lock_head(session, audit.NETWORK)
        link = session.exec(
            select(OneTimeLink).where(OneTimeLink.token_hash == _hash(token)).with_for_update()
        ).one_or_none()
        if link is None or link.used_at is not None or now > link.expires_at:
            raise Refused("lims.link_not_valid")
        account = session.get_one(Account, link.account_id)
        person = session.get_one(Person, account.person_id)
        if password.casefold() in {account.user_name.casefold(), person.name.casefold()}:
            raise Invalid("lims.password_is_name")
        account.password_hash = password_hash
        account.version += 1
        link.used_at = now
        end_sessions(session, account.id, now)
        session.add_all([account, link])
        session.flush()
        entry = audit.Entry(
            now, person.id, person.name, "accept_invitation", "", audit.DONE, "Account", account.id, "",
            tuple(log.changes),
        )  # fmt: skip
        audit.append(session, head, entry)
        return account.user_name


def new_link(session: Session, account_id: str, now: datetime) -> str:
    """Make a one-time link for an account and return its token (kept nowhere)."""
    token = secrets.token_urlsafe(32)
    session.add(OneTimeLink(account_id=account_id, token_hash=_hash(token), expires_at=now + LINK_GOOD_FOR))
    return token


def end_sessions(session: Session, account_id: str, now: datetime) -> None:
    """End every open session of an account."""
    open_ones = session.exec(
        select(AccessSession).where(AccessSession.account_id == account_id, col(AccessSession.ended_at).is_(None))
    )
    for one in open_ones:
        one.ended_at = now
        session.add(one)


def limit_guessing(lab: Laboratory, kind: str, address: str, most: int) -> None:
    """Refuse when `address` failed at `kind` too often within the hour."""
    with lab.store.reading() as session:
        _limit(session, lab.clock.now(), kind, _subject(address), most)


def note_failure(lab: Laboratory, kind: str, address: str) -> None:
    """Note that `address` failed at `kind`."""
    _note(lab, kind, _subject(address))


def _limit(session: Session, now: datetime, kind: str, subject: str, most: int) -> None:
    since = now - timedelta(hours=1)
    failures = session.exec(
        select(func.count()).where(
            SecurityEvent.kind == kind, SecurityEvent.subject == subject, col(SecurityEvent.at) > since
        )
    ).one()
    if failures >= most:
        raise Refused("lims.too_many_tries")


def _note(lab: Laboratory, kind: str, subject: str) -> None:
    with lab.store.writing() as session:
        session.add(SecurityEvent(at=lab.clock.now(), kind=kind, subject=subject))


def _actor(opened: AccessSession, account: Account, person: Person) -> Actor:
    return Actor(opened.id, account.id, person.id, person.name, language=account.language)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _subject(text: str) -> str:
    """A stranger's name or address is kept as a hash only."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
