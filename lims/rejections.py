"""What a failed verification ends: the labels and seals of the verification before, which are void from then on.

Source: ĐLVN verification procedures, final clause ("xử lý chung"): no certificate is given, the old mark is removed.
"""

import json

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from certificates.content import Bilingual, SealNumber
from instruments.identity import records_of
from lims.record import JobRecord
from lims.store.tables import Certificate, CertificateEvent, CertificateIssue, Job

VERIFICATION = "verification"


def marks_before(session: Session, record: JobRecord) -> tuple[SealNumber, ...]:
    """Labels and seals of the last issued verification of an item, each with the number of its certificate.

    Args:
        session: a session on laboratory and registry.
        record: of the verification at hand; its own earlier editions do not count.
    """
    job = record.job
    if job.service != VERIFICATION:
        return ()
    of_item = _issued(session, job.item_id).join(Job, col(Job.id) == col(Certificate.job_id))
    before = session.exec(
        of_item.where((col(Job.number) != job.number) | (col(Job.centre_id) != job.centre_id))
    ).first()
    if before is None:
        return ()
    stated = json.loads(before.content).get(VERIFICATION) or {}
    of = Bilingual(f"giấy số {before.number}", f"certificate {before.number}")
    return tuple(SealNumber(one["kind"], one["number"], of) for one in stated.get("seals", ()))


def failed_since(session: Session, certificate: Certificate) -> Certificate | None:
    """The failed verification of the same item after the one that a certificate states: from its day on the earlier
    certificate no longer stands. None where there is none, or where the certificate states no passed verification.

    A failed one that was itself replaced or withdrawn does not count.
    """
    if certificate.kind != VERIFICATION or verdict_of(certificate) == "fail":
        return None
    ended = select(CertificateEvent.certificate_id).where(CertificateEvent.certificate_id == Certificate.id)
    later = _issued(session, certificate.item_id).where(
        col(Certificate.id) > certificate.id, col(Certificate.performed_on) >= certificate.performed_on, ~ended.exists()
    )
    return next((one for one in session.exec(later) if verdict_of(one) == "fail"), None)


def _issued(session: Session, item_id: str) -> SelectOfScalar[Certificate]:
    """The issued verifications of an item, the newest first."""
    return (
        select(Certificate)
        .join(CertificateIssue, col(CertificateIssue.certificate_id) == col(Certificate.id))
        .where(Certificate.kind == VERIFICATION, col(Certificate.item_id).in_(records_of(session, item_id)))
        .where(col(Certificate.amends_id).is_(None))
        .order_by(col(Certificate.id).desc())
    )


def verdict_of(certificate: Certificate) -> str:
    """The verdict of a certificate; empty where it states none."""
    return str((json.loads(certificate.content).get("conformity") or {}).get("verdict", ""))
