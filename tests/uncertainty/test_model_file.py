"""Model files: what is read, and what is refused with its place, line and remedy."""

import re

import pytest

from uncertainty.errors import InvalidModel, Stated
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model

WEIGHT = """\
title = "Calibration of a weight of nominal value 10 kg"
source = "EA-4/02 M:2022, S2"
[model]
m_X = "m_S + dm_D + dm"
[outputs.m_X]
unit = "g"
kind = "value"
label = { vi = "Khối lượng quy ước", en = "Conventional mass" }
symbol = "mX"
[inputs.m_S]
value = "10000.005 g"
expanded_uncertainty = "45 mg"
coverage_factor = 2
[inputs.dm_D]
value = "0 mg"
distribution = "rectangular"
half_width = "15 mg"
[readings.weighing]
unit = "mg"
columns = ["A1", "B1", "B2", "A2"]
rows = [
    ["0", "10", "10", "0"],
    ["0", "30", "30", "0"],
    ["0", "20", "20", "0"],
]
[inputs.dm]
observed = "(B1 + B2 - A1 - A2) / 2"
in = "weighing"
pooled_standard_deviation = "25 mg"
[[correlations]]
between = ["m_S", "dm_D"]
r = 0.0
[evaluation]
coverage_probability = 0.9545
"""

