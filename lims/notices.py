"""Notices of issued certificates: queued with the issue itself, sent later by a worker, tried again, seen by all staff.

Issuing never waits for the post: it writes rows, in its own transaction. `lims.notice_sending` does the rest.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from instruments.bodies import policy_on
from lims.errors import Refused
from lims.step import Act, query, step
from lims.store.notice_tables import FAILED, SENDING, SENT, WAITING, Notice
from lims.store.tables import Certificate, CertificateIssue
from lims.wishes import NO_NOTICE, NOTICE, contacts_on, email_address
from uncertainty.wording import LANGUAGES, wording

__all__ = ["FAILED", "SENDING", "SENT", "WAITING", "NoticeRow", "Notices", "notices", "queue", "resend_notice"]


def queue(act: Act, issue: CertificateIssue) -> list[Notice]:
    """The notices of a certificate that is being issued: one for each address of a customer that wishes them.

    Where the customer wishes them and has no address, one that has failed stands there for the quality manager.
    """
    certificate = act.session.get_one(Certificate, issue.certificate_id)
    way = policy_on(act.session, certificate.customer_id, NOTICE, act.day)
    if way == NO_NOTICE:
        return []

    def notice(**given: Any) -> Notice:
        return Notice(
            centre_id=certificate.centre_id, certificate_id=certificate.id, way=way, queued_at=act.now,
            due_at=act.now, **given,
        )  # fmt: skip

    made = [notice(email=one.email, language=one.language) for one in contacts_on(act, certificate.customer_id)]
    made = made or [notice(state=FAILED, answer=in_every_language("notices.no_address"))]
    act.session.add_all(made)
    return made


def in_every_language(key: str, /, **values: object) -> dict[str, str]:
    """A sentence as it is kept: language -> text."""
    return {language: wording(key, language, **values) for language in LANGUAGES}


@step(on=Notice, permission="notice.send", clause="ISO/IEC 17025, 7.8.1.2")
def resend_notice(act: Act, notice: Notice, *, email: str = "") -> Notice:
    """Let a notice that failed be sent again, to its own address or another one of the customer that is in force."""
    if notice.state != FAILED:
        raise Refused("notices.not_failed", email=notice.email)
    certificate = act.session.get_one(Certificate, notice.certificate_id)
    known = contacts_on(act, certificate.customer_id)
    wanted = email_address(email) if email else notice.email or (known[0].email if known else "")
    contact = next((one for one in known if one.email == wanted), None)
    if contact is None:
        raise Refused("notices.not_a_contact", email=wanted or "–")
    notice.email, notice.language = contact.email, contact.language
    notice.state, notice.tries, notice.due_at, notice.answer = WAITING, 0, act.now, None
    act.session.add(notice)
    return notice


@dataclass(frozen=True)
class NoticeRow:
    """One notice as it stands.

    Attributes:
        due_at: when it is tried next; None where it is over.
        answer: why it could not be sent yet, or at all: language -> sentence.
    """

    id: str
    number: str
    way: str
    email: str
    state: str
    tries: int
    queued_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    answer: dict[str, str]


@dataclass(frozen=True)
class Notices:
    """The queue, newest first, and whether there is a server to send it by."""

    rows: tuple[NoticeRow, ...]
    server: str

    @property
    def failed(self) -> int:
        """How many wait for a person."""
        return sum(one.state == FAILED for one in self.rows)


@query(permission="notice.read")
def notices(act: Act, *, most: int = 200) -> Notices:
    """The notices of the centres whose notices one may read: those that failed first, then newest first."""
    rows = act.session.exec(
        select(Notice, Certificate.number)
        .join(Certificate, col(Certificate.id) == col(Notice.certificate_id))
        .order_by((col(Notice.state) != FAILED), col(Notice.id).desc())
    )
    found = [_row(one, number) for one, number in rows if act.rights.holds("notice.read", one.centre_id)]
    return Notices(tuple(found[:most]), act.lab.settings.smtp_host)


def _row(one: Notice, number: str) -> NoticeRow:
    due = one.due_at if one.state in (WAITING, SENDING) else None
    return NoticeRow(
        one.id, number, one.way, one.email, one.state, one.tries, one.queued_at, due, one.sent_at, one.answer or {}
    )
