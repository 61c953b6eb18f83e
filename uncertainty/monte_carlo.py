"""Propagation of distributions by Monte Carlo, adaptive or of stated size, and the check of the first order by it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from uncertainty.inputs import InputQuantity
from uncertainty.measurement_model import MeasurementModel
from uncertainty.stabilisation import FORESEEING, MOST_TRIALS, Averages, Judged
from uncertainty.trial_blocks import TrialBlocks, block_size, sizes_of
from uncertainty.wording import Phrase

Array = NDArray[np.float64]
LEAST_TRIALS = 1_000


@dataclass(frozen=True)
class MonteCarloResult:
    """What the trials gave for one output, in the unit of the result.

    Attributes:
        estimate: mean of the trials; their median where a distribution without mean contributes.
        standard_uncertainty: their standard deviation; None where a distribution without
            variance contributes, with the reason in `reason`.
        coverage_interval: probabilistically symmetric, for the coverage probability.
        shortest_interval: the shortest for that probability.
        trials: their number.
        stabilised: whether estimate, u and both ends of the symmetric interval are known to a fifth
            of the numerical tolerance.
        numerical_tolerance: delta for two significant digits of u; None for an exact value.
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


@dataclass(frozen=True)
class Checked:
    """What first order says of one output, in the unit of the result, for the trials to check.

    Attributes:
        estimate: of the output.
        standard_uncertainty: its u.
        expanded_uncertainty: for the coverage probability.
        tails: the causes whose few degrees of freedom leave the trials without moments.
    """

    estimate: float
    standard_uncertainty: float
    expanded_uncertainty: float
    tails: "Tails"


@dataclass(frozen=True)
class Tails:
    """The causes with so few degrees of freedom that the trials lack moments.

    Attributes:
        without_mean: names of those with 1 degree of freedom or fewer.
        without_variance: names of those with 2 or fewer.
        without_fourth_moment: whether any has 4 or fewer: u then hardly settles, and is not waited for.
    """

    without_mean: tuple[str, ...] = ()
    without_variance: tuple[str, ...] = ()
    without_fourth_moment: bool = False

    @property
    def reason(self) -> Phrase | None:
        """Why Monte Carlo finds no standard deviation, and the remedy."""
        if not self.without_variance:
            return None
        return Phrase("uncertainty.monte_carlo_no_variance", {"names": ", ".join(self.without_variance)})


@dataclass(frozen=True)
class Simulation:
    """What the trials gave for all outputs.

    Attributes:
        results: by output, in the order of the model.
        covariance: of the outputs, products of their units; without meaning for an output without variance.

    Source: JCGM 102, 7.6.
    """

    results: tuple[MonteCarloResult, ...]
    covariance: Array


def tails_of(inputs: Sequence[InputQuantity], contributions: Array) -> Tails:
    """The causes of one output whose few degrees of freedom leave the trials without moments.

    Args:
        inputs: the input quantities.
        contributions: sensitivity times standard uncertainty of each.
    """
    found = [
        (component.name, component.distribution.shape)
        for quantity, contribution in zip(inputs, contributions, strict=True)
        for component in quantity.components
        if contribution and component.standard_uncertainty and component.distribution.name == "t"
    ]
    return Tails(
        tuple(name for name, dof in found if dof <= 1),
        tuple(name for name, dof in found if dof <= 2),
        any(dof <= 4 for _, dof in found),
    )