# What is changed, into what, how the line begins that is named, and words of the sentence.
REFUSED = [
    ('unit = "g"', 'unit = "kelvn"', 'unit = "kelvn"', 'output m_X: unit "kelvn" is not known; did you mean "kelvin"?'),
    ('unit = "g"', 'unit = "m"', 'unit = "m"', "the equation is in kg"),
    ('unit = "g"\n', "", "[outputs.m_X]", "unit is missing"),
    ('kind = "value"', 'kind = "error"', 'kind = "error"', "measurement_error"),
    ("[outputs.m_X]", "[outputs.m_Y]", "[outputs.m_Y]", 'did you mean "m_X"'),
    ("m_S + dm_D", "m_S + dm_E", 'm_X = "m_S + dm_E + dm"', 'nothing defines "dm_E"; did you mean "dm_D"'),
    ("m_S + dm_D", "m_S", "[inputs.dm_D]", "no output uses this input"),
    ("m_S + dm_D", "m_S * dm_D", 'm_X = "m_S * dm_D + dm"', "cannot be added"),
    ("m_S + dm_D", "sqrt(m_S - m_S - m_S) + dm_D", 'm_X = "sqrt(m_S - m_S - m_S) + dm_D + dm', "cannot be added"),
    ("m_S + dm_D", "m_S + 1.2 + dm_D", 'm_X = "m_S + 1.2 + dm_D + dm"', "must be an input of its own"),
    ("m_S + dm_D", "m_S.real + dm_D", 'm_X = "m_S.real + dm_D + dm"', '"." is not accepted'),
    ("m_X = ", "lambda = ", 'lambda = "m_S + dm_D + dm"', "reserved"),
    ("m_X = ", "_m = ", '_m = "m_S + dm_D + dm"', "begin with a letter"),
    ('m_X = "m_S + dm_D + dm"', "m_X = 3", "m_X = 3", "text in quotation marks"),
    ("[inputs.m_S]", "[inputs.m_X]", "[inputs.m_X]", "stands for an equation and for an input"),
    ("[inputs.m_S]", "[inputs.pi]", "[inputs.pi]", "a function or a constant"),
    ('"45 mg"', '"-45 mg"', 'expanded_uncertainty = "-45 mg"', "negative"),
    ('"45 mg"', '"45 mK"', 'expanded_uncertainty = "45 mK"', '"mK" does not fit'),
    ("coverage_factor = 2\n", "", "[inputs.m_S]", "needs coverage_factor or coverage_probability"),
    ("coverage_factor = 2\n", "coverage_factor = 0\n", "coverage_factor = 0", "not greater than zero"),
    ("coverage_factor = 2\n", "coverage_probability = 95\n", "coverage_probability = 95", "not between 0 and 1"),
    ("coverage_factor = 2\n", "coverage_factor = 2\ndof = 0\n", "dof = 0", "at least 1"),
    ("coverage_factor = 2\n", 'coverage_factor = 2\nstandard_uncertainty = "1 g"\n', "[inputs.m_S]", "twice"),
    ("half_width", "half_widht", 'half_widht = "15 mg"', 'did you mean "half_width"'),
    ('"rectangular"', '"rectangle"', 'distribution = "rectangle"', 'did you mean "rectangular"'),
    ('"rectangular"', '"normal"', 'distribution = "normal"', "symmetric distribution"),
    ('"rectangular"', '"trapezoidal"', 'distribution = "trapezoidal"', "needs shape"),
    ('half_width = "15 mg"', 'lower = "15 mg"', 'lower = "15 mg"', "lower stands alone"),
    ('half_width = "15 mg"', 'lower = "5 mg"\nupper = "-5 mg"', 'lower = "5 mg"', "above the upper"),
    ('half_width = "15 mg"', 'lower = "1 mg"\nupper = "5 mg"', 'value = "0 mg"', "not the mean"),
    ('half_width = "15 mg"\n', "", 'distribution = "rectangular"', "without an uncertainty"),
    ('value = "10000.005 g"', 'value = "1_0 g"', 'value = "1_0 g"', "underscore"),
    ('value = "10000.005 g"', 'value = "1,000.005 g"', 'value = "1,000.005 g"', "one comma or point"),
    ('value = "10000.005 g"', 'value = "nan g"', 'value = "nan g"', "not a number"),
    ('value = "10000.005 g"', "value = true", "[inputs.m_S]", "not a number with a unit"),
    ('value = "10000.005 g"', 'readings = ["1 g", "2 g"]', 'expanded_uncertainty = "45 mg"', "beside readings"),
    ('value = "10000.005 g"', 'from_result = "a.json"', 'expanded_uncertainty = "45 mg"', "stands beside from_result"),
    ('value = "10000.005 g"', 'kind = "point"\nvalue = "1 g"', 'kind = "point"', 'only "difference"'),
    ('in = "weighing"', 'in = "wieghing"', 'in = "wieghing"', 'did you mean "weighing"'),
    ('in = "weighing"\n', "", "[inputs.dm]", "in is missing"),
    ("(B1 + B2 - A1 - A2) / 2", "B3", 'observed = "B3"', 'no column "B3"'),
    ("(B1 + B2 - A1 - A2) / 2", "B1 * B1 + A1", 'observed = "B1 * B1 + A1"', "cannot be added"),
    ('["0", "30", "30", "0"]', '["0", "30", "3O", "0"]', "rows = [", 'row 2, column B2: "3O" is not a number'),
    ('["0", "30", "30", "0"]', '["0", "30", "30"]', "rows = [", "row 2 does not have 4"),
    ('"A1", "B1"', '"A1", "A1"', 'columns = ["A1", "A1", "B2", "A2"]', "named twice"),
    (
        'pooled_standard_deviation = "25 mg"',
        'pooled_dof = "5"',
        'pooled_dof = "5"',
        "without pooled_standard_deviation",
    ),
    ('pooled_standard_deviation = "25 mg"', 'type_a = "none"', 'type_a = "none"', "with a reason"),
    (
        'pooled_standard_deviation = "25 mg"',
        'type_a = "none"\nreason = "steady"',
        'type_a = "none"',
        "differ from each other",
    ),
    ('["m_S", "dm_D"]', '["m_S", "dm_Q"]', "[[correlations]]", "nothing defines"),
    ('["m_S", "dm_D"]', '["m_S", "m_S"]', 'between = ["m_S", "m_S"]', "two different inputs"),
    ("r = 0.0", "r = 1.5", "r = 1.5", "not between -1 and 1"),
    ("0.9545", "95.45", "coverage_probability = 95.45", "not between 0 and 1"),
    ("[evaluation]", "[evaluation]\norder = 3", "order = 3", "order = 3 is not known"),
    ("[evaluation]", "[evaluation]\ntrials = 10", "trials = 10", "from 1000 to"),
    ("[evaluation]", "[evaluation]\nseed = -1", "seed = -1", "zero or greater"),
    ("[evaluation]", '[evaluation]\nmonte_carlo = "yes"', 'monte_carlo = "yes"', "true or false"),
    (
        "[evaluation]",
        '[evaluation]\ncoverage_factor = "normal"',
        'coverage_factor = "normal"',
        '"auto", "t", "distribution"',
    ),
    ("[evaluation]", "[evaluation]\ncoverge_factor = 2", "coverge_factor = 2", 'did you mean "coverage_factor"'),
    ("[evaluation]", "[evaluation", "[evaluation", "not readable as TOML"),
    ("title =", 'edition = "1"\ntitle =', 'edition = "1"', "belongs to a procedure"),
    ("title =", "titel =", 'titel = "Calibration of a weight of nomi', 'did you mean "title"'),
    ("[model]", "[intermediates.rho]\nnumeric = {}\n[model]", "[intermediates.rho]", "no equation has this name"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), REFUSED)
