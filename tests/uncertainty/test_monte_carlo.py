"""Propagation of distributions agrees with the first order wherever the model is linear."""

import math
import tracemalloc

import numpy as np
import pytest

from uncertainty.errors import InvalidModel
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.monte_carlo import simulate
from uncertainty.trial_blocks import BLOCK

TRIALS = 200_000
INPUTS = {
    "normal": {"value": "1 mm", "standard_uncertainty": "2 um"},
    "expanded": {"value": "1 mm", "expanded_uncertainty": "4 um", "coverage_factor": 2},
    "probability": {"value": "1 mm", "expanded_uncertainty": "4 um", "coverage_probability": "0.95"},
    "relative": {"value": "1 mm", "relative_standard_uncertainty": "0.2 %"},
    "t": {"value": "1 mm", "standard_uncertainty": "2 um", "dof": 12},
    "rectangular": {"value": "1 mm", "distribution": "rectangular", "half_width": "4 um"},
    "limits": {"lower": "0.997 mm", "upper": "1.003 mm", "distribution": "rectangular"},
    "trapezoidal": {"value": "1 mm", "distribution": "trapezoidal", "half_width": "4 um", "shape": "0.4"},
    "curvilinear": {"value": "1 mm", "distribution": "curvilinear_trapezoidal", "half_width": "4 um",
    "inexactness": "1 um"},
    "triangular": {"lower": "0.997 mm", "upper": "1.005 mm", "mode": "1 mm", "distribution": "triangular"},
    "u_shaped": {"value": "1 mm", "distribution": "u_shaped", "half_width": "3 um"},
    "exponential": {"value": "2 um", "distribution": "exponential"},
    "lognormal": {"value": "20 um", "distribution": "lognormal", "standard_uncertainty": "2 um"},
    "readings": {"readings": ["1.002 mm", "0.998 mm", "1.001 mm", "0.997 mm", "1.003 mm", "1.000 mm", "0.999 mm"]},
    "pooled": {"readings": ["1 mm", "1.001 mm"], "pooled_standard_deviation": "3 um"},
    "several": {"value": "1 mm", "standard_uncertainty": "1 um", "contributions": [
        {"name": "a", "distribution": "rectangular", "half_width": "3 um"}, {"name": "b",
        "standard_uncertainty": "1 um", "dof": 500},
    ]},
    "specification": {"value": "1 mm", "specification": {"relative": "0.2 %", "plus": "1 um"}},
}  # fmt: skip


def linear(one: dict, other: dict, r: float = 0.0) -> dict:
    """A linear model of two inputs, correlated by r."""
    model = {
        "model": {"y": "2 * a - b", "z": "a + 3 * b"},
        "outputs": {"y": {"unit": "um"}, "z": {"unit": "um"}},
        "inputs": {"a": one, "b": other},
        "evaluation": {"coverage_factor": "t", "seed": 11},
    }
    return {**model, "correlations": [{"between": ["a", "b"], "r": r}]} if r else model


def t_spread(one: dict) -> float:
    """How much wider the trials of an input are than its u: the scaled t of JCGM 101 has scale u."""
    dof = {"t": 12, "readings": 6}.get(next(key for key, value in INPUTS.items() if value is one), 0)
    return dof / (dof - 2) if dof else 1.0


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("r", [0.0, 0.6, -0.8])
def test_a_linear_model_has_the_same_u_both_ways(name, r):
    """Estimate, u and correlation of the outputs agree for every kind of input, correlated or not."""
    model = read_model(linear(INPUTS[name], INPUTS["normal"], r))
    evaluation = evaluate(model, trials=TRIALS)
    for result, (a, b) in zip(evaluation.outputs.values(), [(2, -1), (1, 3)], strict=True):
        first, trials = result.standard_uncertainty, result.monte_carlo
        rows = {row.input: row for row in result.budget if row.kind == "input"}
        widening = (t_spread(INPUTS[name]) - 1) * (a * rows["a"].contribution / rows["a"].sensitivity) ** 2
        expected = first**2 + widening
        if r and widening:
            expected += (
                2
                * a
                * b
                * r
                * (math.sqrt(t_spread(INPUTS[name])) - 1)
                * (rows["a"].contribution / a)
                * (rows["b"].contribution / b)
            )
        assert trials.standard_uncertainty == pytest.approx(math.sqrt(expected), rel=0.012)
        assert trials.estimate == pytest.approx(result.estimate, abs=0.02 * first)
        assert trials.trials == TRIALS


