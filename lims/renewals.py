"""Renewing the archive time stamp of issued certificates: each renewal is a file and a record of its own.

The issued file stays as it is. A renewal begins with it byte for byte and is kept in the vault beside it; what is in
force is the last one. The time-stamp authority is asked outside any transaction (ISO/IEC 17025, 8.4.2).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, select

from instruments.models import Body
from lims.errors import Refused, Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.registry_entries import certificate_visible
from lims.step import Act, query, step
from lims.store.issuing_tables import ArchiveStamp
from lims.store.tables import Certificate, CertificateIssue

if TYPE_CHECKING:  # the library that reads signatures is loaded when a file has some
    from certificates.archive_stamps import Stamp

MARK = b"/DocTimeStamp"
"""Stands in every file that has an archive time stamp."""
AUTHORITY_FAILS = ("time_stamp.", "signing.not_signed", "renewal.no_authority")
"""Beginnings of the answers that would come again for the next certificate."""
WITHIN_DAYS = 365
"""A time stamp that ends sooner falls due."""


@dataclass(frozen=True)
class DueStamp:
    """A certificate whose archive time stamp ends soon, or has ended."""

    number: str
    centre: str
    renewals: int
    authority: str
    ends_at: datetime
    over: bool


@dataclass(frozen=True)
class Renewable:
    """What a renewal begins with: the last file of a certificate."""

    certificate_id: str
    renewals: int
    file_sha256: str


def stamp_of(file: bytes) -> "Stamp | None":
    """The last archive time stamp of a file of ours; None where it has none."""
    if MARK not in file:
        return None
    from certificates.archive_stamps import last_stamp

    return last_stamp(file)


def as_row(act: Act, issue: CertificateIssue, sequence: int, file_sha256: str, stamp: "Stamp") -> ArchiveStamp:
    """The record of a file with an archive time stamp, which lies in the vault."""
    return ArchiveStamp(
        centre_id=issue.centre_id, certificate_id=issue.certificate_id, sequence=sequence, file_sha256=file_sha256,
        size=len(act.lab.vault.get(file_sha256)), authority=stamp.authority, stamped_at=stamp.at, ends_at=stamp.ends,
        person_id=act.actor.person_id, at=act.now,
    )  # fmt: skip


def stamps(session: Session, certificate_id: str) -> list[ArchiveStamp]:
    """What is on record of a certificate's archive time stamps, the issued file first."""
    of_it = select(ArchiveStamp).where(ArchiveStamp.certificate_id == certificate_id)
    return list(session.exec(of_it.order_by(col(ArchiveStamp.sequence))))


@query(permission="certificate.read")
def stamps_of(act: Act, number: str) -> list[ArchiveStamp]:
    """The archive time stamps of a certificate that the actor may read."""
    return stamps(act.session, certificate_visible(act, number)[0].id)


@query(permission="certificate.read")
def renewed_file(act: Act, number: str) -> bytes:
    """The last renewal of a certificate that the actor may read.

    Raises:
        Refused: its time stamp was never renewed.
    """
    found = [one for one in stamps(act.session, certificate_visible(act, number)[0].id) if one.sequence]
    if not found:
        raise Refused("renewal.none", number=number.strip().upper()[:80])
    return act.lab.vault.get(found[-1].file_sha256)


@query(permission="certificate.renew")
def due(act: Act, *, days: int = WITHIN_DAYS) -> list[DueStamp]:
    """The certificates of one's centres whose archive time stamp ends within so many days, the first to end first."""
    last, later = ArchiveStamp, aliased(ArchiveStamp)
    rows = act.session.exec(
        select(last, Certificate.number, Body.code)
        .join(Certificate, col(Certificate.id) == col(last.certificate_id))
        .join(Body, col(Body.id) == col(last.centre_id))
        .outerjoin(
            later,
            and_(col(later.certificate_id) == col(last.certificate_id), col(later.sequence) > col(last.sequence)),
        )
        .where(col(later.id).is_(None), col(last.ends_at) <= act.now + timedelta(days=days))
        .order_by(col(last.ends_at), col(Certificate.number))
    )
    return [
        DueStamp(number, centre, one.sequence, one.authority, one.ends_at, one.ends_at <= act.now)
        for one, number, centre in rows
        if act.rights.holds("certificate.renew", one.centre_id)
    ]


@query(permission="certificate.renew")
def not_noted(act: Act) -> list[str]:
    """The signed certificates of one's centres with no time stamp on record: an older release kept none."""
    rows = act.session.exec(
        select(Certificate)
        .join(CertificateIssue, col(CertificateIssue.certificate_id) == col(Certificate.id))
        .join(ArchiveStamp, col(ArchiveStamp.certificate_id) == col(Certificate.id), isouter=True)
        .where(col(ArchiveStamp.id).is_(None), col(Certificate.content).contains('"signature_mode"'))
        .order_by(col(Certificate.number))
    )
    return [one.number for one in rows if act.rights.holds("certificate.renew", one.centre_id)]


