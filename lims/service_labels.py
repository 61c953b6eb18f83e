"""Service labels (tem): what an instrument carries after calibration, verification or test, and the file printed.

The trap of intervals: a calibration label names a due date only where the customer has agreed to it; a verification
label names the last day of the legal period; a test label names none (ISO/IEC 17025, 7.8.4.3; Circular 24/2013, 39).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import select

from certificates.label_forms import LabelForm, label_forms
from certificates.labels import render_labels
from instruments.bodies import decide_for_customer, name_on, policy_on
from instruments.models import Body, BodyPolicy, Calibration, Instrument
from instruments.registry import due_on
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.marks import OUTSIDE, PARTLY, scope_standing
from lims.people import CUSTOMER, QUALITY_MANAGER, Actor
from lims.public_names import LABEL_DUE, PRINTED, WITHHELD
from lims.record import last_evaluation
from lims.registry_entries import ISSUED, certificate_visible, status_of, verify_url
from lims.rejections import failed_since, verdict_of
from lims.step import Act, query, step
from lims.store.tables import Certificate, Job
from uncertainty.wording import wording

CALIBRATION, VERIFICATION, TESTING = "calibration", "verification", "testing"
SERVICES: Final = (CALIBRATION, VERIFICATION, TESTING)
USUAL_SIZE: Final = "50x25"
LABEL: Final = "label"
REJECTION, LIMITED = "rejection", "limited"
"""In place of a service: of an instrument that failed its verification; of one that failed at some of its points."""
BEYOND: Final = "-outside"
"""After a service: of an instrument with results outside the centre's scope of accreditation."""


@dataclass(frozen=True)
class ServiceLabel:
    """What the label of a certificate says."""

    service: str
    centre: str
    values: Mapping[str, str]
    purpose: str = ""  # of its form: the service, the same with BEYOND, REJECTION or LIMITED


@step(on=Body, permission="registry.naming", clause="ISO/IEC 17025, 7.8.4.3", reason=True, network=True)
def settle_label_due(act: Act, body: Body, *, printed: bool) -> BodyPolicy:
    """Settle that calibration labels of a customer's items name the due date, or do not, from today on."""
    may = CUSTOMER in act.rights.at(body.id) or bool(act.rights.bodies(frozenset({QUALITY_MANAGER})))
    if body.kind != "customer" or not may:
        raise Refused("lims.not_found")
    return decide_for_customer(act.session, body.id, LABEL_DUE, PRINTED if printed else WITHHELD, act.day)


@query(permission="registry.read")
def service_label(act: Act, number: str) -> ServiceLabel:
    """What stands on the label of an issued certificate.

    Raises:
        Refused: it was replaced or withdrawn, or the instrument failed a later verification; a verification without
            verdict; the laboratory has no public address.
    """
    certificate = _labelled(act, number)
    item = act.session.get_one(Instrument, certificate.item_id)
    centre = act.session.get_one(Body, certificate.centre_id)
    name = name_on(act.session, centre.id, certificate.issued_on)
    content = json.loads(certificate.content)
    law, kind, purpose = content.get(VERIFICATION) or {}, certificate.kind, _purpose(certificate)
    beyond = _beyond(act, certificate)
    due = _due(act, certificate, law)
    card = content["people"].get("officer_card", "")
    return ServiceLabel(
        kind,
        centre.code,
        {
            "kind": wording(f"service_labels.kind_{purpose}", "vi"),
            "kind_en": wording(f"service_labels.kind_{purpose}", "en"),
            "body": name.name_vi if name else centre.code,
            "body_code": centre.code,
            "number": certificate.number,
            "name": item.name_vi,
            "serial": wording("labels.serial", "vi", serial=item.serial_number) if item.serial_number else item.code,
            "date_caption": wording(f"service_labels.date_{kind}", "vi"),
            "date": _day(certificate.performed_on),
            "due": wording(f"service_labels.due_{kind}", "vi", day=_day(due)) if due else "",
            "label_number": _label_number(law),
            "officer": wording("service_labels.officer", "vi", number=card) if card else "",
            "limit": _limit(purpose, content),
            "scope": wording(f"service_labels.scope_{beyond}", "vi") if beyond else "",
            "address": verify_url(act.lab.settings.public_address, certificate.token),
        },
        f"{purpose}{BEYOND}" if beyond and purpose in (CALIBRATION, TESTING) else purpose,
    )


