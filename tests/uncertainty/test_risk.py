"""Risks of wrong statements: published figures, limits that have a closed form, and brute force."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from scipy import special

from uncertainty.conformity import limits_of
from uncertainty.errors import InvalidInput
from uncertainty.risk import (
    GUARD_BANDS,
    conformance_probability,
    global_risks,
    guard_band_for_risk,
    nonconformance_probability,
    specific_risk,
)
from uncertainty.state_of_knowledge import Cumulative, Normal, Rectangular, ScaledT, Trials

STATES = [Normal(0.3, 0.2), ScaledT(0.3, 0.2, 4.0), Rectangular(-0.2, 0.8)]


def trials(state, count: int = 400_000, seed: int = 7):
    """Random values of a distribution, drawn without its own functions."""
    random = np.random.default_rng(seed)
    if isinstance(state, Normal):
        return random.normal(state.estimate, state.standard_uncertainty, count)
    if isinstance(state, ScaledT):
        return state.estimate + state.standard_uncertainty * random.standard_t(state.dof, count)
    return random.uniform(state.lower, state.upper, count)


def test_a_breakdown_voltage():
    """A diode measured at -5.47 V with u = 0.05 V meets its limit of -5.40 V with probability 0.92 (JCGM 106, 7)."""
    assert conformance_probability(Normal(-5.47, 0.05), None, -5.40) == pytest.approx(0.92, abs=0.005)


def test_a_speed_limit():
    """With u of 2 % a driver is above 100 km/h with 99.9 % from 107 km/h on (JCGM 106, 8.3.3)."""
    factor = guard_band_for_risk(1.0, 0.001)
    assert round(100 / (1 - 0.02 * factor)) == 107
    assert conformance_probability(Normal(107.0, 0.02 * 107.0), 100.0, None) > 0.999
    assert conformance_probability(Normal(106.0, 0.02 * 106.0), 100.0, None) < 0.999


@pytest.mark.parametrize("name", GUARD_BANDS)
def test_the_guard_bands_of_ilac_g8(name):
    """A value on its acceptance limit has at most the risk that table 1 of ILAC-G8 prints."""
    factor, largest = GUARD_BANDS[name]
    expanded = 0.4
    found = specific_risk("pass", Normal(1.0 - factor * expanded, expanded / 2), None, 1.0)
    assert found <= largest * (1 + 1e-12)
    assert found >= largest / 1200


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_probabilities_are_those_of_brute_force(state):
    """Conformance between, above and below limits agrees with drawn values, and with the sample as such."""
    drawn = np.sort(trials(state))
    for lower, upper in ((0.0, 0.5), (None, 0.4), (0.1, None), (-9.0, 9.0)):
        low, high = -math.inf if lower is None else lower, math.inf if upper is None else upper
        counted = np.mean((drawn >= low) & (drawn <= high))
        assert conformance_probability(state, lower, upper) == pytest.approx(counted, abs=0.004)
        assert conformance_probability(Trials(drawn), lower, upper) == pytest.approx(counted, abs=1e-12)


def test_few_degrees_of_freedom_and_many():
    """One degree of freedom is Cauchy's distribution, infinite ones are the normal one."""
    assert nonconformance_probability(ScaledT(0.0, 1.0, 1.0), -1.0, 1.0) == pytest.approx(0.5)
    many = nonconformance_probability(ScaledT(0.0, 1.0, math.inf), -2.0, 2.0)
    assert many == nonconformance_probability(Normal(0.0, 1.0), -2.0, 2.0)
    limits, error = limits_of(-2.0, 2.0), Normal(0.0, 0.1)
    limit, wanted = (astuple(global_risks(prior, error, limits)) for prior in (ScaledT(0, 1, math.inf), Normal(0, 1)))
    assert limit == pytest.approx(wanted, abs=1e-12)


def test_tiny_risks_keep_their_digits():
    """Ten standard uncertainties from the limit the risk is 7.6e-24 and not zero."""
    assert specific_risk("pass", Normal(0.0, 1.0), None, 10.0) == pytest.approx(7.619853e-24, rel=1e-6)


def test_a_limit_conforms_also_in_a_sample():
    """Trials that lie on a limit conform."""
    sample = Trials(np.array([1.0, 2.0, 2.0, 3.0]))
    assert conformance_probability(sample, 2.0, 2.0) == 0.5
    assert conformance_probability(sample, None, 2.0) == conformance_probability(sample, 2.0, None) == 0.75


def test_a_verdict_carries_its_own_risk():
    """A pass carries the consumer's risk, a fail the producer's, and no statement carries none."""
    state = Normal(0.9, 0.1)
    inside = conformance_probability(state, None, 1.0)
    for said in ("pass", "conditional_pass"):
        assert specific_risk(said, state, None, 1.0) == pytest.approx(1 - inside)
    for said in ("fail", "conditional_fail"):
        assert specific_risk(said, state, None, 1.0) == pytest.approx(inside)
    assert specific_risk("cannot_be_stated", state, None, 1.0) == 0.0


