"""What the approval screen shows: everything that matters on one page, what is unusual first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlmodel import col, select

from certificates.completeness import missing_fields
from certificates.content import CertificateContent
from certificates.dcc import check_dcc
from instruments.cmc import below_cmc
from instruments.models import ScopeLine
from instruments.traceability import Link, chain_of, chain_path
from lims import guards
from lims.cmc_shown import CmcShown, coverage_of
from lims.content import certificate_content, seen_of
from lims.errors import Refused, Stated
from lims.interpolated_standards import result_shown
from lims.job_circumstances import circumstances_of
from lims.quantity_text import Shown
from lims.readings import unusual
from lims.record import JobRecord, last_evaluation, read_record
from lims.registry_entries import status_of
from lims.sheets import ActOffer, JobRow, PhaseMark, job_of, job_row, offer, person_names, phases
from lims.step import Act, query
from lims.store.tables import AuditRecord, Certificate, Job, StepRecord
from uncertainty.comparison import normalised_error
from uncertainty.rounding import display
from uncertainty.wording import Phrase

NO_REVIEWER = "certificate.missing_reviewed_by"


@dataclass(frozen=True)
class Unusual:
    """Something that differs from the ordinary: what, and the numbers compared."""

    title: Phrase
    text: Phrase


@dataclass(frozen=True)
class Checked:
    """One guard, asked now: passed with what was compared, or what it would answer."""

    key: str
    detail: Phrase | None
    refusal: Stated | None


@dataclass(frozen=True)
class ApprovalSheet:
    """Everything the approval (and review) screen shows."""

    row: JobRow
    phases: tuple[PhaseMark, ...]
    steps: tuple[StepRecord, ...]
    names: Mapping[str, str]
    unusual: tuple[Unusual, ...]
    points: tuple[Mapping[str, Any], ...]
    """The evaluated points as kept (see `lims.submission`): printed texts, budget, Monte Carlo, conformity."""
    checks: tuple[Checked, ...]
    path: tuple[Link, ...]
    readings: tuple[tuple[str, int, str, str, str, str, bool], ...]
    """(table, repetition from 1, column, text, unit, person, corrected) in the order at the bench."""
    conditions: tuple[tuple[str, str, str], ...]
    trail: tuple[tuple[datetime, str, str, str, str], ...]
    """(when, who, act, outcome, reason) from the audit record, newest first."""
    content: CertificateContent | None
    seen: str
    offers: Mapping[str, ActOffer]


@query(permission="job.read")
def approval_sheet(act: Act, job_id: str) -> ApprovalSheet:
    """Everything that matters about a job that waits for review or approval.

    The content is that which this very person would authorise; `seen` is its hash.
    """
    job = job_of(act, job_id)
    record = read_record(act.session, job)
    evaluation = last_evaluation(act.session, job)
    points: list[dict[str, Any]] = list(evaluation.points) if evaluation else []
    content = _content(act, record)
    names = person_names(act.session, record)
    return ApprovalSheet(
        row=job_row(act, job),
        phases=phases(act.session, record),
        steps=record.steps,
        names=names,
        unusual=tuple(_unusual(act, record, points, names)),
        points=tuple(points),
        checks=tuple(_checks(act, record, points, content)),
        path=_path(act, record, points),
        readings=_readings(act, record, names),
        conditions=tuple((c.quantity, c.moment, f"{c.text} {c.unit}") for c in record.environment),
        trail=_trail(act, job),
        content=content,
        seen=seen_of(act.session, content, job) if content else "",
        offers={name: offer(act, job, name) for name in ("review", "return_for_correction", "approve", "cancel")},
    )


def _content(act: Act, record: JobRecord) -> CertificateContent | None:
    try:
        return certificate_content(act, record, signatory_id=act.person_id)
    except Stated:
        return None


def _path(act: Act, record: JobRecord, points: list[dict[str, Any]]) -> tuple[Link, ...]:
    for role, one in sorted(record.chosen.items()):
        if one.choice.role_kind == "standard":
            result_id = result_shown(points[0], role) if points else None
            day = record.working_day(act.lab.settings.time_zone, act.day)
            if one.choice.calibration_id:
                return chain_path(chain_of(act.session, one.choice.calibration_id, day, result_id=result_id))
    return ()


def _checks(
    act: Act, record: JobRecord, points: list[dict[str, Any]], content: CertificateContent | None
) -> list[Checked]:
    found = []
    for key, guard in guards.ON_APPROVAL:
        if record.job.supplement and key not in guards.OF_AMENDMENTS:
            continue
        try:
            guard(act, record)
        except Stated as refusal:
            found.append(Checked(key, None, refusal))
        else:
            found.append(Checked(key, None, None))
    if not record.job.supplement:
        found.append(_cmc(act, points))
    missing = missing_fields(content) if content else ()
    if record.last_step("review") is None:
        missing = tuple(one for one in missing if one != NO_REVIEWER)  # the reviewer is at it
    found.append(Checked("fields", None, _lacking(record, content, missing)))
    return found


def _lacking(record: JobRecord, content: CertificateContent | None, missing: tuple[str, ...]) -> Stated | None:
    """What the content lacks, or what its digital form could not say."""
    if content is None:
        return Refused("lims.no_evaluation", job=record.job.number)
    if missing:
        return Refused("lims.certificate_incomplete", count=len(missing), field=Phrase(missing[0], {}))
    try:
        check_dcc(content)
    except Stated as answer:
        return answer
    return None


def _cmc(act: Act, points: list[dict[str, Any]]) -> Checked:
    for one in points:
        line = act.session.get(ScopeLine, one["scope_line"]) if one.get("scope_line") else None
        if line is None:
            return Checked("cmc", Phrase("lims.outside_scope", {}), None)
        value, of_unit = one.get("nominal") or (one["value"], one["unit"])
        u, cmc = Shown(one["expanded_uncertainty"], one["unit"]), CmcShown(line, value, of_unit)
        if below_cmc(line, one["expanded_uncertainty"], one["unit"], value, of_unit, coverage_of(one)):
            return Checked("cmc", None, Refused("lims.below_cmc", u=u, cmc=cmc))
    if not points:
        return Checked("cmc", None, None)
    return Checked("cmc", Phrase("lims.u_and_cmc", {"u": u, "cmc": cmc}), None)


def _unusual(act: Act, record: JobRecord, points: list[dict[str, Any]], names: Mapping[str, str]) -> list[Unusual]:
    found = []
    for (_, _, row, column), rows in record.history.items():
        for before, after in pairwise(rows):
            values = {
                "row": row + 1, "column": column, "before": before.text, "after": after.text, "reason": after.reason,
                "who": names.get(after.person_id, ""),
            }  # fmt: skip
            found.append(
                Unusual(Phrase("lims.unusual.corrected", values), Phrase("lims.unusual.corrected_text", values))
            )
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    day = record.working_day(act.lab.settings.time_zone, act.day)
    for circumstances in circumstances_of(act.session, procedure, record, day):
        for table, rows_read in circumstances.readings.items():
            for odd in unusual(procedure.at(circumstances.point), table, rows_read, circumstances):
                found.append(Unusual(Phrase("lims.unusual.reading", {"row": odd.row + 1}), odd.phrase))
    for decision in record.decisions:
        values = {"text": decision.text_vi, "text_en": decision.text_en}
        found.append(Unusual(Phrase("lims.unusual.environment", {}), Phrase("lims.unusual.environment_text", values)))
    for one in points:
        if one.get("raised_to_cmc"):
            found.append(Unusual(Phrase("lims.unusual.raised", {}), Phrase("lims.unusual.raised_text", {})))
        carlo = one["output"].get("monte_carlo")
        if carlo is not None and carlo.get("validates_gum") is False:
            found.append(Unusual(Phrase("lims.unusual.monte_carlo", {}), Phrase("lims.unusual.monte_carlo_text", {})))
        if one["basis"] == "distribution" and not (carlo or {}).get("stabilised", False):
            found.append(Unusual(Phrase("lims.unusual.unsettled", {}), Phrase("lims.unusual.unsettled_text", {})))
    previous = _previous(act, record.job, points)
    return found + ([previous] if previous else [])


def _previous(act: Act, job: Job, points: list[dict[str, Any]]) -> Unusual | None:
    """The change since the item's last certificate, as a normalised error, where it is larger than the two U allow."""
    if len(points) != 1:
        return None
    earlier = act.session.exec(
        select(Certificate)
        .where(Certificate.item_id == job.item_id, Certificate.job_id != job.id, col(Certificate.amends_id).is_(None))
        .order_by(col(Certificate.performed_on).desc(), col(Certificate.id).desc())
    ).all()
    before = next((one for one in earlier if status_of(act.session, one) == "issued"), None)
    before_job = act.session.get(Job, before.job_id) if before else None
    evaluation = last_evaluation(act.session, before_job) if before_job else None
    if before is None or evaluation is None or len(evaluation.points) != 1:
        return None
    old, new = evaluation.points[0], points[0]
    if old["unit"] != new["unit"]:
        return None
    score = normalised_error(
        float(new["value"]), float(new["expanded_uncertainty"]), float(old["value"]), float(old["expanded_uncertainty"])
    )
    if abs(score) <= 1:
        return None
    values = {
        "number": before.number, "before": f"{display(old['value'])} ± {display(old['expanded_uncertainty'])}",
        "after": f"{display(new['value'])} ± {display(new['expanded_uncertainty'])}", "unit": new["unit"],
        "score": display(f"{abs(score):.2f}"),
    }  # fmt: skip
    return Unusual(Phrase("lims.unusual.changed", values), Phrase("lims.unusual.changed_text", values))


def _readings(
    act: Act, record: JobRecord, names: Mapping[str, str]
) -> tuple[tuple[str, int, str, str, str, str, bool], ...]:
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    order = {
        (table, column.name): place
        for table, one in procedure.readings.items()
        for place, column in enumerate(one.columns)
    }
    cells = sorted(record.readings, key=lambda cell: (cell[0], cell[1], cell[2], order.get((cell[1], cell[3]), 0)))
    found = []
    for cell in cells:
        one = record.readings[cell]
        who = names.get(one.person_id, "")
        found.append((cell[1], cell[2] + 1, cell[3], one.text, one.unit, who, one.sequence > 1))
    return tuple(found)


def _trail(act: Act, job: Job) -> tuple[tuple[datetime, str, str, str, str], ...]:
    records = act.session.exec(
        select(AuditRecord).where(AuditRecord.object_id == job.id).order_by(col(AuditRecord.at).desc()).limit(200)
    )
    return tuple((one.at, one.person_name, one.act, one.outcome, one.reason) for one in records)