def _labelled(act: Act, number: str) -> Certificate:
    """The certificate of that number, if it has a label."""
    certificate, _ = certificate_visible(act, number)
    if certificate.amends_id:
        amended = act.session.get_one(Certificate, certificate.amends_id)
        raise Refused("amendment.no_label", number=certificate.number, amended=amended.number)
    if status_of(act.session, certificate) != ISSUED:
        raise Refused("service_labels.ended", number=certificate.number)
    if not act.lab.settings.public_address:
        raise Refused("facts.address_missing")
    failed = failed_since(act.session, certificate)
    if failed is not None:
        raise Refused("service_labels.failed_since", number=certificate.number, other=failed.number)
    return certificate


def _beyond(act: Act, certificate: Certificate) -> str:
    """Whether all or some results lie outside the scope in force on their day; empty where none does.

    A verification is done by the designation of the law, not by an accreditation.
    """
    if certificate.kind == VERIFICATION:
        return ""
    evaluation = last_evaluation(act.session, act.session.get_one(Job, certificate.job_id))
    points = list(evaluation.points) if evaluation else []
    found = scope_standing(act.session, certificate.centre_id, points, certificate.performed_on)
    return found if found in (PARTLY, OUTSIDE) else ""


def _purpose(certificate: Certificate) -> str:
    """The purpose of the form: the service, or what takes its place where the instrument failed."""
    verdict = verdict_of(certificate)
    if certificate.kind == VERIFICATION:
        if verdict not in ("pass", "fail"):
            raise Refused("service_labels.not_passed", number=certificate.number)
        return VERIFICATION if verdict == "pass" else REJECTION
    return LIMITED if verdict == "fail" else certificate.kind


def _limit(purpose: str, content: Mapping[str, Any]) -> str:
    """What the instrument may not be used for: nothing after a failure, or the points outside their limits."""
    if purpose == REJECTION:
        return wording("service_labels.limit_rejection", "vi")
    if purpose != LIMITED:
        return ""
    counted = (content["answer"].get("outcomes") or [{"passed": 0, "failed": 1, "undecided": 0}])[-1]
    points = counted["passed"] + counted["failed"] + counted["undecided"]
    return wording("service_labels.limit_limited", "vi", count=counted["failed"], all=points)


def _due(act: Act, certificate: Certificate, law: Mapping[str, Any]) -> date | None:
    """The day until which the label says that the service holds; None where it may say nothing."""
    if certificate.kind == VERIFICATION:
        return date.fromisoformat(law["valid_until"]) if law.get("valid_until") else None
    agreed = policy_on(act.session, certificate.customer_id, LABEL_DUE, act.day) == PRINTED
    if certificate.kind != CALIBRATION or not agreed:
        return None
    calibration = act.session.exec(
        select(Calibration).where(Calibration.own_certificate_id == certificate.id)
    ).one_or_none()
    return due_on(act.session, calibration, act.day) if calibration is not None else None


def _label_number(law: Mapping[str, Any]) -> str:
    """The number of the label that was put on the instrument, as it was noted at the bench."""
    numbers = [one["number"] for one in law.get("seals", ()) if one.get("kind") == LABEL]
    return wording("service_labels.label_number", "vi", number=numbers[0]) if numbers else ""


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def sizes(service: str, centre: str) -> tuple[LabelForm, ...]:
    """The forms for labels of a service at a centre, the largest first: the centre's own where data give it some."""
    known = label_forms().values()
    own = tuple(one for one in known if one.purpose == f"{service} {centre}")
    return own or tuple(one for one in known if one.purpose == service)


def draw_service_label(lab: Laboratory, actor: Actor, number: str, *, size: str = USUAL_SIZE) -> bytes:
    """The label of a certificate as PDF, one page of its own size.

    Args:
        lab: the laboratory.
        actor: who asks; certificates that he may not read do not exist.
        number: of the certificate.
        size: measures of the label, `50x25`, or the id of its form.

    Raises:
        Refused: see `service_label`.
        Invalid: there is no such size, or something has no room on the label.
    """
    said = service_label(lab, actor, number)
    forms = {one.id: one for one in sizes(said.service, said.centre)}
    asked = forms.get(size) or next((one for one in forms.values() if _measures(one) == size), None)
    of_purpose = (*sizes(said.purpose, said.centre), *sizes(said.purpose.removesuffix(BEYOND), said.centre))
    chosen = next((one for one in of_purpose if asked and _measures(one) == _measures(asked)), None)
    if chosen is None:
        raise Invalid("labels.form_unknown", form=size, known=", ".join(forms))
    return render_labels([said.values], chosen, fonts=lab.fonts)


def _measures(form: LabelForm) -> str:
    return f"{form.width:g}x{form.height:g}"