@pytest.mark.parametrize("prior", STATES, ids=lambda state: f"prior {type(state).__name__}")
@pytest.mark.parametrize(
    "error", [Normal(0.0, 0.1), ScaledT(0.02, 0.1, 3.0), Rectangular(-0.15, 0.15)], ids=lambda s: type(s).__name__
)
def test_global_risks_are_those_of_brute_force(prior, error):
    """Items drawn and measured give the same shares of wrongly accepted and wrongly rejected ones."""
    limits = limits_of(0.0, 0.6, 0.05)
    found = global_risks(prior, error, limits)
    items, errors = trials(prior), trials(error, seed=8)
    accepted = (items + errors >= 0.05) & (items + errors <= 0.55)
    conforms = (items >= 0.0) & (items <= 0.6)
    counted = [np.mean(accepted & ~conforms), np.mean(~accepted & conforms), np.mean(conforms), np.mean(accepted)]
    got = [found.consumer, found.producer, found.conforming, found.accepted]
    assert got == pytest.approx(counted, abs=0.004)


def test_global_risks_of_normal_distributions_to_many_digits():
    """One limit and normal distributions are a bivariate normal probability, known where the limit is the mean."""
    for ratio in (0.05, 0.3, 1.0, 4.0):
        found = global_risks(Normal(5.0, 1.0), Normal(0.0, ratio), limits_of(None, 5.0))
        exact = math.atan(ratio) / (2 * math.pi)  # an angle between two half-planes through the mean
        assert found.consumer == pytest.approx(exact, rel=1e-9)
        assert found.producer == pytest.approx(exact, rel=1e-9)
        assert (found.conforming, found.accepted) == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize(
    ("limit", "ratio", "accepted_to", "consumer", "producer"),
    [(2.0, 4.0, 1.0, 0.008, 0.015), (2.5, 1.0, 1.0, 0.005, None), (2.0, 2.0, 0.91, 0.008, 0.066)],
)
def test_printed_risks_for_a_ratio_of_spreads(limit, ratio, accepted_to, consumer, producer):
    """D. K. Deaver, How to maintain your confidence (NCSL 1993), pages 7 and 10: false accepts and rejects.

    The figures are those that the tests of suncal quote: limits in spreads of the items, each to half its last digit.
    """
    limits = limits_of(-limit, limit, limit * (1 - accepted_to))
    found = global_risks(Normal(0.0, 1.0), Normal(0.0, 1 / ratio), limits)
    assert found.consumer == pytest.approx(consumer, abs=5e-4)
    assert producer is None or found.producer == pytest.approx(producer, abs=5e-4)


def test_a_sample_or_any_cumulative_function_may_be_the_prior():
    """A Monte Carlo sample and a bare cumulative distribution give the risks of the distribution they stand for."""
    limits, error = limits_of(-0.2, 0.7, 0.02), Normal(0.0, 0.05)
    wanted = astuple(global_risks(Normal(0.3, 0.2), error, limits))
    bare = Cumulative(lambda value: special.ndtr((value - 0.3) / 0.2), (-1.7, 2.3))
    assert astuple(global_risks(bare, error, limits)) == pytest.approx(wanted, abs=1e-7)
    sampled = global_risks(Trials(np.sort(trials(Normal(0.3, 0.2)))), error, limits)
    assert astuple(sampled) == pytest.approx(wanted, abs=1e-3)
    sample = Trials(np.sort(trials(error)))
    assert astuple(global_risks(Normal(0.3, 0.2), sample, limits)) == pytest.approx(wanted, abs=1e-3)
    assert conformance_probability(bare, -0.2, 0.7) == pytest.approx(wanted[2])


def test_guarding_trades_one_risk_for_the_other():
    """A wider guard band lowers the consumer's risk and raises the producer's; without acceptance nothing passes."""
    risks = [global_risks(Normal(0, 0.5), Normal(0, 0.1), limits_of(-1, 1, guard)) for guard in (0.0, 0.1, 0.2, 1.5)]
    consumer, producer = [risk.consumer for risk in risks], [risk.producer for risk in risks]
    assert consumer == sorted(consumer, reverse=True) and producer == sorted(producer)
    assert consumer[-1] == risks[-1].accepted == 0.0
    assert producer[-1] == pytest.approx(risks[-1].conforming)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Normal(0.0, 0.0), lambda: Normal(math.nan, 1.0), lambda: ScaledT(0.0, 1.0, 0.5),
        lambda: ScaledT(0.0, 1.0, math.nan), lambda: Rectangular(1.0, 1.0), lambda: Trials(np.array([])),
        lambda: Trials(np.array([2.0, 1.0])), lambda: Trials(np.array([1.0, math.nan])),
        lambda: guard_band_for_risk(1.0, 0.0), lambda: guard_band_for_risk(1.0, 0.6),
        lambda: guard_band_for_risk(-1.0, 0.1), lambda: guard_band_for_risk(math.inf, 0.1),
        lambda: conformance_probability(Normal(0.0, 1.0), None, None),
    ],
)  # fmt: skip
def test_what_is_no_distribution_and_no_risk_is_refused(wrong):
    """A spread of zero, numbers that are none, unsorted samples and impossible risks are refused."""
    with pytest.raises(InvalidInput):
        wrong()
