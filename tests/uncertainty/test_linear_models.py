"""On linear models every way agrees: first order, trials, other units, another order, causes in one piece or two."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.uncertainty.test_against_gtc import coefficients, spreads, tables
from uncertainty.coverage import factor_from_t
from uncertainty.evaluation import Evaluation, evaluate
from uncertainty.measurement_model import MeasurementModel
from uncertainty.model_file import read_model
from uncertainty.sampling import Sampler

TRIALS = 60_000
KINDS = {
    "normal": {"standard_uncertainty": "{u}"},
    "t": {"standard_uncertainty": "{u}", "dof": 9},
    "normal with dof": {"standard_uncertainty": "{u}", "dof": 9, "distribution": "normal"},
    "expanded": {"expanded_uncertainty": "{u}", "coverage_factor": 2},
    "expanded with p": {"expanded_uncertainty": "{u}", "coverage_probability": 0.99, "dof": 12},
    "relative": {"relative_standard_uncertainty": "3 %"},
    "rectangular": {"half_width": "{u}", "distribution": "rectangular"},
    "triangular": {"half_width": "{u}", "distribution": "triangular"},
    "u_shaped": {"half_width": "{u}", "distribution": "u_shaped"},
    "trapezoidal": {"half_width": "{u}", "distribution": "trapezoidal", "shape": "0.3"},
    "curvilinear": {"half_width": "{u}", "distribution": "curvilinear_trapezoidal", "inexactness": "{tenth}"},
    "exponential": {"distribution": "exponential"},
    "lognormal": {"distribution": "lognormal", "standard_uncertainty": "{u}"},
    "specification": {"specification": {"relative": "1 %", "of_range": "2 %", "range": "10", "plus": "{u}"}},
    "specified with p": {"specification": {"plus": "{u}", "coverage_probability": 0.95}},
    "several causes": {
        "contributions": [
            {"name": "one", "standard_uncertainty": "{u}"},
            {"name": "two", "half_width": "{tenth}", "distribution": "u_shaped"},
            {"name": "three", "expanded_uncertainty": "{u}", "coverage_factor": 3, "dof": 30},
        ]
    },
    "readings": {"readings": ["{u}", "-0.2", "0.1", "0.4", "-0.9", "0.3", "1.1", "0.7", "-0.3", "0.2"]},
    "pooled": {"readings": ["1.0", "2.0"], "pooled_standard_deviation": "{u}", "pooled_dof": 20},
    "steady": {"readings": ["4.5", "4.5"], "type_a": "none", "reason": "steady"},
    "counts": {"counts": 6},
}
VALUELESS = {"readings", "pooled", "steady", "counts"}


def described(kind: str, u: float) -> dict:
    """An input of a kind with a value of 5 and a spread that goes with u."""

    def filled(given: object) -> object:
        if isinstance(given, str):
            return given.replace("{u}", repr(u)).replace("{tenth}", repr(u / 10))
        if isinstance(given, dict):
            return {key: filled(value) for key, value in given.items()}
        return [filled(one) for one in given] if isinstance(given, list) else given

    found = filled(KINDS[kind])
    assert isinstance(found, dict)
    return found if kind in VALUELESS else {"value": "5", **found}


@st.composite
def models(draw: st.DrawFn) -> dict:
    """Two linear outputs of inputs of many kinds: independent, read together, shared, with a stated correlation."""
    inputs = {
        f"x{number}": described(kind, draw(spreads))
        for number, kind in enumerate(draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=4)))
    }
    inputs |= {name: {"observed": name.upper(), "in": "rows"} for name in "abc"}
    inputs |= {name: {**described("rectangular", draw(spreads)), "shared": "S"} for name in ("s", "t")}
    inputs |= {name: described(draw(st.sampled_from(["normal", "rectangular"])), draw(spreads)) for name in ("p", "q")}
    rows = draw(tables())
    rows += [[one + two / 3 for one, two in zip(rows[0], row, strict=True)] for row in rows] * 2
    return {
        "model": {
            output: " + ".join(f"({draw(coefficients)}) * {name}" for name in draw(st.permutations(sorted(inputs))))
            for output in ("y", "z")
        },
        "outputs": {output: {"unit": "1"} for output in ("y", "z")},
        "readings": {"rows": {"columns": ["A", "B", "C"], "rows": [[f"{n:.3f}" for n in row] for row in rows]}},
        "inputs": inputs,
        "correlations": [{"between": ["p", "q"], "r": draw(st.integers(-9, 9)) / 10}],
    }


def wider(model: MeasurementModel) -> np.ndarray:
    """The covariance of the inputs in the trials: that of the first order, but t has a variance beyond its scale."""
    spread = np.array([quantity.standard_uncertainty for quantity in model.inputs])
    matrix = model.correlation.matrix * np.outer(spread, spread)
    together = {one for group in model.correlation.tables.values() for one in group.members}
    for place, quantity in enumerate(model.inputs):
        for component in quantity.components:
            if component.distribution.name == "t" and place not in together:
                nu = component.distribution.shape
                matrix[place, place] += component.standard_uncertainty**2 * 2 / (nu - 2)
    for group in model.correlation.tables.values():
        nu = model.inputs[group.members[0]].dof
        matrix[np.ix_(group.members, group.members)] *= nu / (nu - 2)
    return matrix


@settings(max_examples=40)
@given(models())
def test_trials_have_the_moments_of_the_first_order(source):
    """Estimate, u and correlation of two outputs are the same in first order and in the trials, for every input."""
    model = read_model(source)
    first = evaluate(model, monte_carlo=False)
    drawn = Sampler(model).draw(np.random.default_rng(1), TRIALS)
    values = model.program.values(drawn)
    trials = np.array([np.broadcast_to(values[model.program.slots[name]], TRIALS) for name in first.outputs])
    sensitivities = np.array(
        [[row.sensitivity for row in result.budget if row.kind == "input"] for result in first.outputs.values()]
    )
    expected = sensitivities @ wider(model) @ sensitivities.T
    spread = np.sqrt(np.diag(expected))
    estimates = np.array([result.estimate for result in first.outputs.values()])
    assert np.all(np.abs(trials.mean(axis=1) - estimates) < 6 * spread / math.sqrt(TRIALS))
    assert np.cov(trials) / np.outer(spread, spread) == pytest.approx(expected / np.outer(spread, spread), abs=0.06)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_input_alone(kind):
    """An input of each kind has in the trials the estimate and the variance that the first order says."""
    model = read_model({"model": {"y": "x"}, "outputs": {"y": {"unit": "1"}}, "inputs": {"x": described(kind, 0.7)}})
    (drawn,) = Sampler(model).draw(np.random.default_rng(2), 200_000)
    drawn, wanted = np.broadcast_to(drawn, 200_000), math.sqrt(float(wider(model)[0, 0]))
    assert float(drawn.mean()) == pytest.approx(model.inputs[0].estimate, abs=6 * wanted / math.sqrt(200_000) + 1e-12)
    assert float(drawn.std()) == pytest.approx(wanted, rel=0.02, abs=1e-12)


@settings(max_examples=10)
@given(tables(), st.lists(coefficients, min_size=3, max_size=3))
def test_the_degrees_of_freedom_of_rows_are_those_of_the_trials(rows, factors):
    """A combination of quantities read together is t with the degrees of freedom of the rows, in both ways."""
    source = {
        "model": {"y": " + ".join(f"({one}) * {name}" for one, name in zip(factors, "abc", strict=True))},
        "outputs": {"y": {"unit": "1"}},
        "readings": {"rows": {"columns": ["A", "B", "C"], "rows": [[str(n) for n in row] for row in rows]}},
        "inputs": {name: {"observed": name.upper(), "in": "rows"} for name in "abc"},
        "evaluation": {"coverage_factor": "t"},
    }
    model = read_model(source)
    result = evaluate(model, monte_carlo=False).outputs["y"]
    assert result.effective_dof == pytest.approx(len(rows) - 1)
    values = model.program.values(Sampler(model).draw(np.random.default_rng(3), TRIALS))
    trials = np.sort(np.abs(np.asarray(values[model.program.slots["y"]]) - result.estimate))
    factor = factor_from_t(0.95, len(rows) - 1)
    assert trials[int(0.95 * TRIALS)] == pytest.approx(factor * result.standard_uncertainty, rel=0.04)


def rescaled(source: dict, factor: int) -> dict:
    """The same model with every quantity in a unit that is `factor` times smaller, where numbers are texts of ohms."""

    def text(given: object) -> object:
        if isinstance(given, str) and given.endswith(" ohm"):
            number = Fraction(given.removesuffix(" ohm")) * factor
            return f"{float(number)!r} mohm" if factor == 1000 else given
        if isinstance(given, dict):
            return {key: text(value) for key, value in given.items()}
        return [text(one) for one in given] if isinstance(given, list) else given

    found = text({key: source[key] for key in ("inputs", "correlations")})
    assert isinstance(found, dict)
    return {**source, **found}


@st.composite
def resistances(draw: st.DrawFn) -> dict:
    """A product and a sum of resistances: one pair shares an influence, one has a stated correlation."""
    inputs: dict = {}
    for name in ("a", "b", "c", "d", "e"):
        inputs[name] = {"value": f"{draw(st.integers(60, 99))} ohm", "standard_uncertainty": f"{draw(spreads)} ohm"}
    for name in ("a", "b"):
        inputs[name] |= {"shared": "S", "dof": 8}
    return {
        "model": {"y": "a * b / (c + d) + e", "z": "a - b + c - d"},
        "outputs": {"y": {"unit": "ohm"}, "z": {"unit": "ohm"}},
        "inputs": inputs,
        "correlations": [{"between": ["c", "d"], "r": draw(st.integers(-9, 9)) / 10}],
        "evaluation": {"order": draw(st.integers(1, 2)), "coverage_factor": "t"},
    }


def assert_equal(one: Evaluation, other: Evaluation) -> None:
    """Two evaluations give the same numbers within rounding."""
    assert one.correlations == pytest.approx(other.correlations, abs=1e-11)
    for name, result in one.outputs.items():
        same = other.outputs[name]
        for key in ("estimate", "standard_uncertainty", "effective_dof", "expanded_uncertainty"):
            assert getattr(result, key) == pytest.approx(getattr(same, key), rel=1e-11, abs=1e-12), key


@settings(max_examples=60)
@given(resistances(), st.randoms(use_true_random=False))
def test_units_order_and_splitting_change_nothing(source, random):
    """With shared influences, stated correlations and second order: other units, order or split causes are the same."""
    plain = evaluate(read_model(source), monte_carlo=False)
    assert_equal(plain, evaluate(read_model(rescaled(source, 1000)), monte_carlo=False))
    names = list(source["inputs"])
    random.shuffle(names)
    assert_equal(
        plain, evaluate(read_model({**source, "inputs": {n: source["inputs"][n] for n in names}}), monte_carlo=False)
    )
    e, a = source["inputs"]["e"], source["inputs"]["a"]
    u, half = (float(one["standard_uncertainty"].removesuffix(" ohm")) for one in (e, a))
    causes = [{"name": n, "standard_uncertainty": f"{u / math.sqrt(2)!r} ohm"} for n in ("one", "two")]
    halves = [{"name": n, "standard_uncertainty": f"{half / 2!r} ohm", "shared": "S", "dof": 8} for n in ("one", "two")]
    split = {
        **source["inputs"],
        "e": {"value": e["value"], "contributions": causes},
        "a": {"value": a["value"], "contributions": halves},
    }
    assert_equal(plain, evaluate(read_model({**source, "inputs": split}), monte_carlo=False))
