"""Forms of an input that the format offers or refuses, beyond those of the reference examples."""

import math

import pytest

from uncertainty.errors import InvalidModel
from uncertainty.evaluation import OutputResult, evaluate
from uncertainty.model_file import read_model


def single(description: object, unit: str = "mm", **more: object) -> OutputResult:
    """The result of a model that is one input."""
    model = {"model": {"y": "x"}, "outputs": {"y": {"unit": unit}}, "inputs": {"x": description}, **more}
    return evaluate(read_model(model), monte_carlo=False).outputs["y"]


LENGTH = {"value": "5 mm"}
TABLE = {"r": {"unit": "V", "columns": [{"name": "a", "load": "S"}], "rows": [["1"], ["2"], ["3"]]}}


@pytest.mark.parametrize(
    ("description", "estimate", "u"),
    [
        ({"distribution": "gamma", "counts": "8"}, 9.0, 3.0),
        ({"counts": 8}, 9.0, 3.0),
        ({"value": 5}, 5.0, 0.0),
        ({"distribution": "rectangular", "half_width": "3"}, 0.0, math.sqrt(3)),
        ({"lower": "1", "upper": "3", "distribution": "u_shaped"}, 2.0, math.sqrt(0.5)),
        ({"value": "2", "lower": "1", "upper": "3", "distribution": "rectangular"}, 2.0, 1 / math.sqrt(3)),
        ({"value": "2", "distribution": "exponential"}, 2.0, 2.0),
        ({"value": "2", "distribution": "t", "standard_uncertainty": "1", "dof": 5}, 2.0, 1.0),
        ({"value": "2", "expanded_uncertainty": "1", "coverage_probability": "95 %", "dof": 4}, 2.0, 1 / 2.7764451),
        ({"readings": ["1", "2", "3"], "pooled_standard_deviation": "3", "pooled_dof": 7}, 2.0, math.sqrt(3)),
        (
            {"readings": ["1", "3"], "contributions": [{"half_width": "3", "distribution": "u_shaped"}]},
            2.0,
            math.sqrt(5.5),
        ),
        (
            {
                "value": "10",
                "specification": {
                    "relative": "12 ppm",
                    "of_range": "0.5 ppm",
                    "range": "10",
                    "plus": "2e-6",
                    "coverage_probability": 0.99,
                },
            },
            10.0,
            127e-6 / 2.5758293,
        ),
        ({"value": "10", "specification": {"relative": "12 ppm", "plus": "2e-6"}}, 10.0, 122e-6 / math.sqrt(3)),
        (
            {"value": "-10", "specification": {"relative": "1 %", "distribution": "triangular"}},
            -10.0,
            0.1 / math.sqrt(6),
        ),
        ({"value": "10", "specification": {"relative": "1 %", "coverage_factor": 2}}, 10.0, 0.05),
        (
            {"lower": "1", "upper": "3", "distribution": "curvilinear_trapezoidal", "inexactness": "0.5"},
            2.0,
            math.sqrt(1 / 3 + 0.25 / 9),
        ),
        ({"lower": "1", "upper": "3", "distribution": "trapezoidal", "shape": "0.5"}, 2.0, math.sqrt(1.25 / 6)),
        ({"lower": "0", "upper": "3", "mode": "0", "distribution": "triangular"}, 1.0, 3 / math.sqrt(18)),
        ({"value": "2", "standard_uncertainty": "0.5", "distribution": "lognormal"}, 2.0, 0.5),
        ({"value": "-4", "relative_standard_uncertainty": "3 ppm"}, -4.0, 12e-6),
        ({"readings": ["5", "5"], "type_a": "none", "reason": "steady"}, 5.0, 0.0),
        ({"value": "5", "contributions": [{"standard_uncertainty": "3"}, {"standard_uncertainty": "4"}]}, 5.0, 5.0),
    ],
)
def test_forms_of_an_input(description, estimate, u):
    """Every form gives the estimate and the standard uncertainty that a metrologist expects."""
    result = single(description, "1")
    assert (result.estimate, result.standard_uncertainty) == (pytest.approx(estimate), pytest.approx(u, rel=1e-7))


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ({}, "value is missing"),
        ({"value": "5 mm", "distribution": "t", "standard_uncertainty": "1 mm"}, "needs dof"),
        ({**LENGTH, "distribution": "trapezoidal", "standard_uncertainty": "1 mm"}, "lower and upper"),
        ({**LENGTH, "distribution": "curvilinear_trapezoidal", "half_width": "1 mm"}, "needs inexactness"),
        ({**LENGTH, "distribution": "triangular", "half_width": "1 mm", "mode": "5 mm"}, "half_width and mode"),
        ({**LENGTH, "distribution": "gamma", "counts": 5}, "counts alone"),
        ({**LENGTH, "relative_standard_uncertainty": "-1 %"}, "negative"),
        ({"value": "5 degC", "relative_standard_uncertainty": "1 %"}, "no meaning"),
        ({**LENGTH, "specification": {}}, "relative, of_range"),
        ({**LENGTH, "specification": {"relativ": "1 %", "plus": "1 mm"}}, 'did you mean "relative"'),
        ({**LENGTH, "specification": {"relative": "1 %", "range": "1 mm"}}, "stand together"),
        ({**LENGTH, "specification": {"relative": "-1 %"}}, "negative"),
        ({**LENGTH, "specification": {"plus": "1 mm", "distribution": "square"}}, "square"),
        ({**LENGTH, "specification": {"plus": "1 mm", "distribution": "normal"}}, "needs coverage_factor"),
        ({**LENGTH, "contributions": [{"name": "nothing"}]}, "contribution 1 states no"),
        ({**LENGTH, "contributions": "drift"}, "table of keys"),
        ({**LENGTH, "unit": "mm"}, "with the number"),
        ({**LENGTH, "symbol": 5}, "text in quotation marks"),
        ({"readings": ["1 mm", "2 mm"], "pooled_standard_deviation": "-1 mm"}, "negative"),
        ({"readings": ["1 mm", "2 mm"], "pooled_standard_deviation": "1 mm", "pooled_dof": 0}, "at least 1"),
        ({"readings": ["1 mm", "2 mK"]}, "does not fit"),
        ({"value": "5 mm 5"}, "not readable"),
        ({"value": "1234 567,1 mm"}, "not readable"),
        ({"value": "5" * 200}, "too long"),
    ],
)
def test_contradictory_inputs_are_refused(description, words):
    """What is missing, contradictory or negative is refused, naming the input."""
    with pytest.raises(InvalidModel, match=words) as refusal:
        single(description)
    assert "input x" in str(refusal.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"unit": "V", "columns": ["a"], "rows": []}, "rows are missing"),
        ({"units": ["V", "A"], "columns": ["a"], "rows": [["1"]]}, "each of the 1 columns"),
        ({"units": "V", "columns": ["a"], "rows": [["1"]]}, "each of the 1 columns"),
        ({"unit": "V", "columns": 5, "rows": [["1"]]}, "columns are missing"),
        ({"unit": "V", "column": ["a"], "rows": [["1"]]}, 'did you mean "columns"'),
        ({"unit": "V", "columns": ["a"], "rows": [["1"], [None]]}, "row 2, column a"),
    ],
)
def test_broken_readings_tables_are_refused(table, words):
    """A table names its row and column, and what is missing."""
    with pytest.raises(InvalidModel, match=words):
        single({"observed": "a", "in": "r"}, "V", readings={"r": table})