def propagate_distributions(
    model: MeasurementModel,
    checked: Sequence[Checked],
    trials: int | str,
    *,
    coverage_probability: float,
    seed: int,
    threads: int | None = None,
) -> Simulation:
    """The propagation of distributions, compared with the first order.

    Args:
        model: a checked model.
        checked: the first order, by output.
        trials: their number, or "adaptive": blocks are drawn until all outputs are known to a fifth of
            their numerical tolerances, or until it is foreseen that some never will be.
        coverage_probability: p.
        seed: of the random numbers; with it everything is the same for any number of threads.
        threads: how many draw at once; None takes what the computer has.

    Raises:
        InvalidModel: where trials fall outside the domain of the equations.

    Source: JCGM 101, 7.6, 7.7, 7.9, clause 8; JCGM 102, 7.6 to 7.8. Where few blocks tell the standard
    deviation of an average, Student's factor stands instead of 2 (stricter than 7.9.4), and ends of
    intervals are the means of the blocks' ends.
    """
    averages = Averages([_judged(one) for one in checked])
    adaptive, size = trials == "adaptive", block_size(coverage_probability)
    most = FORESEEING * size if any(one.tails.reason for one in checked) else MOST_TRIALS
    sizes: Iterator[int] = repeat(size) if adaptive else iter(sizes_of(int(trials)))
    blocks = TrialBlocks(model, seed).summaries(sizes, coverage_probability, threads)
    for block in blocks:
        averages.add(block)
        if adaptive and (averages.trials >= most or averages.finished(most)):
            break
    blocks.close()
    stabilised, tolerances = averages.stabilised(), averages.tolerances()
    results = []
    for index, one in enumerate(checked):
        tolerance = float(tolerances[index]) or None
        reason = one.tails.reason
        if adaptive and reason is None and not stabilised[index]:
            reason = Phrase("uncertainty.monte_carlo_not_stabilised", {"trials": averages.trials})
        results.append(_result(averages, index, one, tolerance, bool(stabilised[index]), reason))
    return Simulation(tuple(results), averages.covariance)


def _judged(checked: Checked) -> Judged:
    tails = checked.tails
    u, patient = checked.standard_uncertainty, not tails.without_fourth_moment
    return Judged(u, not tails.without_mean, not tails.without_variance, patient)


def _result(
    averages: Averages,
    index: int,
    checked: Checked,
    tolerance: float | None,
    stabilised: bool,
    reason: Phrase | None,
) -> MonteCarloResult:
    low, high, shortest_low, shortest_high, median = (float(end) for end in averages.quantiles[index])
    d_low = abs(checked.estimate - checked.expanded_uncertainty - low)
    d_high = abs(checked.estimate + checked.expanded_uncertainty - high)
    agrees = None if tolerance is None else bool(d_low <= tolerance and d_high <= tolerance)
    spread = float(np.sqrt(averages.covariance[index, index]))
    return MonteCarloResult(
        estimate=median if checked.tails.without_mean else float(averages.means[index]),
        standard_uncertainty=None if checked.tails.reason else spread,
        coverage_interval=(low, high),
        shortest_interval=(shortest_low, shortest_high),
        trials=averages.trials,
        stabilised=stabilised,
        numerical_tolerance=tolerance,
        validates_gum=agrees,
        d_low=d_low,
        d_high=d_high,
        reason=reason,
    )


def joint_trials(model: MeasurementModel, trials: int, seed: int) -> Array:
    """Trials of all outputs together, one row per output, in the units of the results.

    Args:
        model: a checked model.
        trials: their number; all are kept in memory.
        seed: of the streams; the numbers are those of `propagate_distributions` for as many trials.

    Raises:
        InvalidModel: where trials fall outside the domain of the equations.

    Source: JCGM 102, 7.5.
    """
    source, sizes = TrialBlocks(model, seed), sizes_of(trials)
    streams = np.random.SeedSequence(seed).spawn(len(sizes))
    return np.hstack([source.draw(stream, size) for stream, size in zip(streams, sizes, strict=True)])


def simulate(model: MeasurementModel, trials: int, seed: int) -> list[Array]:
    """Trials of every output, each sorted, in the units of the results: for a picture of the distribution.

    Args:
        model: a checked model.
        trials: their number; all are kept in memory.
        seed: of the streams.

    Raises:
        InvalidModel: where trials fall outside the domain of the equations.
    """
    together = joint_trials(model, trials, seed)
    together.sort(axis=1)
    return list(together)
