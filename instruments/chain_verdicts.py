"""The verdict on one link of a chain: what breaks it, and what must be explained.

A chain may end at a national standard or another service of an institute under the CIPM MRA, at a realisation of the
SI, at a certified reference material, at an accredited provider inside its scope on the day of its work, or at recorded
evidence of competence. In-house calibrations carry no recognition of their own: they name what they used.

Source: ISO/IEC 17025:2017, 6.5.1 to 6.5.3 and Annex A; ILAC-P10:07/2020, section 2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from instruments.chain import Finding, Link
from instruments.chain_rows import Standing, Step
from instruments.levels import levels
from instruments.models import CalibrationResult, TraceabilityLink
from instruments.points import (
    Amount,
    Spread,
    falls_below,
    fits_as_uncertainty,
    is_uncertainty,
    same_dimension,
    same_point,
    shown_day,
)
from instruments.quantities import QuantityName
from instruments.spelling import folded
from uncertainty.wording import Phrase

NEEDS_NO_DUE_DATE = ("realisation", "crm")
CLAIM_BY_EVIDENCE = ("evidence", "realisation", "crm")
"""Claims that evidence recorded on the calibration itself can carry, where the body has no recognition of that kind."""
RANKS = {level.id: level.rank for level in levels().values() if level.rank is not None}
"""Place of a level in the ladder of standards. A principal standard is the reference standard of a ministry or locality
(VIM 5.6); a transfer standard and an item stand on no step of the ladder."""


def breaks_of_link(link: Link, step: Step, result: CalibrationResult | None, *, used: bool) -> list[Finding]:
    """What breaks a link by itself: its days (where it was used), its withdrawal, its uncertainty."""
    breaks = _breaks_of_result(link, result)
    if step.withdrawal is not None:
        told = {"day": shown_day(step.withdrawal.withdrawn_on), "reason": step.withdrawal.reason}
        breaks.insert(0, Finding(link, "instruments.withdrawn", _known(link) | told))
    if used and not (link.valid_on_day and link.valid_until is not None):
        breaks[:0] = _breaks_of_days(link, step)
    if link.closes_cycle:
        breaks.insert(0, Finding(link, "instruments.cycle", _known(link)))
    return breaks


def _known(link: Link) -> dict[str, object]:
    return {"code": link.instrument_code, "certificate": link.certificate}


def _breaks_of_days(link: Link, step: Step) -> Iterator[Finding]:
    if link.used_on < link.performed_on:
        told = {"day": shown_day(link.used_on), "performed": shown_day(link.performed_on)}
        yield Finding(link, "instruments.used_before_calibrated", _known(link) | told)
    if link.valid_until is None:
        if _needs_due_date(step):
            yield Finding(link, "instruments.no_due_date", _known(link))
    elif link.valid_until < link.used_on:
        told = {"day": shown_day(link.used_on), "until": shown_day(link.valid_until)}
        yield Finding(link, "instruments.out_of_date", _known(link) | told)


def _needs_due_date(step: Step) -> bool:
    """Whether somebody must have set a last day of use: for what serves as a standard or as equipment (6.4.7)."""
    primary = step.instrument.level == "national" or step.calibration.recognition in NEEDS_NO_DUE_DATE
    return step.instrument.kind != "item" and not primary


def _breaks_of_result(link: Link, result: CalibrationResult | None) -> list[Finding]:
    if result is None:
        return [Finding(link, "instruments.no_result", _known(link))]
    if not is_uncertainty(result.expanded_uncertainty):
        return [Finding(link, "instruments.no_uncertainty", _known(link) | {"quantity": QuantityName(result.quantity)})]
    if fits_as_uncertainty(result.uncertainty_unit or result.unit, result.unit):
        return []
    told = {"quantity": QuantityName(result.quantity), "unit": result.uncertainty_unit, "other": result.unit}
    return [Finding(link, "instruments.uncertainty_unit", _known(link) | told)]


def recognition_of(step: Step, laboratory: Standing, result: CalibrationResult | None) -> str | None:
    """The recognition that makes a calibration acceptable, as claimed and found true on its day, or None.

    Args:
        step: the calibration.
        laboratory: who performed it, with its recognitions.
        result: the result used; a recognition by scope has to cover its point.
    """
    calibration = step.calibration
    claimed = calibration.recognition
    if claimed is None:
        return None
    if claimed in CLAIM_BY_EVIDENCE and calibration.evidence.strip():
        return claimed
    if result is None:
        return None
    value, unit = result.nominal, result.nominal_unit or result.unit
    if value is None:
        value, unit = result.value, result.unit
    day = calibration.performed_on
    covered = _covered(
        laboratory, calibration.laboratory_id, result.quantity, value, unit, day, calibration.service, claimed
    )
    return claimed if covered else None


def breaks_of_provider(link: Link, step: Step) -> list[Finding]:
    """What is missing in the standing of the laboratory: a recognition, or the standards an in-house calibration used.

    The lowest calibration of an item needs no recognition to be traceable: it states what its laboratory did.
    """
    if link.recognition is not None:
        return []
    calibration = step.calibration
    in_house = calibration.own_certificate_id is not None and calibration.laboratory_id in (
        step.instrument.owner_id,
        step.instrument.keeper_id,
    )
    lowest_item = link.used_by is None and step.instrument.kind == "item"
    if in_house or lowest_item:
        return [] if step.links else [Finding(link, "instruments.no_end", _known(link))]
    told = _known(link) | {"laboratory": Laboratory(link)}
    if calibration.recognition is None:
        return [Finding(link, "instruments.recognition_not_recorded", told)]
    told["day"] = shown_day(calibration.performed_on)
    return [Finding(link, f"instruments.not_recognised_{calibration.recognition}", told)]


@lru_cache(maxsize=4096)
def _covered(laboratory: Standing, *asked: Any) -> bool:
    """Whether a laboratory's scope covers what is asked; most points are asked about again and again."""
    *point, service, kind = asked
    return bool(laboratory.recognitions.covering(*point, service=service, kind=kind))


