"""Effective degrees of freedom, the coverage factor, and on what it rests."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.correlation import SharedInfluence, fitted_together
from uncertainty.inputs import Component, InputQuantity
from uncertainty.student import normal_below, normal_quantile, student_below, student_quantile

DOMINANCE = 0.3
BINARY_ROUNDING = 1e-12


@dataclass(frozen=True)
class Share:
    """What one cause contributes to the variance of an output.

    Attributes:
        variance: its part of u squared, covariance with others included (square of the output's unit).
        dof: its degrees of freedom.
        group: causes of the same group were evaluated from the same rows, or by one fit.
        gaussian: whether its distribution is normal or t.
    """

    variance: float
    dof: float
    group: str
    gaussian: bool


def shares_of(
    inputs: Sequence[InputQuantity],
    contributions: NDArray[np.float64],
    correlation: NDArray[np.float64],
    shared: Sequence[SharedInfluence] = (),
    stated: Sequence[tuple[int, int, float]] = (),
) -> list[Share]:
    """The shares of all causes in the variance of one output; they add up to u squared.

    An influence that several inputs share is one cause, with the sum of its contributions. Inputs
    of one fit are causes of one group.

    Args:
        inputs: the input quantities.
        contributions: sensitivity times standard uncertainty of each, unit of the output.
        correlation: coefficients of the inputs.
        shared: the influences that several inputs share.
        stated: places of two inputs and the coefficient stated for them.
    """
    fits = _fits(inputs, stated)
    whole = contributions * (correlation @ contributions)
    found, counted = _shared_shares(inputs, contributions, shared, whole)
    for place, (quantity, contribution) in enumerate(zip(inputs, contributions, strict=True)):
        if not contribution:
            continue
        crossing = float(whole[place] - contribution**2)
        together = [component.observed_in is not None for component in quantity.components]
        for number, (component, observed) in enumerate(zip(quantity.components, together, strict=True)):
            part = (component.standard_uncertainty / quantity.standard_uncertainty) ** 2
            crossed = (1.0 if observed else 0.0) if any(together) else part
            own = 0.0 if (place, number) in counted else float(contribution**2) * part
            variance = own + crossing * crossed
            group = _group(component)
            found.append(Share(variance, component.dof, fits.get(group, group), component.distribution.gaussian))
    return found


def _group(component: Component) -> str:
    """The word under which a cause counts in effective degrees of freedom, with others or alone."""
    return f"rows of {component.observed_in}" if component.observed_in else component.together or component.name


def _fits(inputs: Sequence[InputQuantity], stated: Sequence[tuple[int, int, float]]) -> dict[str, str]:
    """By group, the group that it joins because its inputs come from one fit with inputs of that one."""
    joined: dict[str, str] = {}
    for one, other, _ in fitted_together(inputs, stated):
        first, second = (_group(inputs[place].components[0]) for place in (one, other))
        kept, lost = joined.setdefault(first, first), joined.setdefault(second, second)
        joined = {group: kept if into == lost else into for group, into in joined.items()}
    return joined


def _shared_shares(
    inputs: Sequence[InputQuantity],
    contributions: NDArray[np.float64],
    shared: Sequence[SharedInfluence],
    whole: NDArray[np.float64],
) -> tuple[list[Share], set[tuple[int, int]]]:
    """The shares of shared influences, and the causes that they hold; their covariances are taken out of `whole`."""
    found, counted = [], set()
    for influence in shared:
        parts = {}
        for place, number in influence.members:
            component, u = inputs[place].components[number], inputs[place].standard_uncertainty
            parts[place] = float(contributions[place]) * component.sign * component.standard_uncertainty / u
        total = math.fsum(parts.values())
        for place, part in parts.items():
            whole[place] -= part * (total - part)
        place, number = influence.members[0]
        component = inputs[place].components[number]
        group = component.together or f"influence {influence.id}"
        found.append(Share(total**2, component.dof, group, component.distribution.gaussian))
        counted |= set(influence.members)
    return found, counted


def effective_dof(standard_uncertainty: float, shares: Sequence[Share]) -> float:
    """Effective degrees of freedom, not truncated.

    Causes observed in the same rows count as one, with the variance of their combination and the
    degrees of freedom of the rows: a sum of quantities read together is itself a sample. So do
    coefficients of one fit. Any other stated correlation enters through the share of each cause in
    the variance, covariances included; this is our choice, since G.4 holds for independent causes,
    and it gives the Welch-Satterthwaite formula where they are.

    Args:
        standard_uncertainty: combined, unit of the output.
        shares: of all causes.

    Returns:
        Degrees of freedom, infinite where no cause has finite ones.

    Source: GUM (JCGM 100), G.4.1, G.4.2; for causes observed together R. Willink, "A generalization
    of the Welch-Satterthwaite formula for use with correlated uncertainty components", Metrologia 44
    (2007) 340-349, 4.1.1, as GTC cites it.
    """
    groups: dict[str, float] = defaultdict(float)
    dofs: dict[str, float] = {}
    for share in shares:
        groups[share.group] += share.variance
        dofs[share.group] = share.dof
    below = math.fsum(variance**2 / dofs[group] for group, variance in groups.items())
    return standard_uncertainty**4 / below if below > 0 else math.inf


def factor_from_t(coverage_probability: float, dof: float) -> float:
    """The coverage factor of the t distribution, with degrees of freedom truncated to an integer.

    Args:
        coverage_probability: p, between 0 and 1.
        dof: effective degrees of freedom, at least 1; may be infinite.

    Source: GUM (JCGM 100), G.3.3, G.4.1, table G.2.

    >>> round(factor_from_t(0.99, 16.7), 2)
    2.92
    """
    tail = (1 + coverage_probability) / 2
    if math.isinf(dof):
        return normal_quantile(tail)
    return student_quantile(tail, max(1, math.floor(dof + 1e-9)))


def probability_from_t(coverage_factor: float, dof: float) -> float:
    """The coverage probability that a stated factor has by the t distribution."""
    if math.isinf(dof):
        return 2 * normal_below(coverage_factor) - 1
    return 2 * student_below(coverage_factor, max(1, math.floor(dof + 1e-9))) - 1


def dominating(shares: Sequence[Share]) -> int:
    """How many contributions that are neither normal nor t dominate: 1, 2, or 0 for none.

    They dominate where the root sum of squares of all others is at most 0.3 of theirs.

    Source: EA-4/02 M:2022, S9 (one), S10 and S11 (two).
    """
    total = math.fsum(abs(share.variance) for share in shares)
    other = sorted((abs(share.variance) for share in shares if not share.gaussian), reverse=True)
    for count in (1, 2):
        theirs = math.fsum(other[:count])
        if len(other) >= count and theirs > 0 and total - theirs <= DOMINANCE**2 * theirs * (1 + BINARY_ROUNDING):
            return count
    return 0
