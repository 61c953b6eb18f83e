"""The coverage factor of a result by the rule of its model: from t, as stated, or from the distribution."""

import math
from dataclasses import dataclass

from uncertainty.coverage import Share, dominating, factor_from_t, probability_from_t
from uncertainty.measurement_model import Settings
from uncertainty.monte_carlo import MonteCarloResult
from uncertainty.preview import Preview
from uncertainty.second_order import Curvature, OutputCurvature
from uncertainty.wording import Phrase

CURVED = ("uncertainty.coverage_curved", "uncertainty.coverage_curved_from_zero")
T_ALTHOUGH_CURVED = (
    "uncertainty.coverage_t_although_curved",
    "uncertainty.coverage_t_although_curved_from_zero",
)


@dataclass(frozen=True)
class Coverage:
    """The coverage factor of one output, and what rests on it, in the unit of the output.

    Attributes:
        factor: k.
        probability: p.
        basis: "t", "stated", "distribution" or "preview".
        reason: why.
        estimate: of the result.
        standard_uncertainty: u.
        expanded_uncertainty: U.
        interval: the coverage interval.
    """

    factor: float
    probability: float
    basis: str
    reason: Phrase
    estimate: float
    standard_uncertainty: float
    expanded_uncertainty: float
    interval: tuple[float, float]


def _why_distribution(
    settings: Settings, shares: list[Share], curvature: OutputCurvature
) -> tuple[int, Curvature | None]:
    """What asks for the distribution under `auto`: how many contributions dominate, or else the curvature."""
    if settings.coverage_factor != "auto":
        return 0, None
    count = dominating(shares)
    curved = None if count else curvature.verdict
    return count, curved if curved and curved.matters else None


def wants_distribution(settings: Settings, shares: list[Share], curvature: OutputCurvature) -> bool:
    """Whether the result comes from its distribution where that is known.

    Args:
        settings: of the model.
        shares: of all causes in the variance of the output.
        curvature: second-order terms of the output.
    """
    return settings.coverage_factor == "distribution" or any(_why_distribution(settings, shares, curvature))


def cover(
    settings: Settings,
    first: tuple[float, float],
    dof: float,
    shares: list[Share],
    result: MonteCarloResult | Preview | None,
    curvature: OutputCurvature,
) -> Coverage:
    """The coverage factor by the rule of the model, and what rests on it.

    Args:
        settings: of the model.
        first: estimate and u of the first order (or of the order that the model asks for), unit of the output.
        dof: effective degrees of freedom.
        shares: of all causes in the variance of the output.
        result: of the trials, a preview of them, or None where there are none.
        curvature: second-order terms of the output.

    Source: GUM (JCGM 100), G.4; JCGM 101, 7.7; EA-4/02 M:2022, S9 to S11.
    """
    mode, p = settings.coverage_factor, settings.coverage_probability
    count, curved = _why_distribution(settings, shares, curvature)
    if isinstance(result, Preview):
        return _from_distribution(p, first, Phrase("uncertainty.coverage_preview"), result)
    if result is not None and (mode == "distribution" or count or curved):
        key = "coverage_distribution_stated" if mode == "distribution" else f"coverage_dominated_{count}"
        if curved:
            return _from_distribution(p, first, curved.phrase(*CURVED), result)
        return _from_distribution(p, first, Phrase(f"uncertainty.{key}", {}), result)
    estimate, u = first
    if isinstance(mode, float):
        probability = p if settings.probability_is_stated else probability_from_t(mode, dof)
        reason = Phrase("uncertainty.coverage_stated", {"k": f"{mode:g}"})
        return _symmetric(mode, probability, "stated", reason, estimate, u)
    if count:
        reason = Phrase("uncertainty.coverage_t_without_monte_carlo", {"count": count})
    elif curved:
        reason = curved.phrase(*T_ALTHOUGH_CURVED)
    elif math.isinf(dof):
        reason = Phrase("uncertainty.coverage_normal")
    else:
        reason = Phrase("uncertainty.coverage_t", {"dof": math.floor(dof + 1e-9)})
    return _symmetric(factor_from_t(p, dof), p, "t", reason, estimate, u)


def _symmetric(k: float, p: float, basis: str, reason: Phrase, estimate: float, u: float) -> Coverage:
    expanded = k * u
    return Coverage(k, p, basis, reason, estimate, u, expanded, (estimate - expanded, estimate + expanded))


def _from_distribution(
    p: float, first: tuple[float, float], reason: Phrase, result: MonteCarloResult | Preview
) -> Coverage:
    low, high = result.coverage_interval
    u = first[1] if result.standard_uncertainty is None else result.standard_uncertainty
    expanded = (high - low) / 2
    k = expanded / u if u else 0.0
    basis = "preview" if isinstance(result, Preview) else "distribution"
    return Coverage(k, p, basis, reason, result.estimate, u, expanded, (low, high))
