"""What a job as a whole comes to: the verdict over its points and checks, and what the law makes of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from certificates.content import Bilingual, OutcomeCount, SealNumber, Verification
from lims.legal_periods import legal_period
from lims.procedure_format import Procedure
from lims.record import JobRecord

VERDICTS = ("pass", "fail", "cannot_be_stated")


def final_points(points: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The points as the item was left: after an adjustment those of the second phase, else all."""
    found = list(points)
    left = [one for one in found if one["point"].get("phase") == "as_left"]
    return left or found


def overall_verdict(points: Iterable[Mapping[str, Any]], checks: Iterable[str] = ()) -> str | None:
    """The verdict over all points as left and all checks; None where nothing was to be stated.

    One failure is a failure of the whole; where any point cannot be stated, neither can the whole.
    """
    said = [one["conformity"]["verdict"] for one in final_points(points) if one.get("conformity")]
    if not said:
        return None
    said += list(checks)
    return next((verdict for verdict in ("fail", "cannot_be_stated") if verdict in said), "pass")


def outcome_counts(points: list[dict[str, Any]]) -> tuple[OutcomeCount, ...]:
    """How many points conform, for each phase; none where nothing was to be stated."""
    counts = []
    for phase in dict.fromkeys(one["point"].get("phase") for one in points):
        said = [
            one["conformity"]["verdict"] for one in points
            if one["point"].get("phase") == phase and one.get("conformity")
        ]  # fmt: skip
        if said:
            passed, failed, undecided = (said.count(verdict) for verdict in VERDICTS)
            counts.append(OutcomeCount(passed, failed, undecided, phase))
    return tuple(counts) if len(counts) > 1 else tuple(_of_all(one) for one in counts)


def _of_all(counted: OutcomeCount) -> OutcomeCount:
    return OutcomeCount(counted.passed, counted.failed, counted.undecided)


def job_verdict(record: JobRecord, points: Iterable[Mapping[str, Any]]) -> str | None:
    """The verdict over a job's points and checks."""
    return overall_verdict(points, (one.outcome for one in record.checks.values()))


def verification(
    record: JobRecord, procedure: Procedure, points: list[dict[str, Any]], verified_on: date,
    marks: tuple[SealNumber, ...] = (),
) -> Verification | None:  # fmt: skip
    """What the law makes of a verification; None for the other services.

    Args:
        record: the job's record.
        procedure: by which it was made.
        points: the evaluated points.
        verified_on: the day that counts.
        marks: labels and seals of the verification before, which are void where this one failed.

    Raises:
        Refused: no period was in force on that day.
    """
    if procedure.verification is None:
        return None
    period = legal_period(procedure.verification.period, record.job.regime, verified_on)
    passed = job_verdict(record, points) == "pass"
    return Verification(
        regulation=Bilingual(period.regulation.vi, period.regulation.en),
        period_months=period.months,
        valid_until=period.last_day(verified_on) if passed else None,
        seals=tuple(
            SealNumber(one.kind, one.number, Bilingual(one.place_vi, one.place_en) if one.place_vi else None)
            for one in record.seals
        ),
        regime=record.job.regime or None,
        void=() if passed else marks,
    )
