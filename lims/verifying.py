"""Verification for everyone: by the QR code's token, by number and check code, or by the file itself.

Nothing of the results is told, and nothing of the customer unless it allowed its name (ISO/IEC 17025, 4.2; T4-5).
These reads need no sign-in. Typed numbers are limited per address, since a check code is short enough to try; so are
files.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.x509 import Certificate as Certificate509
from sqlmodel import Session, col, or_, select

from certificates.identification import Identification
from certificates.validating import BUSY, Examination, validate
from certificates.verify import KnownCertificate, Verdict, judge, standing
from instruments.bodies import name_on
from lims.access import limit_guessing, note_failure
from lims.amendments import amendments_of
from lims.audit import stands
from lims.clock import local_day
from lims.errors import Refused, Stated
from lims.laboratory import Laboratory
from lims.procedure_format import Label
from lims.public_names import public_name
from lims.registry_entries import head_of, status_of
from lims.rejections import failed_since
from lims.renewals import stamps
from lims.store.tables import Certificate, CertificateEvent, CertificateIssue

MOST_TRIES = 30
MOST_FILES = 120
STANDS, STRANGE, BROKEN = "stands", "strange", "broken"
"""What became of the head of the audit chain on a certificate: in the record, not the record's, its record altered."""
LARGEST_FILE = 20_000_000


@dataclass(frozen=True)
class PublicRecord:
    """What anyone may know of a certificate."""

    verdict: Verdict
    number: str = ""
    body: Label | None = None
    kind: str = ""
    performed_on: date | None = None
    issued_on: date | None = None
    ended_on: date | None = None
    replaced_by: str = ""
    file_sha256: str = ""
    token: str = ""
    head: str = ""
    head_word: str = ""
    customer: Label | None = None
    amended_by: tuple[tuple[str, date], ...] = ()
    """Number and day of each amendment of it."""
    amends: str = ""
    """Number of the certificate that it amends."""
    failed_since: date | None = None
    """The day of a later verification that the instrument failed: from then on this one no longer stands."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that somebody gave: what the record says of it, and what its signatures and its inside are worth."""

    record: PublicRecord
    examination: Examination


def by_token(lab: Laboratory, token: str) -> PublicRecord:
    """What the QR code's address shows."""
    with lab.store.reading() as session:
        found = session.exec(select(Certificate).where(Certificate.token == token[:64])).one_or_none()
        return _record(session, found, lab)


def by_number(lab: Laboratory, number: str, check_code: str, address: str) -> PublicRecord:
    """What a typed number with its printed check code shows; a wrong pair is as unknown as no number at all.

    Raises:
        Refused: too many wrong pairs from this address within the hour.
    """
    limit_guessing(lab, "check_code_failed", address, MOST_TRIES)
    typed = "".join(sign for sign in check_code.upper() if sign.isalnum())
    with lab.store.reading() as session:
        found = session.exec(select(Certificate).where(Certificate.number == number.strip().upper()[:80])).one_or_none()
        if found is not None and not hmac.compare_digest(found.check_code.replace("-", "").encode(), typed.encode()):
            found = None
        record = _record(session, found, lab)
    if not record.number:
        note_failure(lab, "check_code_failed", address)
    return record


def check_file(lab: Laboratory, file: bytes, address: str) -> CheckedFile:
    """What a file is worth by the record and by itself, for anyone at an address.

    Raises:
        Refused: too many files from this address within the hour, or too many others wait.
    """
    limit_guessing(lab, "file_checked", address, MOST_FILES)
    note_failure(lab, "file_checked", address)
    examination = signatures_of(lab, file)
    if examination.state == BUSY:
        raise Refused("verification.busy")
    return CheckedFile(of_file(lab, file, examination.inside.head), examination)