def test_a_mistake_is_refused_with_its_line_and_remedy(old, new, line, words):
    """Every refusal names the file, the line and the remedy, in both languages."""
    assert old in WEIGHT
    text = WEIGHT.replace(old, new, 1)
    with pytest.raises(InvalidModel) as refusal:
        read_model(text, name="weight.toml")
    said = refusal.value.text("en")
    named = re.match(r"weight.toml, line (\d+)[,:] ", said)
    assert named and text.splitlines()[int(named[1]) - 1].startswith(line)
    assert words in said
    assert refusal.value.text("vi").startswith(f"weight.toml, dòng {named[1]}")


def test_the_weight_of_ea_4_02_is_evaluated():
    """A model file gives the published result."""
    result = evaluate(read_model(WEIGHT)).outputs["m_X"]
    assert result.reported == "mX = (10 000,025 ± 0,056) g"
    assert [row.input for row in result.budget] == ["m_S", "dm_D", "dm"]


def test_a_mapping_is_read_like_a_text():
    """The laboratory hands over the same structure with texts; messages then name no line."""
    mapping = {
        "title": "t",
        "model": {"y": "a - b"},
        "outputs": {"y": {"unit": "mm"}},
        "inputs": {"a": {"value": "10,5 mm", "standard_uncertainty": "1 um"}, "b": {"value": "0.5 mm"}},
    }
    result = evaluate(read_model(mapping), monte_carlo=False).outputs["y"]
    assert (result.estimate, result.standard_uncertainty) == (10.0, 0.001)
    assert read_model(mapping) is read_model(mapping)
    broken = {**mapping, "inputs": {**mapping["inputs"], "c": {"value": "1 mm"}}}
    with pytest.raises(InvalidModel, match="procedure, input c: no output uses"):
        read_model(broken, name="procedure")


