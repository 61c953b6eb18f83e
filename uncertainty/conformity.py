"""Decision rules: from a measured value, its uncertainty and limits to a statement of conformity."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from uncertainty.errors import InvalidInput

Verdict = Literal["pass", "conditional_pass", "cannot_be_stated", "conditional_fail", "fail"]
Rule = Literal["simple", "guarded", "guarded_acceptance", "guarded_rejection", "non_binary"]
RULES: tuple[str, ...] = get_args(Rule)
# A limit met exactly must not be missed by the rounding of binary numbers.
BINARY_ROUNDING = 1e-12


@dataclass(frozen=True)
class Limits:
    """Tolerance limits and, drawn in and out by the guard band, the limits of acceptance and rejection.

    Attributes:
        lower: tolerance limit, minus infinity where there is none; the limit itself conforms.
        upper: tolerance limit, infinity where there is none.
        guard: width w of the guard band, same unit, zero or greater.
    """

    lower: float
    upper: float
    guard: float

    @property
    def acceptance(self) -> tuple[float, float]:
        """The acceptance interval; crossed where the guard band leaves none."""
        return self.lower + self.guard, self.upper - self.guard

    @property
    def rejection(self) -> tuple[float, float]:
        """The values beyond which even a measurement in the item's favour is outside the limits."""
        return self.lower - self.guard, self.upper + self.guard

    def holds(self, value: float, interval: tuple[float, float]) -> bool:
        """Whether a value lies in an interval, its ends included."""
        near = BINARY_ROUNDING * max(abs(edge) for edge in (value, self.lower, self.upper) if math.isfinite(edge))
        return interval[0] - near <= value <= interval[1] + near

    @property
    def can_accept(self) -> bool:
        """Whether the guard band leaves any value to be accepted."""
        return self.holds((self.lower + self.upper) / 2, self.acceptance)


def limits_of(lower: float | None, upper: float | None, guard: float = 0.0) -> Limits:
    """Checked limits; None leaves a side open.

    Args:
        lower: tolerance limit, any unit, or None.
        upper: tolerance limit, same unit, or None.
        guard: width of the guard band, same unit.

    Raises:
        InvalidInput: for missing, crossed or unreal limits and a guard band that is negative or not finite.
    """
    low, high = -math.inf if lower is None else lower, math.inf if upper is None else upper
    if not (math.isfinite(low) or math.isfinite(high)) or not math.isfinite(guard) or not low <= high:
        raise InvalidInput("uncertainty.conformity_limits")
    if guard < 0:
        raise InvalidInput("uncertainty.negative_uncertainty", text=f"{guard:g}")
    return Limits(low, high, guard)


def guard_band(expanded_uncertainty: float, factor: float = 1.0) -> float:
    """The width of a guard band w = r U.

    Args:
        expanded_uncertainty: U, any unit.
        factor: r, zero or greater; 1 for the rule of ILAC-G8, 0.83 for ISO 14253-1, 0 for simple acceptance.

    Raises:
        InvalidInput: for numbers that are negative or not finite.

    Source: ILAC-G8:09/2019, 4.2.2 and table 1.

    >>> guard_band(0.02, 1.5)
    0.03
    """
    for number in (expanded_uncertainty, factor):
        if not math.isfinite(number):
            raise InvalidInput("uncertainty.conformity_limits")
        if number < 0:
            raise InvalidInput("uncertainty.negative_uncertainty", text=f"{number:g}")
    return factor * expanded_uncertainty


