"""What numbering, issuing and withdrawing write: the certificate, its file's hash, and the result in the registry."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from certificates.content import CertificateContent, IssueFields, content_hash
from certificates.kinds import AMENDMENT
from instruments import history
from instruments.models import Calibration, CalibrationResult, TraceabilityLink
from lims import numbering
from lims.amendments import amendments_of, certificate_of
from lims.clock import local_day
from lims.content import certificate_content, seen_of
from lims.disciplines import discipline
from lims.errors import Refused
from lims.interpolated_standards import results_used
from lims.outcomes import final_points
from lims.people import CUSTOMER, centre_code
from lims.procedure_format import Procedure
from lims.record import JobRecord, last_evaluation
from lims.step import Act
from lims.store.tables import (
    Approval,
    AuditRecord,
    Certificate,
    CertificateEvent,
    CertificateIssue,
    EvaluationRecord,
    Job,
)
from uncertainty.archive import to_text
from uncertainty.wording import Phrase

ISSUED, REPLACED, WITHDRAWN = "issued", "replaced", "withdrawn"


def bind(act: Act, record: JobRecord) -> Certificate:
    """The certificate of an approved job: content frozen, number, token and check code bound to it.

    The head of the audit chain after this very transaction is not known yet; `issue_fields` adds it.
    """
    job = record.job
    approval = act.session.exec(select(Approval).where(Approval.job_id == job.id)).one()
    if act.actor.kind == "person" and act.actor.person_id != approval.person_id:
        raise Refused("lims.not_permitted", act=Phrase("acts.bind_number"))
    if not act.lab.settings.public_address:
        raise Refused("lims.no_public_address")
    content = certificate_content(act, record, signatory_id=approval.person_id, day=_day(act, approval))
    if seen_of(act.session, content, job) != approval.seen:
        raise Refused("lims.changed_since_approval", job=job.number)
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    code = centre_code(act.session, job.centre_id)
    before = certificate_of(act.session, job.amends_id) if job.amends_id else None
    amends = before if content.amends else None
    place = numbering.bound(
        act.session, job.centre_id, AMENDMENT if amends else content.kind, code=code, year=act.day.year, amended=amends,
        discipline=discipline(procedure.discipline).series,
    )  # fmt: skip
    return Certificate(
        centre_id=job.centre_id,
        job_id=job.id,
        series=place.series,
        year=place.year,
        sequence=place.sequence,
        number=place.number,
        token=numbering.new_token(),
        check_code=numbering.new_check_code(),
        seen=approval.seen,
        content=json.dumps(content.to_json(), ensure_ascii=False, sort_keys=True),
        content_sha256=content_hash(content, without_issue_fields=True),
        kind=content.kind,
        customer_id=job.customer_id,
        item_id=job.item_id,
        performed_on=content.performance.finished_on,
        issued_on=act.day,
        replaces_id=before.id if before and not amends else None,
        amends_id=amends.id if amends else None,
        bound_at=act.now,
    )


def _day(act: Act, approval: Approval) -> date:
    return local_day(approval.at, act.lab.settings.time_zone)


def full_content(
    session: Session, certificate: Certificate, public_address: str, approved_at: str
) -> CertificateContent:
    """The whole content of a numbered certificate, with the head of the audit chain after its numbering."""
    content = CertificateContent.from_json(json.loads(certificate.content))
    head = head_of(session, certificate)
    return content.with_issue(
        IssueFields(
            number=certificate.number,
            issued_on=certificate.issued_on,
            approved_at=approved_at,
            token=certificate.token,
            check_code=certificate.check_code,
            verify_url=verify_url(public_address, certificate.token),
            audit_head=head,
        )
    )


def head_of(session: Session, certificate: Certificate) -> str:
    """The head of the centre's audit chain after the numbering of a certificate: it stands on the certificate."""
    return session.exec(
        select(AuditRecord.hash).where(
            AuditRecord.chain == certificate.centre_id,
            AuditRecord.object_id == certificate.job_id,
            AuditRecord.act == "bind_number",
            AuditRecord.outcome == "done",
        )
    ).one()