def test_impossible_correlations_are_refused():
    """A correlation matrix that is not positive semi-definite is refused."""
    inputs = {name: {"value": "0", "standard_uncertainty": "1"} for name in "abc"}
    pairs = [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]
    model = {
        "model": {"y": "a + b + c"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": inputs,
        "correlations": [{"between": [one, other], "r": r} for one, other, r in pairs],
    }
    with pytest.raises(InvalidModel, match="positive semi-definite"):
        read_model(model)


def test_a_correlation_that_rows_tell_is_not_stated_again():
    """Inputs observed together take their correlation from the rows."""
    rows = {"columns": ["p", "q"], "unit": "V", "rows": [["1", "2"], ["2", "4"], ["3", "5"]]}
    model = {
        "model": {"y": "a + b"},
        "outputs": {"y": {"unit": "V"}},
        "readings": {"r": rows},
        "inputs": {"a": {"observed": "p", "in": "r"}, "b": {"observed": "q", "in": "r"}},
        "correlations": [{"between": ["a", "b"], "r": 0.5}],
    }
    with pytest.raises(InvalidModel, match="comes from the rows"):
        read_model(model)


TEMPERATURE = {
    "model": {"t_X": "t_S + d_t"},
    "outputs": {"t_X": {"unit": "degC"}},
    "inputs": {
        "t_S": {"value": "20.1 degC", "contributions": [
            {"name": "sensor", "expanded_uncertainty": "0.02 degC", "coverage_factor": 2},
            {"name": "gradient", "distribution": "u_shaped", "half_width": "0.05 degC"},
        ]},
        "d_t": {"value": "0.03 degC", "kind": "difference"},
    },
}  # fmt: skip


def changed(model: dict, equation: str, unit: str = "degC") -> dict:
    """A temperature model with another equation and unit."""
    return {**model, "model": {"t_X": equation}, "outputs": {"t_X": {"unit": unit}}}


def test_a_point_and_a_difference_make_a_point():
    """20.1 degC and a difference of 0.03 degC make 20.13 degC; an uncertainty in degC is a difference."""
    result = evaluate(read_model(TEMPERATURE), monte_carlo=False).outputs["t_X"]
    assert result.estimate == pytest.approx(20.13, rel=1e-15)
    assert result.standard_uncertainty == pytest.approx((0.01**2 + 0.05**2 / 2) ** 0.5, rel=1e-14)
    assert result.budget[0].distribution == "combined"
    assert "°C" in result.reported


@pytest.mark.parametrize(
    ("equation", "unit"),
    [("t_S + t_S + d_t", "degC"), ("2 * t_S + d_t", "degC"), ("-t_S + d_t", "degC"), ("t_S + d_t", "K")],
)
def test_arithmetic_with_points_is_refused_and_names_the_key(equation, unit):
    """Twice 20 degC is never 40 degC, and a point is never printed as a difference."""
    with pytest.raises(InvalidModel, match=r"kind|degC"):
        read_model(changed(TEMPERATURE, equation, unit))


@pytest.mark.parametrize("unit", ["K", "degC"])
def test_the_difference_of_two_points_is_a_difference(unit):
    """The error of a thermometer, indication minus reference, is a difference in K or in degC."""
    model = changed(TEMPERATURE, "t_S - t_R + d_t", unit)
    model["inputs"] = {**model["inputs"], "t_R": {"value": "20 degC"}}
    assert evaluate(read_model(model), monte_carlo=False).outputs["t_X"].estimate == pytest.approx(0.13, abs=1e-12)


def test_levels_in_decibel():
    """dB adds to dB, dBm + dB is dBm, dBm - dBm is dB."""
    inputs = {
        "a": {"value": "10 dBm"},
        "b": {"value": "7 dBm"},
        "c": {"value": "0.5 dB", "standard_uncertainty": "0.1 dB"},
    }
    for equation, unit, estimate in [("a - b + c", "dB", 3.5), ("a + c - (b - b)", "dBm", 10.5)]:
        model = {"model": {"y": equation}, "outputs": {"y": {"unit": unit}}, "inputs": inputs}
        assert evaluate(read_model(model), monte_carlo=False).outputs["y"].estimate == pytest.approx(estimate)
    for equation in ("a + b + c", "2 * a - b + c"):
        with pytest.raises(InvalidModel):
            read_model({"model": {"y": equation}, "outputs": {"y": {"unit": "dBm"}}, "inputs": inputs})


def test_a_numerical_value_equation():
    """Names in a numeric equation stand for numbers in the units given, whatever units were typed."""
    model = {
        "model": {"rho": "(0.34848 * p - 0.009 * h * exp(0.061 * t)) / (273.15 + t)", "y": "rho * V"},
        "outputs": {"y": {"unit": "g"}},
        "intermediates": {"rho": {"numeric": {"p": "hPa", "h": "%", "t": "degC"}, "unit": "kg/m^3"}},
        "inputs": {
            "p": {"value": "101325 Pa", "standard_uncertainty": "20 Pa"}, "h": {"value": "0.5"},
            "t": {"value": "68 degF", "standard_uncertainty": "0.1 K"}, "V": {"value": "1 L"},
        },
    }  # fmt: skip
    result = evaluate(read_model(model), monte_carlo=False).outputs["y"]
    assert result.estimate == pytest.approx(1.19930, abs=2e-5)
    assert {row.input: row.share > 0 for row in result.budget} == {"p": True, "h": False, "t": True, "V": False}
    with pytest.raises(InvalidModel, match='no unit for "t"'):
        read_model({**model, "intermediates": {"rho": {"numeric": {"p": "hPa", "h": "%"}, "unit": "kg/m^3"}}})


def test_a_manufacturers_specification():
    """Share of value, share of range and a constant add up; the stated coverage gives u, else it is rectangular."""
    given = {"relative": "12 ppm", "of_range": "0.5 ppm", "range": "10 V", "plus": "2 uV"}
    model = {"model": {"y": "v"}, "outputs": {"y": {"unit": "uV"}}}
    for more, divisor in [
        ({"coverage_probability": "0.99"}, 2.5758293035489),
        ({"coverage_factor": 2}, 2),
        ({}, 3**0.5),
    ]:
        read = read_model({**model, "inputs": {"v": {"value": "10 V", "specification": {**given, **more}}}})
        result = evaluate(read, monte_carlo=False).outputs["y"]
        assert result.standard_uncertainty == pytest.approx(127 / divisor, rel=1e-12)


def test_one_steady_indication_needs_a_reason():
    """An indication without scatter is accepted with its reason and counts as exact."""
    model = {"model": {"y": "x"}, "outputs": {"y": {"unit": "mm"}}}
    steady = {"readings": ["150.10 mm"], "type_a": "none", "reason": "no scatter observed"}
    assert (
        evaluate(read_model({**model, "inputs": {"x": steady}}), monte_carlo=False).outputs["y"].reported
        == "y = 150,1 mm"
    )
    for broken in ({"readings": ["150.10 mm"]}, {**steady, "reason": " "}, {"readings": []}):
        with pytest.raises(Stated):
            read_model({**model, "inputs": {"x": broken}})