@pytest.mark.parametrize("name", ["normal", "rectangular", "u_shaped", "triangular", "exponential", "several"])
@pytest.mark.parametrize("r", [0.9, -0.5])
def test_stated_correlation_is_the_correlation_of_the_trials(name, r):
    """Whatever the distributions, the inputs themselves have the stated coefficient in the trials."""
    one, other = INPUTS[name], INPUTS["rectangular"]
    if name == "exponential":
        other = INPUTS["normal"]
    model = linear(one, other, r)
    model["model"] = {"y": "a + 0 * b", "z": "b + 0 * a", "s": "a + b"}
    model["outputs"]["s"] = {"unit": "um"}
    read = read_model(model)
    sums = {name: float(values.std()) for name, values in zip("yzs", simulate(read, TRIALS, 3), strict=True)}
    found = (sums["s"] ** 2 - sums["y"] ** 2 - sums["z"] ** 2) / (2 * sums["y"] * sums["z"])
    assert found == pytest.approx(r, abs=0.015)


def test_inputs_observed_together_are_drawn_together():
    """The trials of inputs observed in the same rows have the correlation of the rows and a common scale."""
    rows = [
        ["1.0", "2.1"],
        ["2.0", "2.9"],
        ["3.1", "4.2"],
        ["4.0", "5.1"],
        ["5.2", "5.8"],
        ["5.9", "7.2"],
        ["7.1", "8.1"],
    ]
    model = {
        "model": {"y": "p - q", "z": "p + q"},
        "outputs": {"y": {"unit": "V"}, "z": {"unit": "V"}},
        "readings": {"r": {"columns": ["a", "b"], "unit": "V", "rows": rows}},
        "inputs": {"p": {"observed": "a", "in": "r"}, "q": {"observed": "b", "in": "r"}},
    }
    evaluation = evaluate(read_model(model), trials=TRIALS)
    differences = [float(one) - float(other) for one, other in rows]
    for name, single in [("y", differences), ("z", [float(one) + float(other) for one, other in rows])]:
        result = evaluation.outputs[name]
        assert result.standard_uncertainty == pytest.approx(np.std(single, ddof=1) / math.sqrt(7), rel=1e-9)
        assert result.effective_dof == pytest.approx(6.0)
        assert result.monte_carlo.standard_uncertainty == pytest.approx(
            result.standard_uncertainty * math.sqrt(6 / 4), rel=0.02
        )
        assert [row.kind for row in result.budget] == ["input", "input", "covariance"]


def test_the_same_seed_gives_the_same_bytes():
    """A seed fixes every number; another seed gives others."""
    model = read_model(linear(INPUTS["t"], INPUTS["rectangular"], 0.4))
    one, other, third = (evaluate(model, trials=BLOCK + 1000, seed=seed).to_json() for seed in (1, 1, 2))
    assert one == other
    assert one["outputs"]["y"]["monte_carlo"] != third["outputs"]["y"]["monte_carlo"]


def test_more_trials_keep_the_first_blocks():
    """Blocks have streams of their own: the first block of a longer run is that of a shorter one."""
    model = read_model(linear(INPUTS["normal"], INPUTS["rectangular"]))
    short, long = (simulate(model, count, 5)[0] for count in (BLOCK, 2 * BLOCK))
    assert np.isin(short, long).all()


def adaptive(one: dict, other: dict, **evaluation: object) -> dict:
    """A linear model whose trials are adaptive."""
    model = linear(one, other)
    return {**model, "evaluation": {"coverage_factor": "t", "seed": 11, "trials": "adaptive", **evaluation}}


@pytest.mark.parametrize("threads", [2, 3])
def test_the_number_of_threads_changes_nothing(threads):
    """One seed gives the same numbers, and the same number of trials, with any number of threads."""
    model = read_model(adaptive(INPUTS["t"], INPUTS["rectangular"]))
    assert evaluate(model, threads=threads).to_json() == evaluate(model, threads=1).to_json()


def test_adaptive_trials_settle_to_a_fifth_of_the_tolerance():
    """A stabilised result of a normal output lies within a fifth of the tolerance of the exact one, at every end."""
    model = adaptive(INPUTS["normal"], {"value": "1 mm", "standard_uncertainty": "1 um"}, coverage_probability=0.9545)
    for name, result in evaluate(read_model(model)).outputs.items():
        trials = result.monte_carlo
        fifth = trials.numerical_tolerance / 5
        assert trials.stabilised and trials.reason is None and trials.validates_gum, name
        assert trials.trials % BLOCK == 0
        assert abs(trials.estimate - result.estimate) <= fifth
        assert abs(trials.standard_uncertainty - result.standard_uncertainty) <= fifth
        assert trials.d_low <= fifth and trials.d_high <= fifth