def verify_url(public_address: str, token: str) -> str:
    """The address that the QR code holds."""
    return f"{public_address.rstrip('/')}/verify/{token}"


def complete(act: Act, record: JobRecord, file_sha256: str, content_sha256: str) -> CertificateIssue:
    """The issue of a numbered certificate, its result in the registry, and the end of what it replaces.

    An amendment has no result: the registry keeps that of the certificate that it amends.
    """
    certificate = certificate_of(act.session, record.job.id)
    if certificate is None:
        raise Refused("lims.not_found")
    size = len(act.lab.vault.get(file_sha256))
    issue = CertificateIssue(
        certificate_id=certificate.id,
        centre_id=certificate.centre_id,
        file_sha256=file_sha256,
        content_sha256=content_sha256,
        size=size,
        issued_at=act.now,
    )
    act.session.add(issue)
    if certificate.amends_id:
        _end_with(act, certificate, act.session.get_one(Certificate, certificate.amends_id))
        return issue
    calibration = _enter_calibration(act, record, certificate)
    if certificate.replaces_id:
        before = act.session.get_one(Certificate, certificate.replaces_id)
        reason = record.job.amendment_reason or record.job.amendment_reason_en
        _end(act, before, REPLACED, reason, certificate, calibration.id)
    return issue


def _end_with(act: Act, amendment: Certificate, before: Certificate) -> None:
    """An amendment of what was withdrawn between its numbering and its issue is withdrawn with it."""
    if status_of(act.session, before) == WITHDRAWN:
        _event(act, amendment, WITHDRAWN, before.number, None)


def _enter_calibration(act: Act, record: JobRecord, certificate: Certificate) -> Calibration:
    """The registry learns the result, with links to the calibrations of the standards used (6.5.1)."""
    evaluation = last_evaluation(act.session, record.job)
    if evaluation is None:
        raise Refused("lims.not_found")
    calibration = Calibration(
        instrument_id=record.job.item_id,
        laboratory_id=record.job.centre_id,
        certificate_number=certificate.number,
        performed_on=certificate.performed_on,
        issued_on=certificate.issued_on,
        valid_until=_legal_end(certificate),
        service=record.job.service,
        recognition="ilac" if any(one.get("scope_line") for one in evaluation.points) else None,
        own_certificate_id=certificate.id,
    )
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    results = [_result(calibration.id, procedure, one) for one in final_points(evaluation.points)]
    return history.record(act.session, calibration, results, _links(record, calibration.id, evaluation.points))


def _legal_end(certificate: Certificate) -> date | None:
    """The last day of the legal period, where a verification states one; a calibration's due day is no part of it."""
    law = json.loads(certificate.content).get("verification") or {}
    return date.fromisoformat(law["valid_until"]) if law.get("valid_until") else None


def _quantity(procedure: Procedure, point: Mapping[str, Any]) -> str:
    """The quantity of a point: that of its column or range, of the output where it says one, else of the standard."""
    if procedure.output.quantity is not None:
        return procedure.output.quantity
    return procedure.quantity_of(point["point"]) or next(iter(procedure.standards.values())).quantity


def _links(record: JobRecord, calibration_id: str, points: list[dict[str, Any]]) -> list[TraceabilityLink]:
    """One link for each result of a standard that was used."""
    links = []
    for role, used in sorted(record.chosen.items()):
        if used.choice.role_kind == "standard" and used.choice.calibration_id is not None:
            results = dict.fromkeys(result_id for one in points for result_id in results_used(one, role))
            links += [
                TraceabilityLink(
                    calibration_id=calibration_id,
                    upstream_calibration_id=used.choice.calibration_id,
                    upstream_result_id=result_id,
                )
                for result_id in results
            ]
    return links


