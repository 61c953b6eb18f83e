"""What is done to an item at the bench besides reading it: looked at, adjusted, labelled and sealed."""

from sqlmodel import col, select

from lims import officers
from lims.errors import Invalid, Refused
from lims.people import PERFORM
from lims.procedure_format import Procedure
from lims.record import VOID, read_record
from lims.step import Act, step
from lims.store.bench_tables import CheckOutcome, ItemAdjustment, Seal
from lims.store.tables import ASSIGNED, MEASURING, Job
from uncertainty.typed import clean_text

OUTCOMES = ("pass", "fail")
SEAL_KINDS = ("label", "seal")
MOST_NUMBER = 40
MOST_TEXT = 300
LABELS = "Circular 24/2013/TT-BKHCN, Article 39"


@step(
    on=Job, from_={ASSIGNED, MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM,
    clause="ISO/IEC 17025, 7.5.1",
)  # fmt: skip
def record_check(act: Act, job: Job, *, name: str, outcome: str, why: str = "") -> CheckOutcome:
    """Keep the outcome of something that is looked at; another outcome later is a correction and needs a reason."""
    officers.verifies(act, job)
    procedure = _procedure(act, job)
    if name not in procedure.checks:
        raise Invalid("documents.no_check", name=name[:80], known=", ".join(procedure.checks))
    if outcome not in OUTCOMES:
        raise Invalid("documents.outcome_unknown", outcome=outcome[:80])
    before = read_record(act.session, job).checks.get(name)
    reason = clean_text(why, field="reason", most=MOST_TEXT)
    if before is not None and before.outcome == outcome:
        return before
    if before is not None and len(reason) < 10:
        raise Refused("documents.check_needs_reason", check=procedure.checks[name].label)
    kept = CheckOutcome(
        centre_id=job.centre_id, job_id=job.id, name=name, sequence=before.sequence + 1 if before else 1,
        outcome=outcome, reason=reason if before else "", at=act.now, person_id=act.person_id,
    )  # fmt: skip
    act.session.add(kept)
    return kept


@step(
    on=Job, from_={MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM,
    clause="ISO/IEC 17025, 7.8.4.1 d",
)  # fmt: skip
def record_item_adjustment(act: Act, job: Job, *, text_vi: str, text_en: str) -> ItemAdjustment:
    """State what was adjusted or repaired, once all readings as found are taken; those as left follow."""
    procedure = _procedure(act, job)
    record = read_record(act.session, job)
    if not procedure.phases:
        raise Refused("documents.no_phases", procedure=procedure.id)
    if record.adjustment is not None:
        raise Refused("documents.adjusted_already", job=job.number)
    lacking = _as_found_missing(act, job)
    if lacking:
        raise Refused("documents.as_found_first", count=lacking)
    vi = clean_text(text_vi, field="text_vi", most=MOST_TEXT)
    en = clean_text(text_en, field="text_en", most=MOST_TEXT)
    if not vi or not en:
        raise Invalid("lims.field_empty", field="text_vi" if not vi else "text_en")
    kept = ItemAdjustment(
        centre_id=job.centre_id, job_id=job.id, text_vi=vi, text_en=en, at=act.now, person_id=act.person_id
    )
    act.session.add(kept)
    return kept


@step(
    on=Job, from_={MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM,
    clause=LABELS,
)  # fmt: skip
def record_seal(act: Act, job: Job, *, kind: str, number: str, place_vi: str = "", place_en: str = "") -> Seal:
    """Note the number of a label or seal that was put on the item; each number serves once in a centre."""
    officers.verifies(act, job)
    procedure = _procedure(act, job)
    if procedure.verification is None or not procedure.verification.sealed:
        raise Refused("documents.not_sealed", procedure=procedure.id)
    if kind not in SEAL_KINDS:
        raise Invalid("documents.seal_kind_unknown", kind=kind[:80])
    text = clean_text(number, field="number", most=MOST_NUMBER).upper()
    if not text:
        raise Invalid("lims.field_empty", field="number")
    _refuse_used(act, job, kind, text)
    vi = clean_text(place_vi, field="place_vi", most=MOST_TEXT)
    en = clean_text(place_en, field="place_en", most=MOST_TEXT)
    if kind == "seal" and not (vi and en):
        raise Invalid("lims.field_empty", field="place_vi" if not vi else "place_en")
    kept = Seal(
        centre_id=job.centre_id, job_id=job.id, kind=kind, number=text, place_vi=vi, place_en=en, at=act.now,
        person_id=act.person_id,
    )  # fmt: skip
    act.session.add(kept)
    return kept


@step(
    on=Job, from_={MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM, reason=True, clause=LABELS,
)  # fmt: skip
def spoil_seal(act: Act, job: Job, *, kind: str, number: str) -> Seal:
    """Take a label or seal off the record of an item because it was spoiled or removed; its number never serves again.

    A number that was never on the item may be spoiled too: it is then used up like the others.
    """
    officers.verifies(act, job)
    if kind not in SEAL_KINDS:
        raise Invalid("documents.seal_kind_unknown", kind=kind[:80])
    text = clean_text(number, field="number", most=MOST_NUMBER).upper()
    if not text:
        raise Invalid("lims.field_empty", field="number")
    on_item = any((one.kind, one.number) == (kind, text) for one in read_record(act.session, job).seals)
    if not on_item:
        _refuse_used(act, job, kind, text)
    kept = Seal(
        centre_id=job.centre_id, job_id=job.id, kind=f"{VOID}{kind}", number=text, place_vi=act.reason,
        place_en=act.reason, at=act.now, person_id=act.person_id,
    )  # fmt: skip
    act.session.add(kept)
    return kept


def _procedure(act: Act, job: Job) -> Procedure:
    return act.lab.procedure(job.procedure_id, job.procedure_edition)


def _as_found_missing(act: Act, job: Job) -> int:
    """How many things a job still lacks before it may be adjusted."""
    from lims.job_circumstances import circumstances_of
    from lims.needs import needs

    record = read_record(act.session, job)
    procedure = _procedure(act, job)
    day = record.working_day(act.lab.settings.time_zone, act.day)
    points = circumstances_of(act.session, procedure, record, day)
    return sum(need.place.startswith("readings.") for point in points for need in needs(procedure, point))


def _refuse_used(act: Act, job: Job, kind: str, number: str) -> None:
    """Refuse a number that this centre has used for another item."""
    used = act.session.exec(
        select(Job.number)
        .join(Seal, col(Seal.job_id) == col(Job.id))
        .where(Seal.centre_id == job.centre_id, col(Seal.kind).in_((kind, f"{VOID}{kind}")), Seal.number == number)
    ).first()
    if used is not None:
        raise Refused("documents.seal_used", number=number, job=used)