def test_adaptive_trials_stop_as_early_as_the_tolerance_allows():
    """A leading digit of 1 in u allows a hundred times fewer trials than a 9; all outputs of a model settle."""
    exact, counts = {"value": "1 mm"}, []
    for u in ("10.4 um", "27 um"):
        model = adaptive({"value": "1 mm", "standard_uncertainty": u}, exact)
        model["model"] = {"y": "a + 0 * b", "z": "a + b"}
        counts.append(evaluate(read_model(model)).outputs["y"].monte_carlo.trials)
    assert 200_000 < counts[0] < 700_000 < 1_500_000 < counts[1] < 3_500_000


@pytest.mark.parametrize("trials", [200_000, 999_999])
def test_a_stated_number_of_trials_is_kept(trials):
    """A stated number is drawn exactly; whether it settled the results is said."""
    model = read_model(linear({"value": "1 mm", "standard_uncertainty": "30 um"}, INPUTS["normal"]))
    found = evaluate(model, trials=trials).outputs["z"].monte_carlo
    assert found.trials == trials
    assert not found.stabilised
    assert found.reason is None


@pytest.mark.parametrize(("count", "has_u"), [(2, False), (3, False), (4, True)])
def test_few_degrees_of_freedom_end_the_trials_early(count, has_u):
    """With 1 or 2 degrees of freedom there is no u and trials are capped; with 3 the heavy tail is not waited for."""
    readings = ["1.000 mm", "1.004 mm", "1.002 mm", "1.003 mm"][:count]
    found = evaluate(read_model(adaptive({"readings": readings}, INPUTS["normal"]))).outputs["y"].monte_carlo
    assert (found.standard_uncertainty is not None) == has_u
    assert found.trials <= (16 * BLOCK if not has_u else 20_000_000)
    assert (found.reason is None) == (has_u and found.stabilised)
    assert abs(found.estimate - 2 * 1002 + 1000) < 5


def test_without_a_mean_the_median_stands():
    """Trials with one degree of freedom have no mean: the estimate is their median, near the first order's."""
    model = adaptive({"readings": ["1.000 mm", "1.002 mm"]}, {"value": "0 mm"}, seed=4)
    result = evaluate(read_model(model)).outputs["z"]
    assert result.monte_carlo.estimate == pytest.approx(result.estimate, abs=0.02 * result.standard_uncertainty)


@pytest.mark.parametrize("trials", [1000, "adaptive"])
def test_an_exact_result_is_exact_in_the_trials(trials):
    """Without an uncertain input the trials have no spread at all, there is no tolerance, and nothing to validate."""
    model = read_model({"model": {"y": "2 * pi"}, "outputs": {"y": {"unit": "1"}}})
    found = evaluate(model, trials=trials).outputs["y"].monte_carlo
    assert (found.standard_uncertainty, found.numerical_tolerance, found.validates_gum) == (0.0, None, None)
    assert found.coverage_interval == (2 * math.pi, 2 * math.pi)
    assert trials == 1000 or found.stabilised


def test_a_large_number_of_trials_needs_no_more_memory():
    """Ten times as many trials take no more memory: nothing but averages of blocks is kept."""
    model = read_model(linear(INPUTS["normal"], INPUTS["rectangular"]))
    peaks = []
    for trials in (200_000, 2_000_000):
        tracemalloc.start()
        evaluate(model, trials=trials, threads=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] < 20e6


def test_two_readings_have_no_standard_deviation_in_the_trials():
    """With two or three readings Monte Carlo gives no u, says why, and proposes the remedy."""
    model = linear({"readings": ["1.000 mm", "1.002 mm"]}, INPUTS["normal"])
    result = evaluate(read_model(model)).outputs["y"]
    assert result.monte_carlo.standard_uncertainty is None
    assert "pooled" in result.to_json()["monte_carlo"]["reason"]
    assert result.standard_uncertainty > 0


def test_trials_outside_the_domain_are_refused():
    """A square root of trials below zero is refused with the remedy, never dropped silently."""
    model = {
        "model": {"y": "sqrt(a)"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": {"a": {"value": "1", "standard_uncertainty": "0.5"}},
    }
    with pytest.raises(InvalidModel, match="outside the domain"):
        evaluate(read_model(model))
    assert evaluate(read_model(model), monte_carlo=False).outputs["y"].standard_uncertainty == 0.25


def test_a_correlation_that_two_distributions_cannot_have_is_refused():
    """An exponential and a rectangular input cannot be correlated by 0.95, and the message says how far they can."""
    with pytest.raises(InvalidModel, match=r"0\.866 at most"):
        evaluate(read_model(linear(INPUTS["exponential"], INPUTS["rectangular"], 0.95)))