def _result(calibration_id: str, procedure: Procedure, point: Mapping[str, Any]) -> CalibrationResult:
    nominal, within = point.get("nominal"), procedure.range_of(point["point"])
    return CalibrationResult(
        calibration_id=calibration_id,
        quantity=_quantity(procedure, point),
        kind=point["kind"],
        nominal=nominal[0] if nominal else None,
        nominal_unit=nominal[1] if nominal else None,
        value=point["value"],
        unit=point["unit"],
        expanded_uncertainty=point["expanded_uncertainty"],
        uncertainty_unit=point["unit"],
        coverage_factor=point["coverage_factor"],
        coverage_probability=point["coverage_probability"],
        dof=point.get("dof"),
        measuring_range=within.label.vi if within else None,
        influences=json.dumps(point.get("influences", [])),
        archive=to_text(point["archive"]) if "archive" in point else None,
    )


def withdraw(act: Act, certificate: Certificate) -> None:
    """Withdraw an issued certificate, and its result from the registry."""
    if act.session.get(CertificateIssue, certificate.id) is None:
        raise Refused("lims.not_found")
    if status_of(act.session, certificate) != ISSUED:
        raise Refused("lims.certificate_withdrawn_already", number=certificate.number)
    _end(act, certificate, WITHDRAWN, act.reason, None)


def _end(
    act: Act,
    certificate: Certificate,
    status: str,
    reason: str,
    by: Certificate | None,
    calibration_id: str | None = None,
) -> None:
    ended_before = status_of(act.session, certificate) != ISSUED
    for amendment in amendments_of(act.session, certificate):  # what it amends is no more
        _event(act, amendment, status, reason, by)
    _event(act, certificate, status, reason, by)
    calibration = act.session.exec(
        select(Calibration).where(Calibration.own_certificate_id == certificate.id)
    ).one_or_none()
    if calibration is not None and not ended_before:  # what was withdrawn while its amendment was open stays so
        history.withdraw(act.session, calibration, act.day, reason, calibration_id)


def _event(act: Act, certificate: Certificate, status: str, reason: str, by: Certificate | None) -> None:
    act.session.add(
        CertificateEvent(
            centre_id=certificate.centre_id,
            certificate_id=certificate.id,
            status=status,
            on=act.day,
            reason=reason,
            replaced_by_id=by.id if by else None,
            at=act.now,
        )
    )


def status_of(session: Session, certificate: Certificate) -> str:
    """Issued, replaced or withdrawn; withdrawal is the last word."""
    events = session.exec(select(CertificateEvent).where(CertificateEvent.certificate_id == certificate.id)).all()
    statuses = {one.status for one in events}
    return WITHDRAWN if WITHDRAWN in statuses else REPLACED if REPLACED in statuses else ISSUED


def certificate_visible(act: Act, number: str) -> tuple[Certificate, CertificateIssue]:
    """The issued certificate of that number, when the actor may read it; else it does not exist (T4-3)."""
    certificate = act.session.exec(
        select(Certificate).where(Certificate.number == number.strip().upper())
    ).one_or_none()
    issue = act.session.get(CertificateIssue, certificate.id) if certificate else None
    if certificate is None or issue is None:
        raise Refused("lims.not_found")
    operator = act.actor.kind != "person"
    staff = bool(act.rights.at(certificate.centre_id) - {CUSTOMER}) and act.rights.holds(
        "certificate.read", certificate.centre_id
    )
    if not (operator or staff or CUSTOMER in act.rights.at(certificate.customer_id)):
        raise Refused("lims.not_found")
    return certificate, issue


def file_of(act: Act, number: str) -> bytes:
    """The file of a certificate that the actor may read."""
    _, issue = certificate_visible(act, number)
    return act.lab.vault.get(issue.file_sha256)


def unfinished(session: Session) -> list[Job]:
    """The jobs that are approved or numbered and not issued yet: a crash came between."""
    return list(session.exec(select(Job).where(col(Job.state).in_(("APPROVED", "NUMBERED"))).order_by(Job.id)))


def evaluation_points(evaluation: EvaluationRecord | None) -> list[dict[str, object]]:
    """The points of an evaluation, none where there is none."""
    return list(evaluation.points) if evaluation else []
