"""Consumer's and producer's risk: the probability that a statement of conformity is wrong."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from uncertainty.conformity import Limits, Verdict, limits_of
from uncertainty.errors import InvalidInput
from uncertainty.state_of_knowledge import Prior, StateOfKnowledge

# r of the guard band r U and the probability of a false acceptance that it keeps (one limit, normal, k = 2).
GUARD_BANDS: Final[Mapping[str, tuple[float, float]]] = {
    "six sigma": (3.0, 1e-6),
    "three sigma": (1.5, 0.0016),
    "ILAC-G8": (1.0, 0.025),
    "ISO 14253-1": (0.83, 0.05),
    "simple acceptance": (0.0, 0.5),
}
"""Guard bands of ILAC-G8:09/2019, table 1: r by name, and the largest specific risk of false acceptance."""


def conformance_probability(state: StateOfKnowledge, lower: float | None, upper: float | None) -> float:
    """The probability that a measurand lies within its limits, given the measurement.

    Args:
        state: what is known of the measurand.
        lower: tolerance limit in its unit, or None.
        upper: tolerance limit, or None; the limits themselves conform.

    Raises:
        InvalidInput: for missing or crossed limits.

    Source: JCGM 106:2012, clause 7.

    >>> from uncertainty.state_of_knowledge import Normal
    >>> round(conformance_probability(Normal(-5.47, 0.05), None, -5.40), 2)
    0.92
    """
    return 1.0 - nonconformance_probability(state, lower, upper)


def nonconformance_probability(state: StateOfKnowledge, lower: float | None, upper: float | None) -> float:
    """The probability that a measurand lies outside its limits; exact also where it is tiny.

    Args:
        state: what is known of the measurand.
        lower: tolerance limit in its unit, or None.
        upper: tolerance limit, or None.

    Raises:
        InvalidInput: for missing or crossed limits.
    """
    limits = limits_of(lower, upper)
    below = float(state.below(limits.lower)) if math.isfinite(limits.lower) else 0.0
    above = float(state.above(limits.upper)) if math.isfinite(limits.upper) else 0.0
    return min(1.0, below + above)


def specific_risk(said: Verdict, state: StateOfKnowledge, lower: float | None, upper: float | None) -> float:
    """The probability that a stated verdict is wrong for this very item; for no statement there is no risk.

    Args:
        said: a pass (conditional or not) carries the consumer's risk, a fail the producer's.
        state: what is known of the measurand.
        lower: tolerance limit in its unit, or None.
        upper: tolerance limit, or None.

    Source: JCGM 106:2012, 3.3.13, 3.3.14; ILAC-G8:09/2019 (specific risk).
    """
    outside = nonconformance_probability(state, lower, upper)
    if said in ("pass", "conditional_pass"):
        return outside
    return 0.0 if said == "cannot_be_stated" else 1.0 - outside


def guard_band_for_risk(standard_uncertainty: float, largest_risk: float) -> float:
    """The guard band that keeps the specific risk of an accepted item at one limit, for a normal distribution.

    Args:
        standard_uncertainty: u, any unit.
        largest_risk: above 0, at most 0.5.

    Raises:
        InvalidInput: for a risk outside that range and an uncertainty that is negative or not finite.

    Source: JCGM 106:2012, 8.3.2.

    >>> round(guard_band_for_risk(1.0, 0.05), 3)
    1.645
    """
    if not 0 < largest_risk <= 0.5:
        raise InvalidInput("uncertainty.risk_range", text=f"{largest_risk:g}")
    if not (math.isfinite(standard_uncertainty) and standard_uncertainty >= 0):
        raise InvalidInput("uncertainty.negative_uncertainty", text=f"{standard_uncertainty:g}")
    return -float(special.ndtri(largest_risk)) * standard_uncertainty


@dataclass(frozen=True)
class GlobalRisks:
    """What becomes of an item that is drawn from its production and measured once.

    Attributes:
        consumer: probability that it is accepted and does not conform.
        producer: probability that it is rejected and conforms.
        conforming: probability that it conforms.
        accepted: probability that it is accepted.
    """

    consumer: float
    producer: float
    conforming: float
    accepted: float


def global_risks(prior: Prior, error: StateOfKnowledge, limits: Limits) -> GlobalRisks:
    """Global risks of accepting what is measured inside the acceptance interval.

    Args:
        prior: what is known of the measurand before the measurement (the process).
        error: distribution of the error of measurement, about zero (or about its bias), same unit.
        limits: tolerance limits with the guard band that is in use.

    Raises:
        InvalidInput: where neither limit is given.

    Source: JCGM 106:2012, 3.3.15, 3.3.16, 9.5; integration piece by piece.
    """
    checked = limits_of(limits.lower, limits.upper, limits.guard)
    low, high = checked.acceptance
    ends = [end for end in (checked.lower, checked.upper, low, high) if math.isfinite(end)]
    around = [end - error.marks() for end in (low, high) if math.isfinite(end)]
    values, weights = prior.nodes(np.concatenate([np.array(ends), *around]))
    accepted = np.zeros_like(values)
    if low <= high:
        accepted = np.clip(error.at_most(high - values) - error.below(low - values), 0.0, 1.0)
    conforms = (values >= checked.lower) & (values <= checked.upper)
    return GlobalRisks(
        consumer=float(np.sum(weights * accepted * ~conforms)),
        producer=float(np.sum(weights * (1 - accepted) * conforms)),
        conforming=float(np.sum(weights * conforms)),
        accepted=float(np.sum(weights * accepted)),
    )