def test_the_unit_of_what_was_observed():
    """An observed result has the unit of a column, of the input, a named unit, or base units, in that order."""
    table = {"r": {"units": ["V", "mA"], "columns": ["v", "i"], "rows": [["1", "2"], ["2", "3"], ["3", "4.1"]]}}

    def unit_of(text: str, result: str, **more: str) -> str:
        return str(single({"observed": text, "in": "r", **more}, result, readings=table).budget[0].unit)

    assert unit_of("2 * v", "mV") == "V"
    assert unit_of("v / i", "ohm") == "ohm"
    assert unit_of("v / i", "ohm", unit="kohm") == "kohm"
    assert unit_of("v * v * v", "V^3") == "m^6*kg^3/(s^9*A^3)"
    with pytest.raises(InvalidModel, match="observed expression"):
        unit_of("v", "V", unit="A")
    temperatures = {"r": {"unit": "degC", "columns": ["a"], "rows": [["20.1"], ["20.3"]]}}
    point = single({"observed": "a", "in": "r"}, "degC", readings=temperatures)
    difference = single({"observed": "a", "in": "r", "kind": "difference"}, "K", readings=temperatures)
    assert point.estimate == pytest.approx(20.2) == difference.estimate


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"model": 5, "outputs": {}}, "table of keys"),
        ({"model": {}, "outputs": {"y": {"unit": "1"}}}, r"\[model\] is missing"),
        ({"model": {"y": "x"}, "outputs": {"y": 5}, "inputs": {"x": {"value": "1"}}}, "table of keys"),
        (
            {"model": {"y": "x"}, "outputs": {"y": {"unit": "1", "knd": "value"}}, "inputs": {"x": {"value": "1"}}},
            'did you mean "kind"',
        ),
        (
            {"model": {"y": "z", "z": "x"}, "outputs": {"y": {"unit": "1"}}, "inputs": {"x": {"value": "1"}}},
            "defined further down",
        ),
        (
            {
                "model": {"y": "x"},
                "outputs": {"y": {"unit": "1"}},
                "inputs": {f"x{n}": {"value": "1"} for n in range(501)},
            },
            "at most 500",
        ),
        (
            {
                "model": {"y": "x"},
                "outputs": {"y": {"unit": "1"}},
                "inputs": {"x": {"value": "1"}},
                "report": {"digits": 3},
            },
            "1 or 2",
        ),
        (
            {"model": {"y": "x"}, "outputs": {"y": {"unit": "1"}}, "inputs": {"x": {"value": "1"}}, "correlations": 5},
            "between",
        ),
        (
            {
                "model": {"y": "x"},
                "outputs": {"y": {"unit": "1"}},
                "inputs": {"x": {"value": "1"}},
                "correlations": [{"r": 1, "q": 2}],
            },
            "between",
        ),
        (
            {
                "model": {"y": "x"},
                "outputs": {"y": {"unit": "1"}},
                "inputs": {"x": {"value": "1"}},
                "evaluation": {"coverage_factor": -2},
            },
            "not greater",
        ),
    ],
)
def test_broken_structures_are_refused(model, words):
    """Tables that are none, names in the wrong order and values out of range are refused."""
    with pytest.raises(InvalidModel, match=words):
        read_model(model)


