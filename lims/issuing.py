"""Issuing: number and content in one transaction, the file outside any lock, the issue in a second transaction.

A crash between the two leaves a numbered job; `resume` finishes it with the same number and the same content. An
unsigned file is made again with the same bytes; a signed one, which never is, is found again in the vault.
"""

from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session, select

from certificates.attachment import Attachment
from certificates.content import CertificateContent, content_hash
from certificates.edition import Edition
from certificates.pdf import render
from lims import access, calibration
from lims.attached_data import attached_data
from lims.clock import local_iso
from lims.content import certificate_content, seen_of, user_names
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.people import SYSTEM_ACTOR, Actor
from lims.record import last_evaluation, read_record
from lims.registry_entries import evaluation_points, full_content, unfinished
from lims.renewals import stamp_of
from lims.step import Act, query
from lims.store.tables import NUMBERED, Approval, Certificate, Job


def approve_and_issue(lab: Laboratory, actor: Actor, job_id: str, *, seen: str, password: str) -> str:
    """Approve what was shown, with the password given again, and issue it; return the certificate's number."""
    access.confirm(lab, actor, password, act="approve", target_id=job_id, seen=seen)
    calibration.approve(lab, actor, job_id, seen=seen)
    return issue(lab, actor, job_id)


@dataclass(frozen=True)
class Preview:
    """The certificate as it will be, without what only issuing knows, and the hash that an approval carries."""

    content: CertificateContent
    seen: str


@query(permission="certificate.approve")
def preview(act: Act, job_id: str) -> Preview:
    """Return the certificate that this very person would authorise (the signatory's name is content)."""
    job = act.session.get(Job, job_id)
    if job is None or not act.rights.holds("certificate.approve", job.centre_id):
        raise Refused("lims.not_found")
    content = certificate_content(act, read_record(act.session, job), signatory_id=act.person_id)
    return Preview(content, seen_of(act.session, content, job))


def issue(lab: Laboratory, actor: Actor, job_id: str) -> str:
    """Issue an approved job and return the number; a job that is numbered already is finished.

    Raises:
        Refused: the job is not approved, or another one is finishing it.
    """
    if _state(lab, job_id) != NUMBERED:
        calibration.bind_number(lab, actor, job_id)
    number, file, content_sha256 = rendered(lab, job_id)
    sha256 = lab.vault.put(file)
    calibration.complete_issue(
        lab, actor, job_id, file_sha256=sha256, content_sha256=content_sha256, stamp=stamp_of(file)
    )
    with suppress(OSError):
        lab.vault.forget(job_id)
    return number


def rendered(lab: Laboratory, job_id: str) -> tuple[str, bytes, str]:
    """The number, the file and the content's hash of a numbered job."""
    with lab.store.reading() as session:
        certificate = session.exec(select(Certificate).where(Certificate.job_id == job_id)).one()
        approval = session.exec(select(Approval).where(Approval.job_id == job_id)).one()
        approved_at = local_iso(approval.at, lab.settings.time_zone)
        content = full_content(session, certificate, lab.settings.public_address, approved_at)
        signatory = user_names(session, approval.person_id)
        further = _data(lab, session, certificate, content)
    from lims.sealing import sealed  # loads the library of archive files, which not every start needs

    file = sealed(lab, job_id, content, render(content, fonts=lab.fonts), signatory, further)
    return certificate.number, file, content_hash(content, without_issue_fields=False)


def _data(
    lab: Laboratory, session: Session, certificate: Certificate, content: CertificateContent
) -> tuple[Attachment, ...]:
    """The files for machines that the content names, from the evaluation on record."""
    if not content.data_attachments:
        return ()
    job = session.get_one(Job, certificate.job_id)
    procedure = lab.procedure(job.procedure_id, job.procedure_edition)
    points = [dict(one) for one in evaluation_points(last_evaluation(session, job))]
    return attached_data(procedure, points, content.data_attachments, Edition(content.languages).first_language)


def resume(lab: Laboratory) -> list[str]:
    """Finish what a crash interrupted, as the system; return the numbers that were issued."""
    with lab.store.reading() as session:
        jobs = [one.id for one in unfinished(session)]
    numbers = []
    for job_id in jobs:
        try:
            numbers.append(issue(lab, SYSTEM_ACTOR, job_id))
        except Refused:
            continue  # another process has just finished it, or the record says why it cannot be
    return numbers


def _state(lab: Laboratory, job_id: str) -> str:
    with lab.store.reading() as session:
        job = session.get(Job, job_id)
        return job.state if job else ""