@dataclass(frozen=True)
class Laboratory:
    """The laboratory of a link, to be named in the reader's language."""

    link: Link

    def text(self, language: str) -> str:
        """The laboratory's name in one language."""
        return self.link.laboratory(language)


def findings_between(
    link: Link, lower: Step, used: Sequence[CalibrationResult], above: TraceabilityLink, upper: Step
) -> tuple[list[Finding], list[Finding]]:
    """What a pair of neighbouring calibrations shows: units that do not fit, an uncertainty that falls.

    Args:
        link: the link from the lower to the upper calibration.
        lower: the calibration that used the other.
        used: the results of the lower calibration that are asked about.
        above: the row that joins them.
        upper: the calibration that was used.

    Returns:
        Breaks and warnings. Only results of the same quantity at the same point are compared, with their U divided by
        k where both state one; comparators and thermometers (other roles) are not.

    Source: ISO/IEC 17025:2017, 6.5.1; VIM 2.42: each calibration contributes to the measurement uncertainty.
    """
    breaks: list[Finding] = []
    if above.role != "reference":
        return breaks, []
    warnings = _warnings_of_levels(link, lower)
    named = above.upstream_result_id
    offered = upper.results if named is None else [one for one in upper.results if one.id == named]
    for mine in used:
        for theirs in offered:
            if mine.quantity != theirs.quantity and folded(mine.quantity) != folded(theirs.quantity):
                continue
            if not same_dimension(mine.unit, theirs.unit):
                units = {"unit": mine.unit, "other": theirs.unit}
                breaks.append(Finding(link, "instruments.unit_mismatch", _pair(link, lower, mine) | units))
            elif _same_result_point(mine, theirs, alone=len(used) == len(offered) == 1) and _falls(mine, theirs):
                told = {"uncertainty": _printed(mine), "upper_uncertainty": _printed(theirs)}
                warnings.append(Finding(link, "instruments.uncertainty_falls", _pair(link, lower, mine) | told))
    return _once(breaks), warnings


def _pair(link: Link, lower: Step, mine: CalibrationResult) -> dict[str, object]:
    return {
        "code": lower.instrument.code,
        "certificate": lower.calibration.certificate_number,
        "upper": link.instrument_code,
        "upper_certificate": link.certificate,
        "quantity": QuantityName(mine.quantity),
    }


def _warnings_of_levels(link: Link, lower: Step) -> list[Finding]:
    """A step of the ladder of standards left out, or taken the wrong way: either has to be explained."""
    below, above = RANKS.get(lower.instrument.level or ""), RANKS.get(link.level or "")
    if below is None or above is None or above <= below <= above + 1:
        return []
    known: dict[str, object] = {
        "code": lower.instrument.code,
        "certificate": lower.calibration.certificate_number,
        "upper": link.instrument_code,
        "level": Phrase(f"instruments.level_{lower.instrument.level}", {}),
        "upper_level": Phrase(f"instruments.level_{link.level}", {}),
    }
    return [Finding(link, "instruments.level_rises" if below < above else "instruments.level_jumped", known)]


def _same_result_point(mine: CalibrationResult, theirs: CalibrationResult, *, alone: bool) -> bool:
    if mine.nominal is None or theirs.nominal is None:
        return alone and mine.nominal is None and theirs.nominal is None
    units = (mine.nominal_unit or mine.unit, theirs.nominal_unit or theirs.unit)
    return same_point(mine.nominal, units[0], theirs.nominal, units[1])


def _falls(mine: CalibrationResult, theirs: CalibrationResult) -> bool:
    return _falls_as_printed(_printed_parts(mine), _printed_parts(theirs))


def _printed_parts(result: CalibrationResult) -> tuple[Any, ...]:
    point, unit = result.nominal or result.value, result.nominal_unit if result.nominal is not None else None
    return (
        result.expanded_uncertainty,
        result.uncertainty_unit or result.unit,
        point,
        unit or result.unit,
        (result.coverage_factor),
    )


@lru_cache(maxsize=4096)
def _falls_as_printed(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    """Whether one uncertainty falls below another: digits, unit, value, its unit and coverage factor of each."""
    if not (is_uncertainty(mine[0]) and is_uncertainty(theirs[0])):
        return False
    divided = is_uncertainty(mine[4]) and is_uncertainty(theirs[4])
    spreads = (Spread(*one) if divided else Spread(*one[:4]) for one in (mine, theirs))
    return bool(falls_below(*spreads))


def _printed(result: CalibrationResult) -> Amount:
    return Amount(result.expanded_uncertainty or "", result.uncertainty_unit or result.unit)


def _once(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return kept
