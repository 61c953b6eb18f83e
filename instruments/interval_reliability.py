"""Statistical review of calibration intervals with a reliability target: methods A3 and S2 of NCSLI RP-1.

The text of RP-1 is not public. The procedures follow what is published of it: A3 (interval test) as in H. Castrup's
description of the Interval Tester (Integrated Sciences Group) and in the examples of the NCSLI tutorial of 2019 that
Sandia's Suncal prints; S2 (binomial method) as the maximum-likelihood fit of reliability models to the numbers found in
tolerance, with the models and the test of fit that Suncal names from appendix D. Where this module decides by itself it
says so.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.interval_methods import Event, Review

Model = Callable[[float, Sequence[float]], float]
MOST_REJECTION = 0.95
"""Confidence from which a model is rejected."""
_EDGE = 1e-9
_FAR = 10.0
"""How many times the longest interval observed the target is looked for."""


@dataclass(frozen=True)
class IntervalTest:
    """The test of an interval against a reliability target.

    Attributes:
        observed: share found in tolerance.
        lower: confidence limit of the reliability.
        upper: confidence limit of the reliability.
        rejection: confidence with which the interval is rejected.
        months: the interval asked for; the present one where it is not rejected.
    """

    observed: float
    lower: float
    upper: float
    rejection: float
    months: float


def interval_test(
    in_tolerance: int, tested: int, current: float, target: float, confidence: float = 0.5, most_change: float = 2.0
) -> IntervalTest:
    """Method A3: whether an interval agrees with a reliability target, and the interval in its place if it does not.

    The interval is rejected where the two-sided binomial test of the target reaches the confidence. A shortened one is
    the present one times 10^((R - target) Q), a lengthened one times 10^((R - target)/(1 - Q)), R being the observed
    reliability and Q the confidence of rejection, never beyond the factor `most_change`. For R above the target Q is
    taken from the upper tail just as it is from the lower one below it, which is our choice.

    Args:
        in_tolerance: calibrations that found the instrument in tolerance.
        tested: all calibrations at about this interval, at least 1.
        current: the interval, in any unit of time.
        target: wanted reliability at the end of the interval, between 0 and 1.
        confidence: of the test and of the limits, between 0 and 1.
        most_change: factor beyond which nothing is changed at once.

    Source: NCSLI RP-1:2010, method A3, as published by H. Castrup and by Sandia (Suncal 1.7).

    >>> found = interval_test(15, 20, 365, 0.95)
    >>> round(found.months), round(found.rejection, 4), round(found.lower, 4), round(found.upper, 4)
    (231, 0.9949, 0.6516, 0.8286)
    """
    from scipy import special

    observed = in_tolerance / tested
    tail = (1 - confidence) / 2
    lower = float(special.betaincinv(in_tolerance, tested - in_tolerance + 1, tail)) if in_tolerance else 0.0
    missed = tested - in_tolerance
    upper = float(special.betaincinv(in_tolerance + 1, missed, 1 - tail)) if missed else 1.0
    if observed <= target:
        beyond = float(special.bdtr(in_tolerance, tested, target))
    else:
        beyond = float(special.bdtrc(in_tolerance - 1, tested, target)) if in_tolerance else 1.0
    rejection = max(0.0, 1 - 2 * beyond)
    if rejection <= confidence:
        return IntervalTest(observed, lower, upper, rejection, current)
    if observed <= target:
        factor = 10 ** ((observed - target) * rejection)
    else:
        factor = 10 ** min((observed - target) / max(1 - rejection, _EDGE), 10.0)
    return IntervalTest(observed, lower, upper, rejection, current * min(max(factor, 1 / most_change), most_change))


def _exponential(t: float, p: Sequence[float]) -> float:
    return math.exp(-p[0] * t)


def _weibull(t: float, p: Sequence[float]) -> float:
    return math.exp(-((p[0] * t) ** p[1]))


def _mixed_exponential(t: float, p: Sequence[float]) -> float:
    return float((1 + p[0] * t) ** -p[1])


def _random_walk(t: float, p: Sequence[float]) -> float:
    return math.erf(1 / math.sqrt(2 * (p[0] + p[1] * t)))


def _mortality_drift(t: float, p: Sequence[float]) -> float:
    return math.exp(-(p[0] * t + p[1] * t * t))


def _warranty(t: float, p: Sequence[float]) -> float:
    return 1 / (1 + math.exp(min(p[0] * (t - p[1]), 500.0)))


def _lognormal(t: float, p: Sequence[float]) -> float:
    return 0.5 * math.erfc(math.log(max(p[0] * t, 1e-300)) / (p[1] * math.sqrt(2)))


MODELS: dict[str, tuple[Model, int]] = {
    "exponential": (_exponential, 1),
    "weibull": (_weibull, 2),
    "mixed_exponential": (_mixed_exponential, 2),
    "random_walk": (_random_walk, 2),
    "mortality_drift": (_mortality_drift, 2),
    "warranty": (_warranty, 2),
    "lognormal": (_lognormal, 2),
}
"""Reliability models of method S2: reliability at a time for positive parameters, and how many of them."""


@dataclass(frozen=True)
class TimeGroup:
    """Calibrations at about the same interval: its length, how many, how many found in tolerance."""

    time: float
    tested: int
    in_tolerance: int


@dataclass(frozen=True)
class FittedModel:
    """A reliability model with the parameters of the greatest likelihood.

    Attributes:
        name: of MODELS.
        parameters: in the unit of the times.
        log_likelihood: natural logarithm, without the binomial coefficients.
        rejection: confidence with which the F-test of lack of fit rejects it.
        interval: time at which the reliability has fallen to the target; infinite where it does not within ten times
            the longest time observed.
    """

    name: str
    parameters: tuple[float, ...]
    log_likelihood: float
    rejection: float
    interval: float

    @property
    def criterion(self) -> float:
        """Akaike's information criterion: the smaller the better."""
        return 2 * len(self.parameters) - 2 * self.log_likelihood

    def reliability(self, time: float) -> float:
        """The share expected in tolerance after a time."""
        return MODELS[self.name][0](time, self.parameters)