@query(permission="certificate.renew")
def renewable(act: Act, number: str) -> Renewable:
    """The last file of an issued certificate of one's centres."""
    certificate = act.session.exec(
        select(Certificate).where(Certificate.number == number.strip().upper()[:80])
    ).one_or_none()
    issue = act.session.get(CertificateIssue, certificate.id) if certificate else None
    if issue is None or not act.rights.holds("certificate.renew", issue.centre_id):
        raise Refused("lims.not_found")
    found = stamps(act.session, issue.certificate_id)
    last = found[-1] if found else None
    return Renewable(
        issue.certificate_id, last.sequence if last else 0, last.file_sha256 if last else issue.file_sha256
    )


def note_stamp(lab: Laboratory, actor: Actor, number: str) -> ArchiveStamp | None:
    """Take down until when the issued file of an older release proves; None where it has no archive time stamp."""
    found = renewable(lab, actor, number)
    stamp = stamp_of(lab.vault.get(found.file_sha256))
    if stamp is None:
        return None
    return _recorded(lab, actor, found.certificate_id, 0, found.file_sha256, stamp)


def renew(lab: Laboratory, actor: Actor, number: str) -> ArchiveStamp:
    """Renew the archive time stamp of a certificate; a renewal that was interrupted is finished with the same file.

    Raises:
        Refused: it has none, it ended, the authority does not answer, or another has just renewed it.
        Broken: the last file is not what it was.
    """
    from certificates.archive_stamps import last_stamp, renewed

    before = renewable(lab, actor, number)
    file, following = lab.vault.get(before.file_sha256), before.renewals + 1
    name = f"renewal {following} {before.certificate_id}"
    made = lab.vault.promised(name)
    if made is None or not made.startswith(file):
        now = lab.clock.now().astimezone(ZoneInfo(lab.settings.time_zone)).replace(microsecond=0)
        made = renewed(file, now, lab.keys.policy(), following)
        lab.vault.promise(name, hashlib.sha256(made).hexdigest())
    sha256, stamp = lab.vault.put(made), last_stamp(made)
    assert stamp is not None
    row = _recorded(lab, actor, before.certificate_id, following, sha256, stamp)
    with suppress(OSError):
        lab.vault.forget(name)
    return row


@dataclass(frozen=True)
class Renewed:
    """What came of one renewal of several."""

    number: str
    renewal: int = 0
    file_sha256: str = ""
    ends_at: datetime | None = None
    refusal: Stated | None = None


def renew_each(lab: Laboratory, actor: Actor, numbers: Iterable[str]) -> Iterator[Renewed]:
    """Renew one certificate after another; where the time-stamp authority fails, nothing further is tried."""
    for number in numbers:
        try:
            row = renew(lab, actor, number)
        except Stated as refusal:
            yield Renewed(number, refusal=refusal)
            if refusal.key.startswith(AUTHORITY_FAILS):
                return
        else:
            yield Renewed(number, row.sequence, row.file_sha256, row.ends_at)


def _recorded(
    lab: Laboratory, actor: Actor, certificate_id: str, sequence: int, file_sha256: str, stamp: "Stamp"
) -> ArchiveStamp:
    found: ArchiveStamp = record_stamp(
        lab, actor, certificate_id, sequence=sequence, file_sha256=file_sha256, stamp=stamp
    )
    return found


@step(on=Certificate, permission="certificate.renew", clause="ISO/IEC 17025, 8.4.2")
def record_stamp(
    act: Act, certificate: Certificate, *, sequence: int, file_sha256: str, stamp: "Stamp"
) -> ArchiveStamp:
    """Record a renewal of an archive time stamp, or, with the sequence 0, that of a file issued by an older release."""
    issue = act.session.get(CertificateIssue, certificate.id)
    if issue is None:
        raise Refused("lims.not_found")
    _check_follows(stamps(act.session, certificate.id), issue, sequence, file_sha256, certificate.number)
    row = as_row(act, issue, sequence, file_sha256, stamp)
    act.session.add(row)
    return row


def _check_follows(
    before: Sequence[ArchiveStamp], issue: CertificateIssue, sequence: int, file_sha256: str, number: str
) -> None:
    """Refuse a renewal that does not follow the last one, or another file than the issued one as its beginning."""
    expected = before[-1].sequence + 1 if before else min(sequence, 1)
    if sequence != expected or (sequence == 0) != (file_sha256 == issue.file_sha256):
        raise Refused("renewal.not_the_next", number=number)
