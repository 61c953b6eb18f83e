"""What a report says of how the work differed from its method, and of how the item was sampled."""

from datetime import date

from certificates.content import Bilingual
from lims.errors import Invalid, Refused
from lims.people import PERFORM
from lims.procedure_format import Label
from lims.record import JobRecord, read_record
from lims.step import Act, step
from lims.store.bench_tables import MethodDeviation, SamplingRecord
from lims.store.tables import ASSIGNED, MEASURING, Job
from uncertainty.typed import clean_text
from uncertainty.wording import wording

MOST_TEXT = 500
MOST_NAME = 200


@step(on=Job, from_={ASSIGNED, MEASURING}, permission="method.deviate", reason=True, clause="ISO/IEC 17025, 7.2.1.7")
def record_deviation(
    act: Act, job: Job, *, text_vi: str, text_en: str, accepted_by: str, accepted_on: date
) -> MethodDeviation:
    """State a deviation from the method, with its justification and who accepted it for the customer; it is printed."""
    accepted = clean_text(accepted_by, field="accepted_by", most=MOST_NAME)
    if not accepted:
        raise Invalid("lims.field_empty", field="accepted_by")
    if accepted_on > act.day:
        raise Invalid("deviations.day_ahead", day=f"{accepted_on:%d/%m/%Y}")
    vi, en = _in_both(text_vi, text_en)
    kept = MethodDeviation(
        centre_id=job.centre_id, job_id=job.id, text_vi=vi, text_en=en, justification=act.reason, accepted_by=accepted,
        accepted_on=accepted_on, at=act.now, person_id=act.person_id,
    )  # fmt: skip
    act.session.add(kept)
    return kept


@step(
    on=Job, from_={ASSIGNED, MEASURING}, to=MEASURING, permission="job.measure", function=PERFORM,
    clause="ISO/IEC 17025, 7.3.3",
)  # fmt: skip
def record_sampling(act: Act, job: Job, *, sampled_on: date, text_vi: str, text_en: str) -> SamplingRecord:
    """State when, where and how the item was drawn, where the procedure has a plan for it; once for a job."""
    if act.lab.procedure(job.procedure_id, job.procedure_edition).sampling is None:
        raise Refused("deviations.no_sampling", procedure=job.procedure_id)
    if read_record(act.session, job).sampling is not None:
        raise Refused("deviations.sampled_already", job=job.number)
    if sampled_on > act.day:
        raise Invalid("deviations.day_ahead", day=f"{sampled_on:%d/%m/%Y}")
    vi, en = _in_both(text_vi, text_en)
    kept = SamplingRecord(
        centre_id=job.centre_id, job_id=job.id, sampled_on=sampled_on, text_vi=vi, text_en=en, at=act.now,
        person_id=act.person_id,
    )  # fmt: skip
    act.session.add(kept)
    return kept


def _in_both(text_vi: str, text_en: str) -> tuple[str, str]:
    vi = clean_text(text_vi, field="text_vi", most=MOST_TEXT)
    en = clean_text(text_en, field="text_en", most=MOST_TEXT)
    if not vi or not en:
        raise Invalid("lims.field_empty", field="text_en" if vi else "text_vi")
    return vi, en


def sampled(act: Act, record: JobRecord) -> None:
    """Refuse a job whose procedure has a sampling plan and whose sampling nobody has stated."""
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    if procedure.sampling is not None and record.sampling is None:
        raise Refused("deviations.sampling_missing", job=record.job.number)


def printed_deviation(one: MethodDeviation) -> Bilingual:
    """A deviation as the report says it: what, and who accepted it; the reason stays on record."""
    given = {"name": one.accepted_by, "day": f"{one.accepted_on:%d/%m/%Y}"}
    vi = wording("deviations.printed", "vi", text=one.text_vi, **given)
    return Bilingual(vi, wording("deviations.printed", "en", text=one.text_en, **given))


def printed_sampling(one: SamplingRecord | None, plan: Label | None) -> Bilingual | None:
    """How the item was drawn as the report says it, with the plan."""
    if one is None or plan is None:
        return None
    day = f"{one.sampled_on:%d/%m/%Y}"
    vi = wording("deviations.printed_sampling", "vi", day=day, text=one.text_vi, plan=plan.vi)
    return Bilingual(vi, wording("deviations.printed_sampling", "en", day=day, text=one.text_en, plan=plan.en))
