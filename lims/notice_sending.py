"""The worker of the notices: it takes what is due, hands it to the post, and tries later what was not taken.

Issuing knows nothing of it. A worker holds a notice for some minutes; where it dies, the notice is taken again.
"""

import logging
import threading
from datetime import timedelta
from typing import Final

from sqlalchemy import update
from sqlmodel import col, select

from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.notice_text import message, wants_file
from lims.notices import in_every_language
from lims.post import Post, RefusedByPost, SmtpPost
from lims.registry_entries import ISSUED, status_of
from lims.store.notice_tables import FAILED, SENDING, SENT, WAITING, Notice
from lims.store.tables import Certificate, CertificateIssue
from uncertainty.wording import LANGUAGES

LEASE = timedelta(minutes=3)
BACK_OFF: Final = tuple(timedelta(minutes=one) for one in (1, 5, 20, 60, 240, 720, 1440))
"""How long after each try in vain the next one follows; after the last one a person decides."""
EVERY_S = 20.0
_LOG: Final = logging.getLogger("chuan.notices")


def send_due(lab: Laboratory, post: Post, most: int | None = None) -> int:
    """Send what is due, one after another; return how many were taken.

    Args:
        lab: the laboratory.
        post: takes the messages.
        most: stop after so many.
    """
    taken = 0
    while (most is None or taken < most) and (notice_id := _take(lab)) is not None:
        _finish(lab, post, notice_id)
        taken += 1
    return taken


def keep_sending(lab: Laboratory) -> threading.Event | None:
    """Send what is due from now on, beside the screens, until the event is set; None where no server is settled.

    Raises:
        Invalid: the settings of the server cannot be used.
    """
    if not lab.settings.smtp_host:
        return None
    post, over = SmtpPost(lab.settings), threading.Event()

    def run() -> None:
        while not over.wait(EVERY_S):
            try:
                send_due(lab, post)
            except Exception:  # noqa: BLE001 - the next round tries again; the screens go on
                _LOG.exception("notices could not be sent")

    threading.Thread(target=run, name="notices", daemon=True).start()
    return over


def _take(lab: Laboratory) -> str | None:
    """A notice that is due, held for some minutes; one that another worker held for longer is due again."""
    now = lab.clock.now()
    due = (
        select(Notice.id)
        .where(col(Notice.state).in_((WAITING, SENDING)), col(Notice.due_at) <= now)
        .order_by(col(Notice.due_at), Notice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taking = (
        update(Notice)
        .where(col(Notice.id) == due)
        .values(state=SENDING, tries=col(Notice.tries) + 1, due_at=now + LEASE)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    with lab.store.writing() as session:
        found = session.execute(taking).first()
    return str(found[0]) if found else None


def _finish(lab: Laboratory, post: Post, notice_id: str) -> None:
    """Send one notice and note what came of it."""
    with lab.store.reading() as session:
        notice = session.get_one(Notice, notice_id)
        certificate = session.get_one(Certificate, notice.certificate_id)
        issue = session.get_one(CertificateIssue, certificate.id)
        valid = status_of(session, certificate) == ISSUED
    if notice.tries > len(BACK_OFF) + 1:  # its workers died over it
        _note(lab, notice_id, FAILED, in_every_language("notices.given_up"))
        return
    if not valid:  # what has replaced it has a notice of its own
        _note(lab, notice_id, FAILED, in_every_language("notices.not_valid", number=certificate.number))
        return
    try:
        file = lab.vault.get(issue.file_sha256) if wants_file(notice) else None
        post.send(message(lab.settings, notice, certificate, issue, file))
    except Stated as refusal:
        over = isinstance(refusal, RefusedByPost) or notice.tries > len(BACK_OFF)
        _note(lab, notice_id, FAILED if over else WAITING, {one: refusal.text(one) for one in LANGUAGES})
    else:
        _note(lab, notice_id, SENT, None)


def _note(lab: Laboratory, notice_id: str, state: str, answer: dict[str, str] | None) -> None:
    """Note what came of a try."""
    with lab.store.writing() as session:
        notice = session.get_one(Notice, notice_id)
        now = lab.clock.now()
        notice.state, notice.answer = state, answer
        notice.sent_at = now if state == SENT else None
        if state == WAITING:
            notice.due_at = now + BACK_OFF[notice.tries - 1]
        session.add(notice)