def fit_reliability(groups: Sequence[TimeGroup], target: float) -> list[FittedModel]:
    """Method S2: reliability models fitted to what was found after intervals of several lengths, the best first.

    Models that the F-test rejects stand last; among the others the order is Akaike's criterion, which is our choice in
    place of RP-1's figure of merit. Two of the ten models of RP-1's appendix that need three parameters, and the
    modified gamma, are not offered.

    Args:
        groups: at least two of different lengths.
        target: wanted reliability, between 0 and 1.

    Returns:
        Empty with fewer than two lengths.

    Source: NCSLI RP-1:2010, method S2 and appendix D, as published by Sandia (Suncal 1.7).
    """
    if len({one.time for one in groups}) < 2:
        return []
    fitted = [_fitted(name, groups, target) for name, (_, count) in MODELS.items() if count < len(groups)]
    return sorted(fitted, key=lambda one: (one.rejection >= MOST_REJECTION, one.criterion))


def _fitted(name: str, groups: Sequence[TimeGroup], target: float) -> FittedModel:
    from scipy.optimize import minimize

    model, count = MODELS[name]
    span = max(one.time for one in groups)

    def loss(logarithms: NDArray[np.float64]) -> float:
        parameters = [math.exp(min(max(one, -50.0), 50.0)) for one in logarithms]
        return -_log_likelihood(model, parameters, groups)

    starts = [[math.log(1 / span)], [math.log(0.1 / span)]] if count == 1 else [
        [math.log(first), math.log(second)]
        for first, second in ((1 / span, 1.0), (1 / span, 0.3), (0.3, 1 / span), (3 / span, span / 2))
    ]  # fmt: skip
    found = min(
        (minimize(loss, np.array(start), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000})
         for start in starts), key=lambda one: float(one.fun),
    )  # fmt: skip
    parameters = tuple(math.exp(min(max(float(one), -50.0), 50.0)) for one in found.x)
    return FittedModel(
        name,
        parameters,
        -float(found.fun),
        _rejection(model, parameters, groups),
        _crossing(model, parameters, target, span),
    )


