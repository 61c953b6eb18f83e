"""Propagation of distributions by Monte Carlo with a fixed number of trials, and the check of the first order."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidModel
from uncertainty.inputs import InputQuantity
from uncertainty.measurement_model import MeasurementModel, OutputQuantity
from uncertainty.rounding import round_uncertainty
from uncertainty.sampling import Sampler
from uncertainty.wording import Phrase

Array = NDArray[np.float64]
BLOCK = 65_536
LEAST_TRIALS = 1_000
MOST_TRIALS = 10_000_000
CAPPED_TRIALS = 200_000


@dataclass(frozen=True)
class MonteCarloResult:
    """What the trials gave for one output, in the unit of the result.

    Attributes:
        estimate: mean of the trials.
        standard_uncertainty: their standard deviation; None where a distribution without
            variance contributes, with the reason in `reason`.
        coverage_interval: probabilistically symmetric, for the coverage probability.
        shortest_interval: the shortest for that probability.
        trials: their number.
        stabilised: whether the number was chosen by the results' own convergence; a fixed number is not.
        numerical_tolerance: delta for two significant digits of u; None where u is zero.
        validates_gum: whether the first-order interval agrees within delta; None where it cannot be judged.
        d_low: distance of the lower end points.
        d_high: distance of the upper end points.
        reason: what the reader must know, if anything.
    """

    estimate: float
    standard_uncertainty: float | None
    coverage_interval: tuple[float, float]
    shortest_interval: tuple[float, float]
    trials: int
    stabilised: bool
    numerical_tolerance: float | None
    validates_gum: bool | None
    d_low: float
    d_high: float
    reason: Phrase | None = None


def simulate(model: MeasurementModel, trials: int, seed: int) -> list[Array]:
    """Trials of every output, sorted, in the units of the results.

    Args:
        model: a checked model.
        trials: their number; drawn in blocks, each with its own stream, so that the same seed
            gives the same numbers in any order of the blocks.
        seed: of the streams.

    Raises:
        InvalidModel: where trials fall outside the domain of the equations.

    Source: JCGM 101, 7.2 to 7.5; C.2 (streams).
    """
    sampler, program = Sampler(model), model.program
    found = [np.empty(trials) for _ in model.outputs]
    sizes = [min(BLOCK, trials - start) for start in range(0, trials, BLOCK)]
    for index, stream in enumerate(np.random.SeedSequence(seed).spawn(len(sizes))):
        random = np.random.Generator(np.random.SFC64(stream))
        values = program.values(sampler.draw(random, sizes[index]))
        for output, into in zip(model.outputs, found, strict=True):
            into[index * BLOCK : index * BLOCK + sizes[index]] = values[program.slots[output.name]]
    for output, into in zip(model.outputs, found, strict=True):
        lost = int(np.count_nonzero(~np.isfinite(into)))
        if lost:
            raise InvalidModel("uncertainty.monte_carlo_domain", output=output.name, lost=lost, trials=trials)
        _to_unit(into, output)
        into.sort()
    return found


def _to_unit(values: Array, output: OutputQuantity) -> None:
    if output.is_point and output.unit.zero:
        values -= output.unit.zero
    if output.unit.factor != 1.0:
        values /= output.unit.factor


def intervals(trials: Array, coverage_probability: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The probabilistically symmetric and the shortest coverage interval of sorted trials.

    Args:
        trials: sorted, any unit.
        coverage_probability: p.

    Source: JCGM 101, 7.7.
    """
    count = len(trials)
    inside = min(count - 1, math.floor(coverage_probability * count + 0.5))
    low = (count - inside) // 2
    symmetric = (float(trials[low]), float(trials[min(count - 1, low + inside)]))
    widths = trials[inside:] - trials[: count - inside]
    start = int(np.argmin(widths))
    return symmetric, (float(trials[start]), float(trials[start + inside]))


def numerical_tolerance(standard_uncertainty: float) -> float | None:
    """Half a unit of the second significant digit of u, same unit; None for an exact value.

    Source: JCGM 101, 7.9.2.
    """
    if standard_uncertainty <= 0:
        return None
    return 0.5 * 10.0 ** round_uncertainty(standard_uncertainty)[1]


def summarise(
    trials: Array,
    coverage_probability: float,
    first_order: tuple[float, float, float],
    without_variance: Phrase | None,
) -> MonteCarloResult:
    """The result of sorted trials, compared with the first order.

    Args:
        trials: sorted, unit of the result.
        coverage_probability: p.
        first_order: estimate, standard and expanded uncertainty (for p) of the first order.
        without_variance: why the trials have no standard deviation, if so.

    Source: JCGM 101, 7.6, 7.7, clause 8.
    """
    estimate, u, expanded = first_order
    symmetric, shortest = intervals(trials, coverage_probability)
    tolerance = numerical_tolerance(u)
    d_low, d_high = abs(estimate - expanded - symmetric[0]), abs(estimate + expanded - symmetric[1])
    agrees = None if tolerance is None else bool(d_low <= tolerance and d_high <= tolerance)
    mean = float(trials.mean())
    spread = None if without_variance else float(trials.std(ddof=1))
    return MonteCarloResult(
        mean, spread, symmetric, shortest, len(trials), False, tolerance, agrees, d_low, d_high, without_variance
    )


def without_variance(inputs: tuple[InputQuantity, ...], contributions: Array) -> Phrase | None:
    """Why Monte Carlo finds no standard deviation: causes with 2 or fewer degrees of freedom, and the remedy."""
    names = [
        component.name
        for quantity, contribution in zip(inputs, contributions, strict=True)
        for component in quantity.components
        if contribution and component.standard_uncertainty and not component.distribution.has_variance
    ]
    return Phrase("uncertainty.monte_carlo_no_variance", {"names": ", ".join(names)}) if names else None
