"""The guards of the main job: each refuses by name, with the values compared and the remedy.

A guard judges the day of the readings, not the day of the approval. The approval screen shows the same guards as
`Check`s, so what is shown and what would refuse cannot differ.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from certificates.completeness import missing_fields
from certificates.content import CertificateContent
from certificates.dcc import check_dcc
from instruments.bodies import policy_on, scope_line
from instruments.clocks import asks_certification, clocks_on
from instruments.cmc import below_cmc
from instruments.identity import present
from instruments.models import Instrument, ScopeLine
from instruments.points import shown_day
from instruments.registry import latest_calibration
from instruments.traceability import chain
from lims.cmc_shown import CmcShown, coverage_of
from lims.deviations import sampled
from lims.errors import Refused, Stated
from lims.holds import not_held
from lims.interpolated_standards import results_used
from lims.job_circumstances import circumstances_of
from lims.needs import OutsideLimits, check_environment, needs
from lims.officers import held_their_cards
from lims.outcomes import job_verdict
from lims.people import competent
from lims.procedure_format import Procedure
from lims.quantity_text import Shown
from lims.record import Chosen, JobRecord, chosen, last_evaluation
from lims.step import Act
from lims.store.tables import EvaluationRecord, Job
from uncertainty.wording import Phrase


@dataclass(frozen=True)
class Check:
    """One guard as the approval screen shows it: passed with what was compared, or what it would answer."""

    key: str
    said: Phrase
    fault: Stated | None = None


def usable(
    session: Session,
    procedure: Procedure,
    role: str,
    instrument: Instrument,
    day: date,
    known_on: date,
    result_id: str | None = None,
) -> None:
    """Refuse an instrument that may not serve in a role on `day` (ISO/IEC 17025, 6.4.4, 6.4.9, 6.5; T6.4-12).

    Withdrawals made known up to `known_on` count, also those after the readings; `result_id` is the result used.
    """
    in_one_record(session, instrument)
    if instrument.status != "in_use":
        status = Phrase(f"lims.status.{instrument.status}", {})
        raise Refused("lims.standard_not_in_use", code=instrument.code, status=status)
    not_held(session, instrument.id, instrument.code)
    if role in procedure.equipment:
        return
    wanted = procedure.standards[role].quantity
    if instrument.quantity.casefold() != wanted.casefold():
        raise Refused("lims.standard_other_quantity", code=instrument.code, quantity=instrument.quantity, wanted=wanted)
    in_date(session, instrument, day, known_on, procedure.service)
    found = chain(session, instrument.id, day, result_id=result_id, known_on=known_on)
    if not found.unbroken:
        first = found.breaks[0]
        raise Refused(
            "lims.chain_broken",
            code=first.link.instrument_code if first.link else instrument.code,
            day=shown_day(day),
            why=Phrase(first.key, dict(first.values)),
        )


def in_one_record(session: Session, instrument: Instrument) -> None:
    """Refuse a record that was merged into another, and name the one that goes on."""
    if instrument.merged_into_id is not None:
        raise Refused("facts.merged_for_use", code=instrument.code, other=present(session, instrument).code)


def in_date(session: Session, instrument: Instrument, day: date, known_on: date, service: str = "calibration") -> None:
    """Refuse a standard whose clocks do not both run on `day`: calibration, and certification where the service asks.

    Withdrawals made known up to `known_on` count.
    """
    clocks = clocks_on(session, instrument.id, day, known_on=known_on)
    code, shown = instrument.code, shown_day(day)
    if clocks.calibration is None:
        raise Refused("lims.standard_not_calibrated", code=code, day=shown)
    if not clocks.calibrated and clocks.calibrated_until is not None:
        raise Refused("lims.standard_out_of_date", code=code, until=shown_day(clocks.calibrated_until), day=shown)
    if not asks_certification(service) or clocks.certified:
        return
    held = clocks.certification
    if held is None or held.valid_to is None:
        raise Refused("facts.standard_not_certified", code=code, day=shown)
    raise Refused("facts.certification_over", code=code, number=held.number, until=shown_day(held.valid_to), day=shown)


def standards_in_date(session: Session, job: Job, day: date) -> None:
    """Refuse readings with anything chosen that is held from use, or a standard out of date on their day (T6.4-12)."""
    for one in chosen(session, job).values():
        not_held(session, one.instrument.id, one.instrument.code)
        if one.choice.role_kind == "standard":
            in_date(session, one.instrument, day, day, job.service)


def before_review(act: Act, record: JobRecord) -> None:
    """Refuse a job that may not go on: incomplete, standards, chain, environment; an amendment rests on no readings."""
    if record.job.supplement:
        return
    for check in (complete_readings, standards_on_the_days, environment_in_limits, held_their_cards, sampled):
        check(act, record)


def complete_readings(act: Act, record: JobRecord) -> None:
    """Refuse while a reading, a condition or a standard is missing, or a cell waits for its repair."""
    if record.drafts:
        raise Refused("lims.cells_to_mend", count=len(record.drafts))
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    unchecked = [one.label for name, one in procedure.checks.items() if name not in record.checks]
    if unchecked:
        raise Refused("documents.checks_missing", count=len(unchecked), first=unchecked[0])
    points = circumstances_of(act.session, procedure, record, record.working_day(act.lab.settings.time_zone, act.day))
    missing = [need for point in points for need in needs(procedure, point)]
    if missing:
        first = missing[0]
        raise Refused("lims.job_incomplete", count=len(missing), first=Phrase(first.key, dict(first.values)))


def standards_on_the_days(act: Act, record: JobRecord) -> None:
    """Refuse standards that were not usable on a day of readings, as it is known today."""
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    evaluation = last_evaluation(act.session, record.job)
    first = evaluation.points[0] if evaluation and evaluation.points else {}
    for day in record.days(act.lab.settings.time_zone):
        for role, one in sorted(record.chosen.items()):
            if one.choice.role_kind == "standard":
                _same_calibration(act, one, day)
            for result_id in results_used(first, role):
                usable(act.session, procedure, role, one.instrument, day, act.day, result_id)


def _same_calibration(act: Act, one: Chosen, day: date) -> None:
    """A standard recalibrated or withdrawn since it was chosen has to be chosen anew."""
    calibration = latest_calibration(act.session, one.instrument.id, day, known_on=act.day)
    if calibration is not None and calibration.id != one.choice.calibration_id:
        raise Refused("lims.standard_recalibrated", code=one.instrument.code, day=shown_day(day))


def conditions_outside(act: Act, record: JobRecord) -> tuple[OutsideLimits, ...]:
    """The conditions that lie outside the procedure's limits (6.3.3)."""
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    read: dict[str, list[str]] = {}
    for condition in record.environment:
        read.setdefault(condition.quantity, []).append(condition.canonical)
    return check_environment(procedure, read)