def test_a_text_that_is_too_long_is_refused():
    """Two million characters are not a measurement model."""
    with pytest.raises(InvalidModel, match="too long"):
        read_model("#" * 2_000_001)


@pytest.mark.parametrize(
    ("intermediate", "words"),
    [
        ({"numeric": {"x": "mm"}}, "needs numeric"),
        ({"numeric": 5, "unit": "1"}, "needs numeric"),
        ({"numeric": {"x": "mg"}, "unit": "1"}, "does not fit"),
        ({"numerics": {}}, 'did you mean "numeric"'),
    ],
)
def test_broken_numerical_value_equations_are_refused(intermediate, words):
    """An equation between numbers names a unit for all that enters and for what leaves."""
    model = {"model": {"z": "2 * x", "y": "z"}, "outputs": {"y": {"unit": "1"}}, "inputs": {"x": LENGTH}}
    with pytest.raises(InvalidModel, match=words):
        read_model({**model, "intermediates": {"z": intermediate}})
    labelled = {
        **model,
        "outputs": {"y": {"unit": "mm"}},
        "intermediates": {"z": {"label": {"vi": "hai", "en": "two"}}},
    }
    assert evaluate(read_model(labelled), monte_carlo=False).outputs["y"].estimate == 10.0


def test_levels_in_dbm_and_fahrenheit_are_simulated_on_their_scale():
    """A result that is a point on a scale comes back from the trials on that scale."""
    model = {
        "model": {"y": "x"},
        "outputs": {"y": {"unit": "degF"}},
        "inputs": {"x": {"value": "20 degC", "standard_uncertainty": "0.1 K"}},
    }
    result = evaluate(read_model(model), trials=20_000).outputs["y"]
    assert result.estimate == pytest.approx(68.0)
    assert result.monte_carlo.estimate == pytest.approx(68.0, abs=0.01)
    assert result.standard_uncertainty == pytest.approx(0.18)
