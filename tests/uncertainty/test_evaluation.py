"""Evaluations: the answer of `lims evaluate --json`, the basis of coverage, invariances."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uncertainty.data_folder import data_folder
from uncertainty.errors import InvalidInput
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.report_text import budget_head, budget_rows, result_lines

REFERENCE = data_folder() / "reference"
OUTPUT_KEYS = {
    "unit", "kind", "estimate", "standard_uncertainty", "effective_dof", "coverage_probability", "coverage_factor",
    "coverage_basis", "coverage_reason",
    "expanded_uncertainty", "coverage_interval", "reported", "first_order", "second_order", "warnings", "budget",
    "monte_carlo",
}  # fmt: skip
ROW_KEYS = {
    "kind", "input", "estimate", "unit", "standard_uncertainty", "distribution", "dof", "sensitivity",
    "sensitivity_unit", "contribution", "contribution_unit", "share", "evaluation_type",
}  # fmt: skip
MONTE_CARLO_KEYS = {
    "estimate", "standard_uncertainty", "coverage_interval", "shortest_interval", "trials", "stabilised",
    "numerical_tolerance", "validates_gum", "d_low", "d_high",
}  # fmt: skip
CALIPER = (REFERENCE / "ea-4-02-s10.toml").read_text(encoding="utf-8")


def test_both_sets_of_figures_are_kept_where_the_distribution_gives_the_result():
    """The law of propagation keeps its estimate, u, k from t and U beside those of the trials (EA-4/02, S10)."""
    result = evaluate(read_model(CALIPER)).outputs["E_X"]
    assert result.coverage_basis == "distribution"
    assert result.coverage_factor == pytest.approx(1.83, abs=0.01)
    assert result.first_order.coverage_factor == pytest.approx(1.96, abs=1e-3)
    assert result.first_order.standard_uncertainty == pytest.approx(0.0323, abs=1e-4)
    assert result.first_order.expanded_uncertainty == pytest.approx(
        result.first_order.coverage_factor * result.first_order.standard_uncertainty
    )


def test_the_json_has_the_written_form():
    """Names and nesting are those of the documented format; infinite degrees of freedom are null."""
    found = json.loads(json.dumps(evaluate(read_model(CALIPER)).to_json(), allow_nan=False))
    assert found.keys() == {"title", "outputs", "correlations"}
    result = found["outputs"]["E_X"]
    assert result.keys() == OUTPUT_KEYS
    assert all(row.keys() == ROW_KEYS for row in result["budget"])
    assert result["monte_carlo"].keys() == MONTE_CARLO_KEYS
    assert result["effective_dof"] is None
    assert result["monte_carlo"]["stabilised"] is False
    assert found["correlations"] == {"outputs": ["E_X"], "matrix": [[1.0]]}


def test_two_rectangular_contributions_give_their_own_coverage_factor():
    """The caliper of EA-4/02 S10 has k = 1.83 from the distribution of its result, and says why."""
    result = evaluate(read_model(CALIPER)).outputs["E_X"]
    assert (result.coverage_basis, round(result.coverage_factor, 2)) == ("distribution", 1.83)
    assert "Two contributions" in result.coverage_reason.text("en")
    assert result.reported == "E_X = (+0,100 ± 0,059) mm"
    first = evaluate(read_model(CALIPER), monte_carlo=False).outputs["E_X"]
    assert (first.coverage_basis, first.monte_carlo) == ("t", None)
    assert first.coverage_factor == pytest.approx(1.96, abs=0.001)
    assert "not computed" in first.coverage_reason.text("en")


SIMPLE = {"model": {"y": "a + b"}, "outputs": {"y": {"unit": "mV"}}, "inputs": {
    "a": {"value": "5 mV", "standard_uncertainty": "3 uV", "dof": 4},
    "b": {"value": "2 mV", "standard_uncertainty": "4 uV"},
}}  # fmt: skip


def result_of(evaluation: dict, **settings_: object):
    """The result of the simple model under other settings."""
    return evaluate(read_model({**SIMPLE, "evaluation": evaluation}), **settings_).outputs["y"]


def test_a_stated_coverage_factor_is_taken():
    """k = 2 gives U = 2 u; without a stated probability the report says which one that is."""
    result = result_of({"coverage_factor": 2}, monte_carlo=False)
    assert result.expanded_uncertainty == pytest.approx(0.010)
    assert result.coverage_basis == "stated"
    assert result.coverage_probability == pytest.approx(0.9454, abs=1e-4)
    assert (
        result_of({"coverage_factor": 2, "coverage_probability": 0.95}, monte_carlo=False).coverage_probability == 0.95
    )


def test_t_has_truncated_degrees_of_freedom_and_the_json_the_whole_ones():
    """Effective degrees of freedom are reported untruncated."""
    result = result_of({"coverage_factor": "t", "coverage_probability": 0.95}, monte_carlo=False)
    assert result.effective_dof == pytest.approx(5**4 / (3**4 / 4))
    assert result.coverage_factor == pytest.approx(2.0423, abs=1e-4)


def test_the_basis_distribution_always_simulates():
    """A model that asks for the distribution of its result gets it, also where Monte Carlo is otherwise left out."""
    result = result_of({"coverage_factor": "distribution", "monte_carlo": False})
    assert result.coverage_basis == "distribution"
    assert result.estimate == result.monte_carlo.estimate


def test_an_asymmetric_result_is_reported_with_its_interval():
    """Where the halves of the interval differ by more than 5 % of U, the two ends are given."""
    model = {
        "model": {"y": "a**2"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": {"a": {"value": "0.01", "standard_uncertainty": "0.005"}},
        "evaluation": {"coverage_factor": "distribution"},
    }
    reported = evaluate(read_model(model)).outputs["y"].reported
    assert "[" in reported and "±" not in reported


@pytest.mark.parametrize("trials", [0, 999, 100_000_001])
def test_trials_out_of_range_are_refused(trials):
    """Too few trials say nothing, too many would take the memory."""
    with pytest.raises(InvalidInput, match="1000"):
        evaluate(read_model(SIMPLE), trials=trials)


def test_influences_are_kept_with_the_result():
    """Each evaluation names the unknowns behind it; u times sensitivity is the contribution."""
    model = {**SIMPLE, "inputs": {**SIMPLE["inputs"], "a": {**SIMPLE["inputs"]["a"], "shared": "voltmeter 7"}}}
    evaluation = evaluate(read_model(model), monte_carlo=False)
    shared, own = evaluation.influences
    assert (shared.id, shared.shared, own.id, own.shared) == ("voltmeter 7", True, "b", False)
    assert shared.standard_uncertainty * shared.sensitivity["y"] == pytest.approx(0.003)
    assert (shared.dof, own.dof) == (4.0, math.inf)
    assert len(evaluation.model_hash) == 64


factors = st.floats(-10, 10).filter(lambda value: abs(value) > 0.01)
uncertainties = st.floats(0.001, 100)


def close(one: float, other: float) -> bool:
    """Whether two numbers differ by rounding only (N3)."""
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-300)


def product_model(values: list[tuple[float, float]], unit: str, scale: float, order: list[int], split: bool) -> dict:
    """y = sum of squares and products, with inputs in a unit, in some order, and the first perhaps in two halves."""
    inputs = {}
    for index in order:
        value, u = values[index]
        text = {"value": f"{value * scale!r} {unit}", "standard_uncertainty": f"{u * scale!r} {unit}"}
        if split and index == 0:
            half = f"{u * scale / math.sqrt(2)!r} {unit}"
            causes = [{"name": name, "standard_uncertainty": half} for name in ("one", "other")]
            text = {"value": text["value"], "contributions": causes}
        inputs[f"x{index}"] = text
    equation = " + ".join(f"x{index} * x{(index + 1) % len(values)}" for index in range(len(values)))
    return {"model": {"y": equation}, "outputs": {"y": {"unit": "mm^2"}}, "inputs": inputs}


@settings(max_examples=150)
@given(
    st.lists(st.tuples(factors, uncertainties), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
    st.booleans(),
)
def test_neither_units_nor_order_nor_splitting_change_a_result(values, random, split):
    """Metres or millimetres, any order of inputs, one cause or two halves of it: the same result (N3)."""
    order = list(range(len(values)))
    plain = evaluate(read_model(product_model(values, "mm", 1.0, order, False)), monte_carlo=False).outputs["y"]
    random.shuffle(order)
    other = evaluate(read_model(product_model(values, "um", 1024.0, order, split)), monte_carlo=False).outputs["y"]
    assert close(other.standard_uncertainty * 1e6 / 1024**2, plain.standard_uncertainty)
    shares = {row.input: row.share for row in plain.budget}
    assert all(math.isclose(row.share, shares[row.input], rel_tol=1e-11, abs_tol=1e-15) for row in other.budget)


def test_budget_and_result_as_text():
    """The rows of the command line are in the language asked for and have one column per head."""
    model = read_model((REFERENCE / "gum-h2.toml").read_text(encoding="utf-8"))
    result = evaluate(model, trials=100_000).outputs["R"]
    for language, mark in (("vi", "0,0711 Ω"), ("en", "0.0711 Ω")):
        rows = budget_rows(result, language, model)
        assert {len(row) for row in rows} == {len(budget_head(language))}
        assert any(text == mark for _, text in result_lines(result, language))
    assert rows[3][0] == "Covariance of V, I"


def test_the_core_is_light_to_import():
    """Neither scipy.stats nor sympy nor a plotting library is loaded by an evaluation."""
    code = (
        "import sys; from uncertainty.model_file import read_model; from uncertainty.evaluation import evaluate;"
        f"evaluate(read_model(open({str(REFERENCE / 'gum-h1.toml')!r}).read()));"
        "print([name for name in ('scipy.stats', 'sympy', 'matplotlib') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_a_stated_factor_without_limited_degrees_of_freedom():
    """k = 2 of a normal distribution has the probability 95.45 %."""
    model = {**SIMPLE, "inputs": {name: {**one} for name, one in SIMPLE["inputs"].items()}}
    del model["inputs"]["a"]["dof"]
    result = evaluate(read_model({**model, "evaluation": {"coverage_factor": 2}}), monte_carlo=False).outputs["y"]
    assert result.coverage_probability == pytest.approx(0.9545, abs=1e-5)


def test_the_text_of_a_result_without_standard_deviation_in_the_trials():
    """The note of two readings, a first order without trials, exact and very small numbers are all printed."""
    model = {
        "model": {"y": "a * b"},
        "outputs": {"y": {"unit": "F"}},
        "inputs": {
            "a": {"readings": ["1.000000e-12 F", "1.000002e-12 F"], "label": {"vi": "điện dung", "en": "capacitance"}},
            "b": {"value": "1.5"},
        },
    }
    read = read_model(model)
    result = evaluate(read).outputs["y"]
    assert any("pooled" in text for _, text in result_lines(result, "en"))
    assert budget_rows(result, "en", read)[0][:3] == ("capacitance", "1.000 001 000·10⁻¹² F", "1.00·10⁻¹⁸ F")
    assert budget_rows(result, "vi")[1][1:4] == ("1,5", "", "chính xác")
    assert result.reported.startswith("y = (1,500") and "·10⁻¹² F" in result.reported
    first = evaluate(read, monte_carlo=False)
    assert len(result_lines(first.outputs["y"], "vi")) == 6
    assert first.to_json()["outputs"]["y"]["monte_carlo"] is None
