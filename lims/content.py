"""From the record of a job to the frozen content of its certificate: every word and digit that will be printed."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from certificates.changes import changes
from certificates.content import (
    Bilingual,
    CertificateContent,
    ChainNode,
    CustomerFields,
    EnvironmentLine,
    IssuingBody,
    ItemFields,
    People,
    Performance,
    Replaces,
    ResultTable,
    Signatory,
    content_hash,
)
from instruments.bodies import name_on
from instruments.models import Body, Calibration, Instrument
from instruments.traceability import chain_of, chain_path
from lims.amendments import amendment_content, certificate_of, standing_content
from lims.attached_data import names_wanted
from lims.content_results import answer, budget, conformity, coverage_statement, plot_key, result_table
from lims.content_tables import checks_table, is_rich, result_tables, with_scope
from lims.curves import curve
from lims.deviations import printed_deviation, printed_sampling
from lims.disciplines import discipline
from lims.errors import Refused
from lims.interpolated_standards import chain_note, result_shown
from lims.marks import Carried, carried
from lims.officers import card_on
from lims.outcomes import job_verdict, verification
from lims.procedure_format import Label, Procedure
from lims.record import JobRecord, last_evaluation
from lims.rejections import marks_before
from lims.step import Act
from lims.store.tables import Account, CertificateIssue, Job, Letterhead, Person
from lims.tolerances import class_on_paper


def certificate_content(
    act: Act, record: JobRecord, *, signatory_id: str, day: date | None = None
) -> CertificateContent:
    """The content of the certificate that a job would get, without what only issuing knows.

    Args:
        act: the act or read at hand.
        record: the job's record.
        signatory_id: the person who is to authorise it; the name is content.
        day: the day of the approval, today without it: bodies are named as on that day.

    Raises:
        Refused: the job has no evaluation yet, or the centre lacks name or letterhead.
    """
    session, job, day = act.session, record.job, day or act.day
    if job.supplement:
        return _amendment(act, job, signatory_id, day)
    evaluation = last_evaluation(session, job)
    if evaluation is None:
        raise Refused("lims.no_evaluation", job=job.number)
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    points: list[dict[str, Any]] = list(evaluation.points)
    days = record.days(act.lab.settings.time_zone)
    item = session.get_one(Instrument, job.item_id)
    shown = carried(session, job.centre_id, points, day, job.service)
    content = CertificateContent(
        kind=job.service,
        languages=job.languages,
        demonstration=act.lab.settings.demonstration,
        body=replace(issuing_body(session, job.centre_id, day), marks=shown.marks),
        customer=_customer(session, job, day),
        item=_item(job, item),
        performance=_performance(record, procedure, days),
        results=_results(record, procedure, points, shown=shown),
        answer=answer(procedure, points),
        coverage_statement=coverage_statement(points),
        traceability=_chain(session, record, procedure, item, points, days[-1]),
        people=_people(session, record, signatory_id, procedure, days[-1]),
        budget=budget(procedure, points),
        curve=curve(procedure, points),
        conformity=conformity(points, job_verdict(record, points)),
        statements=(
            *(_both(one) for one in procedure.report.statements),
            *plot_key(procedure, points),
            *shown.said,
        ),
        adjustment=_adjustment(record),
        verification=verification(record, procedure, points, days[-1], marks_before(session, record)),
        other_equipment=_equipment(record, procedure),
        measurand=next(iter(procedure.standards.values())).quantity if procedure.standards else None,
        signature_mode=_signature_mode(act, job, signatory_id),
        data_attachments=names_wanted(session, job, procedure, points, day),
    )
    return _replacing(session, job, content)


def _amendment(act: Act, job: Job, signatory_id: str, day: date) -> CertificateContent:
    """The content of an amendment: it states no result, and so bears no accreditation mark."""
    session = act.session
    return replace(
        amendment_content(session, job, _signatory(session, signatory_id)),
        demonstration=act.lab.settings.demonstration,
        body=issuing_body(session, job.centre_id, day),
        signature_mode=_signature_mode(act, job, signatory_id),
    )


def _adjustment(record: JobRecord) -> Bilingual | None:
    return Bilingual(record.adjustment.text_vi, record.adjustment.text_en) if record.adjustment else None


def _signature_mode(act: Act, job: Job, signatory_id: str) -> str:
    return act.lab.keys.mode(act.session.get_one(Body, job.centre_id).code, user_names(act.session, signatory_id))


def _signatory(session: Session, signatory_id: str) -> Signatory:
    signatory = session.get_one(Person, signatory_id)
    return Signatory(signatory.name, Bilingual(signatory.title_vi, signatory.title_en))


def _results(
    record: JobRecord, procedure: Procedure, points: list[dict[str, Any]], *, shown: Carried
) -> tuple[ResultTable, ...]:
    """The plain table of results, or one for each function with limits, phases and plots; before them the checks."""
    if not is_rich(procedure, points):
        return (with_scope(result_table(procedure, points), points, shown.kinds),)
    checked = checks_table(procedure, record)
    return (*([checked] if checked else []), *result_tables(procedure, points, scoped=shown.kinds))


def seen_of(session: Session, content: CertificateContent, job: Job) -> str:
    """The hash of what a screen showed for approval: the certificate's content and the evaluation it came from.

    A reading that changed in between leads to a new evaluation, also where the printed result stays the same.
    """
    evaluation = last_evaluation(session, job)
    shown = f"{content_hash(content, without_issue_fields=True)} {evaluation.id if evaluation else ''}"
    return hashlib.sha256(shown.encode()).hexdigest()


def user_names(session: Session, person_id: str) -> tuple[str, ...]:
    """The user names of a person, by which keys are found."""
    return tuple(session.exec(select(Account.user_name).where(Account.person_id == person_id).order_by(Account.id)))


def letterhead_on(session: Session, centre_id: str, day: date) -> Letterhead | None:
    """How the certificates of a centre look on `day`; None where nothing is settled."""
    return session.exec(
        select(Letterhead)
        .where(Letterhead.centre_id == centre_id, col(Letterhead.valid_from) <= day)
        .order_by(col(Letterhead.valid_from).desc(), col(Letterhead.id).desc())
    ).first()


def issuing_body(session: Session, centre_id: str, day: date) -> IssuingBody:
    """The centre as its certificates show it on `day`."""
    body, name = session.get_one(Body, centre_id), name_on(session, centre_id, day)
    head = letterhead_on(session, centre_id, day)
    if name is None or head is None:
        raise Refused("lims.body_without_name")
    parent = name_on(session, body.parent_id, day) if body.parent_id else None
    return IssuingBody(
        code=body.code,
        parent=Bilingual(parent.name_vi, parent.name_en) if parent else None,
        name=Bilingual(name.name_vi, name.name_en),
        address=Bilingual(name.address_vi, name.address_en),
        telephone=name.telephone or None,
        city=Bilingual(head.city_vi, head.city_en),
        monogram=head.monogram,
        accent=head.accent,
        national_header=head.national_header,
    )


def _customer(session: Session, job: Job, day: date) -> CustomerFields:
    name = name_on(session, job.customer_id, day)
    if name is None:
        return CustomerFields("", "")
    if job.languages == "en":
        return CustomerFields(name.name_en, name.address_en)
    return CustomerFields(name.name_vi, name.address_vi)


def _item(job: Job, item: Instrument) -> ItemFields:
    material = Bilingual(item.material_vi, item.material_en) if item.material_vi and item.material_en else None
    return ItemFields(
        name=Bilingual(item.name_vi, item.name_en),
        maker=item.maker or None,
        model=item.model or None,
        serial_number=item.serial_number or item.code,
        customer_asset_code=item.asset_code or None,
        accuracy_class=class_on_paper(item.quantity, item.accuracy_class) or None,
        material=material,
        condition=Bilingual(job.condition_vi, job.condition_en),
        received_on=job.received_on,
        customer_supplied=("customer_asset_code",) if item.asset_code else (),
    )


def _performance(record: JobRecord, procedure: Procedure, days: tuple[date, ...]) -> Performance:
    job = record.job
    return Performance(
        started_on=days[0],
        finished_on=days[-1],
        place=Bilingual(job.place_vi, job.place_en),
        environment=tuple(_environment(record, procedure)),
        method=Bilingual(procedure.title.vi, procedure.title.en),
        method_documents=procedure.methods,
        procedure_id=procedure.id,
        procedure_edition=procedure.edition,
        decisions=tuple(Bilingual(one.text_vi, one.text_en) for one in record.decisions),
        deviations=tuple(printed_deviation(one) for one in record.deviations),
        sampling=printed_sampling(record.sampling, procedure.sampling),
    )


def _environment(record: JobRecord, procedure: Procedure) -> list[EnvironmentLine]:
    lines = []
    for name, quantity in procedure.environment.items():
        texts = [one.canonical for one in record.environment if one.quantity == name]
        if texts:
            ordered = sorted(texts, key=Decimal)
            text = ordered[0] if ordered[0] == ordered[-1] else f"{ordered[0]} … {ordered[-1]}"
            lines.append(EnvironmentLine(_both(quantity.label), text, quantity.unit))
    return lines


def _chain(
    session: Session, record: JobRecord, procedure: Procedure, item: Instrument, points: list[dict[str, Any]], day: date
) -> tuple[ChainNode, ...]:
    """The chain of each standard used, as it stood on the day of the readings, then the item."""
    nodes: list[ChainNode] = []
    roles = sorted(role for role, one in record.chosen.items() if one.choice.role_kind == "standard")
    si = discipline(procedure.discipline).si
    for branch, role in enumerate(roles):
        calibration_id = record.chosen[role].choice.calibration_id
        if calibration_id is None:
            continue
        path = chain_path(chain_of(session, calibration_id, day, result_id=result_shown(points[0], role)))
        nodes.append(ChainNode("si", Bilingual(si.vi, si.en), branch=branch))
        nodes += [
            ChainNode(
                level=link.level or "working",
                name=Bilingual(link.name_vi, link.name_en),
                code=link.instrument_code,
                laboratory=Bilingual(link.laboratory_vi, link.laboratory_en),
                certificate_number=link.certificate,
                performed_on=link.performed_on,
                expanded_uncertainty=link.expanded_uncertainty,
                unit=link.uncertainty_unit,
                branch=branch,
                certificate_sha256=_file_sha256(session, link.calibration_id),
                note=chain_note(points, role) if link is path[-1] else None,
            )
            for link in path
        ]
    largest = max(points, key=lambda one: Decimal(one["expanded_uncertainty"]))
    nodes.append(
        ChainNode(
            level="item",
            name=Bilingual(item.name_vi, item.name_en),
            code=item.serial_number or item.code,
            performed_on=day,
            expanded_uncertainty=largest["expanded_uncertainty"],
            unit=largest["unit"],
            is_item=True,
            branch=len(roles),
        )
    )
    return tuple(nodes)


def _file_sha256(session: Session, calibration_id: str) -> str | None:
    """The hash of the file of a calibration's certificate, where this laboratory network issued it."""
    calibration = session.get(Calibration, calibration_id)
    issue = session.get(CertificateIssue, calibration.own_certificate_id or "") if calibration else None
    return issue.file_sha256 if issue else None