def _log_likelihood(model: Model, parameters: Sequence[float], groups: Sequence[TimeGroup]) -> float:
    total = 0.0
    for one in groups:
        reliability = min(max(model(one.time, parameters), _EDGE), 1 - _EDGE)
        total += one.in_tolerance * math.log(reliability)
        total += (one.tested - one.in_tolerance) * math.log1p(-reliability)
    return total


def _rejection(model: Model, parameters: Sequence[float], groups: Sequence[TimeGroup]) -> float:
    """Confidence of the F-test: scatter about the model over the binomial scatter within the groups."""
    from scipy import special

    tested, count = sum(one.tested for one in groups), len(groups)
    freedom = count - len(parameters), tested - count
    shares = [one.in_tolerance / one.tested for one in groups]
    pure = math.fsum(one.tested * share * (1 - share) for one, share in zip(groups, shares, strict=True))
    lack = math.fsum(
        one.tested * (share - model(one.time, parameters)) ** 2 for one, share in zip(groups, shares, strict=True)
    )
    if min(freedom) <= 0 or pure <= 0:
        return 0.0
    return float(special.fdtr(*freedom, (lack / freedom[0]) / (pure / freedom[1])))


def _crossing(model: Model, parameters: Sequence[float], target: float, span: float) -> float:
    """The time at which the reliability has fallen to the target, by bisection; every model falls with time."""
    low, high = 0.0, _FAR * span
    if model(_EDGE * span, parameters) <= target:
        return 0.0
    if model(high, parameters) > target:
        return math.inf
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if model(middle, parameters) > target else (low, middle)
    return low


def review_by_test(
    events: Sequence[Event], current: int, most_change: float, parameters: dict[str, float]
) -> Review | None:
    """Method A3 on the calibrations at about the present interval; None where there are none."""
    near = [one for one in events if abs(one.months - current) <= parameters["tolerance"] * current]
    if not near:
        return None
    kept = sum(one.conforming for one in near)
    found = interval_test(kept, len(near), current, parameters["target"], parameters["confidence"], most_change)
    return Review(
        found.months, None,
        {"in_tolerance": float(kept), "tested": float(len(near)), "observed": found.observed, "lower": found.lower,
         "upper": found.upper, "rejection": found.rejection, "target": parameters["target"]},
    )  # fmt: skip


def grouped(events: Sequence[Event], count: int) -> list[TimeGroup]:
    """The calibrations by the length of their interval, in `count` groups of equal width up to the longest.

    The upper end belongs to a group; its time is the mean length in it.
    """
    longest = max((one.months for one in events), default=0.0)
    groups: dict[int, list[Event]] = {}
    for one in events:
        groups.setdefault(max(math.ceil(count * one.months / longest - _EDGE), 1), []).append(one)
    return [
        TimeGroup(sum(one.months for one in some) / len(some), len(some), sum(one.conforming for one in some))
        for _, some in sorted(groups.items())
    ]


def review_by_model(events: Sequence[Event], parameters: dict[str, float]) -> Review | None:
    """Method S2 on all calibrations of a family; None with too few events or lengths for any model."""
    if len(events) < parameters["least_events"]:
        return None
    models = fit_reliability(grouped(events, int(parameters["bins"])), parameters["target"])
    if not models or models[0].rejection >= MOST_REJECTION:
        return None
    best = models[0]
    longest = max(one.months for one in events)
    months = min(best.interval, longest)  # nothing is known beyond the longest interval observed
    figures: dict[str, float | str] = {"model": best.name, "rejection": best.rejection, "target": parameters["target"]}
    figures |= {"tested": float(len(events)), "in_tolerance": float(sum(one.conforming for one in events))}
    return Review(months, best.reliability(max(months, _EDGE)), figures | {"longest": longest})