def covers(outside: tuple[OutsideLimits, ...]) -> str:
    """What a decision on these conditions covers, as text: it does not cover other values."""
    said = "|".join(sorted(f"{one.quantity} {one.reading}" for one in outside))
    return hashlib.sha256(said.encode()).hexdigest()


def environment_in_limits(act: Act, record: JobRecord) -> None:
    """Refuse conditions outside the limits unless the quality manager's decision covers them (T6.3-3)."""
    outside = conditions_outside(act, record)
    if outside and covers(outside) not in {one.covers for one in record.decisions}:
        raise Refused("lims.environment_outside", what=outside[0])


def another_than_reviewer(act: Act, record: JobRecord) -> None:
    """Refuse approval by the person who reviewed, unless the centre's policy allows it."""
    reviewed = record.last_step("review")
    if reviewed is None or reviewed.person_id != act.person_id:
        return
    if policy_on(act.session, record.job.centre_id, "reviewer_may_approve", act.day) != "yes":
        raise Refused("lims.reviewer_approves", job=record.job.number)


def scope_of(act: Act, job: Job, value: str, unit: str, day: date) -> ScopeLine | None:
    """The line of the centre's accredited scope that a result falls under on `day`; None outside the scope."""
    procedure = act.lab.procedure(job.procedure_id, job.procedure_edition)
    quantity = next(iter(procedure.standards.values())).quantity
    return scope_line(act.session, job.centre_id, quantity, value, unit, job.service, day)


def not_below_cmc(session: Session, evaluation: EvaluationRecord) -> None:
    """Refuse an expanded uncertainty that is below the CMC inside the scope, as printed (ILAC-P14)."""
    for point in evaluation.points:
        line_id, unit = point.get("scope_line"), point["unit"]
        line = session.get(ScopeLine, line_id) if line_id else None
        value, of_unit = point.get("nominal") or (point["value"], unit)
        coverage = coverage_of(point)
        if line is not None and below_cmc(line, point["expanded_uncertainty"], unit, value, of_unit, coverage):
            raise Refused(
                "lims.below_cmc", u=Shown(point["expanded_uncertainty"], unit), cmc=CmcShown(line, value, of_unit)
            )


def labelled(act: Act, record: JobRecord, evaluation: EvaluationRecord) -> None:
    """Refuse a verification that passed without a label number, or failed with one (Circular 24/2013, Article 39)."""
    rules = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition).verification
    if rules is None or not rules.sealed:
        return
    if job_verdict(record, evaluation.points) == "pass":
        if not any(one.kind == "label" for one in record.seals):
            raise Refused("documents.label_missing")
    elif record.seals:
        raise Refused("documents.sealed_though_failed", number=record.seals[0].number)


def complete(content: CertificateContent) -> None:
    """Refuse a certificate that lacks a field (ISO/IEC 17025, 7.8.2, 7.8.4) or has no digital form; name the field."""
    missing = missing_fields(content)
    if missing:
        raise Refused("lims.certificate_incomplete", count=len(missing), field=Phrase(missing[0], {}))
    check_dcc(content)  # the file carries its digital form; what that cannot say is refused here, never when issuing


def authorised(act: Act, record: JobRecord) -> None:
    """Refuse when those who measured and reviewed were not authorised on the day they did."""
    job = record.job
    for name, function in (("evaluate", "perform"), ("review", "review")):
        done = record.last_step(name)
        if done is None or done.person_id is None:
            continue
        day = done.at.date()
        if not competent(act.session, done.person_id, job.centre_id, job.procedure_id, job.service, function, day):
            raise Refused(
                "lims.not_authorised", procedure=job.procedure_id, function=Phrase(f"screens.function_{function}")
            )


Guard = Callable[[Act, JobRecord], None]
"""A guard on the record of a job."""

ON_APPROVAL: tuple[tuple[str, Guard], ...] = (
    ("complete_readings", complete_readings),
    ("standards", standards_on_the_days),
    ("environment", environment_in_limits),
    ("authorised", authorised),
    ("officers", held_their_cards),
    ("reviewer", another_than_reviewer),
)
"""The guards in the order in which the approval screen shows them; content and CMC follow from the evaluation."""
OF_AMENDMENTS = frozenset({"authorised", "reviewer"})
"""Those of them that an amendment has to pass: it states no result."""
