"""One link of a chain with the verdict on it; what was found about two calibrations is kept while they stay the same.

The upper part of most chains is the same: the standards of a few laboratories above everybody's instruments. `Step` and
`Standing` are the same objects as long as the database says the same of them, so that a verdict is kept by them.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from instruments.chain import Finding, Link
from instruments.chain_rows import Standing, Step
from instruments.chain_verdicts import breaks_of_link, breaks_of_provider, findings_between, recognition_of
from instruments.models import CalibrationResult, TraceabilityLink
from instruments.points import same_point
from instruments.spelling import folded

KEPT = 4096


class JudgedLink(NamedTuple):
    """A link, what breaks the chain there, and what must be explained."""

    link: Link
    breaks: Sequence[Finding]
    warnings: Sequence[Finding]


def lowest_link(step: Step, laboratory: Standing, day: date, result_id: str | None, *, used: bool) -> JudgedLink:
    """The link from whoever asks to the lowest calibration.

    Args:
        step: the lowest calibration.
        laboratory: who performed it.
        day: the day asked about.
        result_id: the result of it that is used; without it, the one of the instrument's quantity.
        used: whether it is used on that day, and has to be in date.
    """
    result = _result_used(step, result_id, ())
    link = _link(step, laboratory, result, None, "reference", 0, False, day)
    return JudgedLink(link, [*breaks_of_link(link, step, result, used=used), *breaks_of_provider(link, step)], ())


def _judged(
    lower: Step,
    asked_id: str | None,
    above: TraceabilityLink,
    upper: Step,
    laboratory: Standing,
    depth: int,
    closes_cycle: bool,
) -> JudgedLink:
    """The link from a calibration to one that it used.

    Args:
        lower: the calibration below.
        asked_id: the result of it that is asked about, where only one is.
        above: the row that joins them.
        upper: the calibration that was used.
        laboratory: who performed that.
        depth: its steps above the lowest.
        closes_cycle: whether this link leads back down.
    """
    asked = lower.results if asked_id is None else tuple(one for one in lower.results if one.id == asked_id)
    result = _result_used(upper, above.upstream_result_id, asked)
    used_on = lower.calibration.performed_on
    link = _link(upper, laboratory, result, lower.calibration.id, above.role, depth, closes_cycle, used_on)
    broken, warnings = findings_between(link, lower, asked, above, upper)
    breaks = [*breaks_of_link(link, upper, result, used=True), *breaks_of_provider(link, upper), *broken]
    return JudgedLink(link, breaks, warnings)


_kept_judged = lru_cache(maxsize=KEPT)(_judged)


def judged_link(
    lower: Step,
    asked_id: str | None,
    above: TraceabilityLink,
    upper: Step,
    laboratory: Standing,
    depth: int,
    closes_cycle: bool,
) -> JudgedLink:
    """The link from a calibration to one that it used; see `_judged`. Nothing large is kept."""
    judge = _kept_judged if lower.kept and upper.kept else _judged
    return judge(lower, asked_id, above, upper, laboratory, depth, closes_cycle)


def _link(
    step: Step,
    laboratory: Standing,
    result: CalibrationResult | None,
    used_by: str | None,
    role: str,
    depth: int,
    closes_cycle: bool,
    used_on: date,
) -> Link:
    calibration, instrument = step.calibration, step.instrument
    performed_on, due = calibration.performed_on, step.due(used_on)
    in_date = performed_on <= used_on and (due is None or used_on <= due)
    return Link(
        calibration.id,
        used_by,
        role,
        depth,
        closes_cycle,
        instrument.id,
        instrument.code,
        instrument.name_vi,
        instrument.name_en,
        instrument.level,
        calibration.certificate_number,
        calibration.laboratory_id,
        *laboratory.called(performed_on),
        recognition_of(step, laboratory, result),
        performed_on,
        due,
        used_on,
        in_date and step.withdrawal is None,
        *(_NO_RESULT if result is None else _shown(result)),
    )


_NO_RESULT: tuple[None, ...] = (None,) * (len(Link._fields) - Link._fields.index("result_id"))


def _shown(result: CalibrationResult) -> tuple[str | None, ...]:
    """What a link shows of a result, in the order of its fields."""
    return (
        result.id,
        result.quantity,
        result.nominal,
        result.nominal_unit,
        result.value,
        result.unit,
        result.expanded_uncertainty,
        result.uncertainty_unit or result.unit,
        result.coverage_factor,
    )


def _result_used(step: Step, result_id: str | None, by: Sequence[CalibrationResult]) -> CalibrationResult | None:
    """The result of a calibration that was used: the one named, else that of the same point, else the first fitting."""
    if result_id is not None:
        return next((result for result in step.results if result.id == result_id), None)
    if len(step.results) == 1:
        return step.results[0]
    quantities = {folded(lower.quantity) for lower in by} or {folded(step.instrument.quantity)}
    fitting = [result for result in step.results if folded(result.quantity) in quantities]
    points = [(lower.nominal, lower.nominal_unit or lower.unit) for lower in by if lower.nominal is not None]
    for result in fitting:
        mine = (result.nominal, result.nominal_unit or result.unit)
        if mine[0] is not None and any(same_point(mine[0], mine[1], *point) for point in points if point[0]):
            return result
    return next(iter(fitting or step.results), None)
