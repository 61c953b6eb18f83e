"""Methods that review a calibration interval from what was found: ILAC-G24 / OIML D 10, methods 1 to 4.

Each gives what the data ask for, in months, and the figures behind it; `bounded` brings that into what may be proposed.
The statistical methods A3 and S2 of NCSLI RP-1 are in `interval_reliability`.

Source: ILAC-G24:2022 / OIML D 10:2022, 6.2 to 6.5. The documents leave the factors to the laboratory; here they are
parameters of the policy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from instruments.drift import YEAR, Drift
from instruments.intervals import months_after

MONTH_DAYS = YEAR / 12
METHODS: dict[str, tuple[str, ...]] = {
    "staircase": ("lengthen_below", "lengthen_by", "shorten_by", "least_events"),
    "control_chart": ("share_of_limit",),
    "in_use": ("permitted_use",),
    "in_service": ("least_checks", "lengthen_by"),
    "a3": ("target", "confidence", "tolerance"),
    "s2": ("target", "least_events", "bins"),
}
"""The methods with the parameters that a policy file gives each."""


@dataclass(frozen=True)
class Bounds:
    """What may be proposed: whole months from least to most, changed by at most a factor at once."""

    least_months: float
    most_months: float
    most_change: float


@dataclass(frozen=True)
class Event:
    """One calibration seen from the interval before it.

    Attributes:
        day: when it was performed.
        months: time since the calibration before it.
        share: largest deviation found, as a share of what is permitted; 1 is at the limit.
        instrument: code of the instrument.
    """

    day: date
    months: float
    share: float
    instrument: str = ""

    @property
    def conforming(self) -> bool:
        """Whether it was found within what is permitted."""
        return self.share <= 1


@dataclass(frozen=True)
class Review:
    """What a method finds: the interval asked for (months, not yet bounded), and the figures behind it.

    ``reliability`` is the expected share of instruments found in tolerance at the end of the new interval, None where
    the method says nothing of it.
    """

    months: float
    reliability: float | None = None
    figures: dict[str, float | str] = field(default_factory=dict)


def bounded(months: float, current: int, bounds: Bounds, legal_months: int | None = None) -> int:
    """Whole months that may be proposed for what a method asks for; rounded downwards.

    Args:
        months: what the method asks for.
        current: the interval in force.
        bounds: of the policy.
        legal_months: period set by law; no method goes beyond it.

    >>> bounded(18.9, 12, Bounds(1, 60, 2))
    18
    """
    low, high = (
        max(bounds.least_months, current / bounds.most_change),
        min(bounds.most_months, current * bounds.most_change),
    )
    found = max(1, math.floor(min(max(months, low), max(high, low)) + 1e-9))
    return found if legal_months is None else min(found, legal_months)


def staircase(events: Sequence[Event], current: int, parameters: dict[str, float]) -> Review | None:
    """Method 1: longer after calibrations well within the limits, shorter after one outside them.

    Args:
        events: in the order of time.
        current: the interval in force, in months.
        parameters: of METHODS.

    Returns:
        None with fewer events than the policy wants.

    Source: ILAC-G24:2022, 6.2.
    """
    least = int(parameters["least_events"])
    if len(events) < least:
        return None
    last = events[-1].share
    figures: dict[str, float | str] = {"last_share": last, "events": float(len(events))}
    if last > 1:
        return Review(current * parameters["shorten_by"], None, figures)
    if all(one.share <= parameters["lengthen_below"] for one in events[-least:]):
        return Review(current * parameters["lengthen_by"], None, figures)
    return Review(float(current), None, figures)


def control_chart(
    drifts: Sequence[tuple[Drift, date, float, float]], most_months: float, parameters: dict[str, float]
) -> Review | None:
    """Method 2: as long as the drift line with its uncertainty stays within the limits at every point.

    Args:
        drifts: drift of a point, the day of its last calibration, lower and upper limit in its unit.
        most_months: how far to look.
        parameters: of METHODS; `share_of_limit` of the limits is used.

    Returns:
        None where no point has a drift.

    Source: ILAC-G24:2022, 6.3.
    """
    if not drifts:
        return None
    share = parameters["share_of_limit"]
    whole = [_months_inside(one, last, share * low, share * high, most_months) for one, last, low, high in drifts]
    months = min(whole)
    worst, _, low, high = drifts[whole.index(months)]
    figures: dict[str, float | str] = {"rate": worst.rate, "rate_uncertainty": worst.rate_uncertainty}
    figures["rate_share"] = 2 * abs(worst.rate) / (high - low)
    return Review(float(months), None, figures | {"points": float(len(drifts))})


def _months_inside(drift: Drift, last: date, lower: float, upper: float, most: float) -> int:
    """The last whole month after a calibration at which the band of the line lies within the limits."""
    inside = 0
    for months in range(1, int(most) + 1):
        found = drift.predict(months_after(last, months))
        if found.value - found.line_uncertainty < lower or found.value + found.line_uncertainty > upper:
            break
        inside = months
    return inside


def in_use(counters: Sequence[tuple[date, float]], permitted: float) -> Review | None:
    """Method 3: the calendar time in which the permitted use is reached, at the rate of use observed.

    Args:
        counters: day and reading of the counter (hours, cycles, ...), in the order of time.
        permitted: use between two calibrations, in the unit of the counter.

    Returns:
        None with fewer than two readings, or without use between them.

    Source: ILAC-G24:2022, 6.4.

    >>> round(in_use([(date(2026, 1, 1), 100.0), (date(2026, 7, 1), 400.0)], 500.0).months, 2)
    9.91
    """
    if len(counters) < 2:
        return None
    (first, before), (last, after) = counters[0], counters[-1]
    months = (last - first).days / MONTH_DAYS
    if months <= 0 or after <= before:
        return None
    rate = (after - before) / months
    return Review(permitted / rate, None, {"use_per_month": rate, "permitted_use": permitted})


def in_service(outcomes: Sequence[str], current: int, parameters: dict[str, float]) -> Review | None:
    """Method 4: the whole calibration is put off while checks in service find nothing, and due when one does.

    Args:
        outcomes: of the checks since the last calibration, in the order of time.
        current: the interval in force, in months.
        parameters: of METHODS.

    Returns:
        None where no check is out and there are fewer than the policy wants.

    Source: ILAC-G24:2022, 6.5.
    """
    figures: dict[str, float | str] = {"checks": float(len(outcomes)), "out": float(outcomes.count("out"))}
    if "out" in outcomes:
        return Review(0.0, None, figures)
    if len(outcomes) < parameters["least_checks"]:
        return None
    return Review(current * (1.0 if "warning" in outcomes else parameters["lengthen_by"]), None, figures)