def verdict(
    value: float,
    expanded_uncertainty: float,
    lower: float | None,
    upper: float | None,
    rule: str = "simple",
    guard: float | None = None,
) -> Verdict:
    """A statement of conformity on unrounded values; a limit, and a limit of acceptance, itself conforms.

    Args:
        value: the measured value, any unit.
        expanded_uncertainty: U, same unit.
        lower: the lower limit, or None; the limit itself conforms.
        upper: the upper limit, or None.
        rule: with w the guard band,
            `simple`: the value alone decides;
            `guarded`: a pass inside the limits drawn in by w, a fail outside the limits drawn out by w,
            between them nothing can be stated;
            `guarded_acceptance`: a pass inside the limits drawn in by w, otherwise a fail; where w leaves no
            value to accept, nothing can be stated short of the limits drawn out;
            `guarded_rejection`: a fail outside the limits drawn out by w, otherwise a pass;
            `non_binary`: between pass and fail of `guarded`, a conditional pass inside the limits and a
            conditional fail outside them.
        guard: width of the guard band, same unit; U where it is None.

    Raises:
        InvalidInput: for an unknown rule, missing or crossed limits, and numbers that are not finite.

    Source: ILAC-G8:09/2019, 4.2.1 to 4.2.3; JCGM 106:2012, 8.2, 8.3.2, 8.3.3.

    >>> verdict(0.8, 0.3, -1.0, 1.0, "guarded")
    'cannot_be_stated'
    >>> verdict(0.8, 0.3, -1.0, 1.0, "non_binary")
    'conditional_pass'
    """
    if rule not in RULES:
        raise InvalidInput("uncertainty.conformity_rule", rule=rule)
    if not (math.isfinite(value) and math.isfinite(expanded_uncertainty)):
        raise InvalidInput("uncertainty.conformity_limits")
    if expanded_uncertainty < 0:
        raise InvalidInput("uncertainty.negative_uncertainty", text=f"{expanded_uncertainty:g}")
    width = expanded_uncertainty if guard is None else guard
    limits = limits_of(lower, upper, 0.0 if rule == "simple" else width)
    conforms = limits.holds(value, (limits.lower, limits.upper))
    accepted = limits.holds(value, limits.acceptance)
    possible = limits.holds(value, limits.rejection)
    if accepted:
        return "pass"
    if not possible:
        return "fail"
    if rule == "guarded_rejection":
        return "pass"
    if rule == "non_binary":
        return "conditional_pass" if conforms else "conditional_fail"
    return "fail" if rule == "guarded_acceptance" and limits.can_accept else "cannot_be_stated"


@dataclass(frozen=True)
class ClassOutcome:
    """Which accuracy class a result meets.

    Attributes:
        met: the finest class with a pass and a U that is small enough, None where there is none.
        verdicts: by class, in the order given.
        uncertainty_fits: by class, whether U is small enough for its limit.
    """

    met: str | None
    verdicts: Mapping[str, Verdict]
    uncertainty_fits: Mapping[str, bool]


def class_met(
    error: float,
    expanded_uncertainty: float,
    limits: Mapping[str, float],
    rule: str = "guarded",
    *,
    guard_factor: float = 1.0,
    least_ratio: float = 0.0,
) -> ClassOutcome:
    """The finest class whose limits a result meets, from a table of maximum permissible errors.

    Args:
        error: deviation from the nominal value, or measurement error, any unit.
        expanded_uncertainty: U, same unit.
        limits: half-width of the limits by class, same unit, from the finest class to the coarsest.
        rule: a decision rule of `verdict`.
        guard_factor: r of the guard band r U.
        least_ratio: smallest ratio of limit to U at which a class may be stated; 0 asks for none.

    Raises:
        InvalidInput: as `verdict`, and for a table without classes.

    Source: OIML R 111-1:2004, clause 5: U at most a third of the limit, error within the limit less U.

    >>> class_met(0.03, 0.02, {"E2": 0.05, "F1": 0.15}, least_ratio=3).met
    'F1'
    """
    if not limits:
        raise InvalidInput("uncertainty.conformity_limits")
    width = guard_band(expanded_uncertainty, guard_factor)
    verdicts = {
        name: verdict(error, expanded_uncertainty, -limit, limit, rule, width) for name, limit in limits.items()
    }
    fits = {name: expanded_uncertainty * least_ratio <= limit * (1 + BINARY_ROUNDING) for name, limit in limits.items()}
    met = next((name for name, said in verdicts.items() if said == "pass" and fits[name]), None)
    return ClassOutcome(met, verdicts, fits)