def of_file(lab: Laboratory, file: bytes, printed_head: str = "") -> PublicRecord:
    """What a file is worth, and what anyone may know of the certificate that it claims to be.

    Args:
        lab: whose record is asked.
        file: any bytes.
        printed_head: head of the audit chain that was read from its pages, to be found in the record.
    """
    with lab.store.reading() as session:

        def lookup(said: Identification) -> KnownCertificate | None:
            return _known(session, _claimed(session, said))

        verdict = judge(file, lookup)
        found = None
        if verdict.number:
            found = session.exec(select(Certificate).where(Certificate.number == verdict.number)).one_or_none()
        return _record(session, found, lab, verdict, printed_head)


def signatures_of(lab: Laboratory, file: bytes, roots: Sequence[Certificate509] | None = None) -> Examination:
    """The state of a file's digital signatures, found in a process apart.

    They are told beside the verdict and never change it: genuine is only the very file that was issued.

    Args:
        lab: the laboratory, for the roots that it trusts and the time.
        file: any bytes.
        roots: other roots to judge by.
    """
    if roots is None:
        try:
            roots = lab.keys.roots()
        except Stated:
            roots = ()
    return validate(file, roots, lab.clock.now())


def _claimed(session: Session, said: Identification) -> Certificate | None:
    """The certificate that an identification means: by its token, or by its number when the token is damaged."""
    rows = session.exec(
        select(Certificate)
        .where(or_(col(Certificate.token) == said.token, col(Certificate.number) == said.number))
        .order_by((col(Certificate.token) == said.token).desc())
    )
    return rows.first()


def _known(session: Session, certificate: Certificate | None) -> KnownCertificate | None:
    if certificate is None:
        return None
    issue = session.get(CertificateIssue, certificate.id)
    if issue is None:
        return None  # numbered, not issued yet: for the public it does not exist
    return KnownCertificate(
        certificate.number, issue.file_sha256, status_of(session, certificate), _replaced_by(session, certificate),
        tuple(one.file_sha256 for one in stamps(session, certificate.id) if one.sequence),
    )  # fmt: skip


def _replaced_by(session: Session, certificate: Certificate) -> str | None:
    event = session.exec(
        select(CertificateEvent).where(
            CertificateEvent.certificate_id == certificate.id, CertificateEvent.status == "replaced"
        )
    ).one_or_none()
    after = session.get(Certificate, event.replaced_by_id) if event and event.replaced_by_id else None
    return after.number if after else None


def _record(
    session: Session,
    certificate: Certificate | None,
    lab: Laboratory,
    verdict: Verdict | None = None,
    printed_head: str = "",
) -> PublicRecord:
    known = _known(session, certificate)
    verdict = verdict or standing(known)
    if certificate is None or known is None:
        return PublicRecord(verdict)
    name = name_on(session, certificate.centre_id, certificate.issued_on)
    ended = session.exec(
        select(CertificateEvent)
        .where(CertificateEvent.certificate_id == certificate.id)
        .order_by(col(CertificateEvent.at).desc())
    ).first()
    failed = failed_since(session, certificate)
    return PublicRecord(
        verdict,
        certificate.number,
        Label(name.name_vi, name.name_en) if name else None,
        certificate.kind,
        certificate.performed_on,
        certificate.issued_on,
        ended.on if ended else None,
        known.replaced_by or "",
        known.sha256,
        certificate.token,
        *_head(session, certificate, printed_head),
        public_name(session, certificate.customer_id, certificate.issued_on, _today(lab)),
        tuple((one.number, one.issued_on) for one in amendments_of(session, certificate)),
        session.get_one(Certificate, certificate.amends_id).number if certificate.amends_id else "",
        failed.performed_on if failed else None,
    )


def _head(session: Session, certificate: Certificate, printed: str) -> tuple[str, str]:
    """The head of the audit chain on a certificate, and whether the record still holds it."""
    head = head_of(session, certificate)
    if printed and printed != head:
        return printed, STRANGE
    return head, STANDS if stands(session, certificate.centre_id, head) else BROKEN


def _today(lab: Laboratory) -> date:
    return local_day(lab.clock.now(), lab.settings.time_zone)