def _people(session: Session, record: JobRecord, signatory_id: str, procedure: Procedure, day: date) -> People:
    evaluated, reviewed = record.last_step("evaluate"), record.last_step("review")
    names = {
        name: session.get_one(Person, one.person_id).name if one and one.person_id else ""
        for name, one in (("performed_by", evaluated or _performer(record)), ("reviewed_by", reviewed))
    }
    performer = (evaluated or _performer(record)).person_id if evaluated or record.readings else None
    card = card_on(session, performer, procedure, day) if performer else None
    return People(
        **names,
        signatory=_signatory(session, signatory_id),
        officer_card=card.number if card else None,
    )


def _performer(record: JobRecord) -> Any:
    """Where an amendment went straight to review, the one who took the last reading performed the work."""
    return max(record.readings.values(), key=lambda one: one.at, default=None)


def _equipment(record: JobRecord, procedure: Procedure) -> tuple[Bilingual, ...]:
    return tuple(
        Bilingual(
            f"{procedure.equipment[role].label.vi} {one.instrument.code}",
            f"{procedure.equipment[role].label.en} {one.instrument.code}",
        )
        for role, one in sorted(record.chosen.items())
        if role in procedure.equipment
    )


def _replacing(session: Session, job: Job, content: CertificateContent) -> CertificateContent:
    """The content with the certificate that it replaces, why, and what changed (7.8.8)."""
    if job.amends_id is None:
        return content
    before = certificate_of(session, job.amends_id)
    if before is None:
        return content
    reason, issue = Bilingual(job.amendment_reason, job.amendment_reason_en), session.get(CertificateIssue, before.id)
    said = changes(standing_content(session, before), content)
    file_sha256 = issue.file_sha256 if issue else None
    return replace(content, replaces=Replaces(before.number, before.issued_on, reason, file_sha256, changes=said))


def _both(label: Label | Mapping[str, str]) -> Bilingual:
    return Bilingual(label.vi, label.en) if isinstance(label, Label) else Bilingual(label["vi"], label["en"])
