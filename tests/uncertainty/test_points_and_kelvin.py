"""Kelvin and degrees Celsius: a number is never moved by 273.15, nor left unmoved, where the model does not tell."""

import pytest

from uncertainty.errors import InvalidModel, InvalidUnit
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.units import convert

KELVIN = {"value": "293.15 K", "standard_uncertainty": "0.1 K"}
CELSIUS = {"value": "20 degC", "standard_uncertainty": "0.1 K"}


def model(equation: str, inputs: dict, unit: str = "degC", **tables: dict) -> dict:
    """A model with one output, t."""
    stated = {"unit": unit, **tables.pop("output", {})}
    return {"model": {"t": equation}, "outputs": {"t": stated}, "inputs": inputs, **tables}


def estimate(described: dict) -> float:
    """The estimate of the output of a model."""
    return evaluate(read_model(described), monte_carlo=False).outputs["t"].estimate


GAS = {
    "p": {"value": "101325 Pa", "standard_uncertainty": "10 Pa"},
    "V": {"value": "24.0554 L"},
    "nR": {"value": "8.314462618 J/K"},
}


@pytest.mark.parametrize(("equation", "inputs"), [("p * V / nR", GAS), ("T", {"T": KELVIN})])
def test_absolute_kelvin_are_not_printed_as_degrees_celsius(equation, inputs):
    """293.15 K as an output in degC is refused with the ways out, and stated in K it is 293.15 K."""
    with pytest.raises(InvalidModel) as refused:
        read_model(model(equation, inputs))
    assert refused.value.text("vi") != refused.value.text("en")
    for way_out in ("state the result in K", "measurement_error", "numeric"):
        assert way_out in refused.value.text("en")
    assert estimate(model(equation, inputs, "K")) == pytest.approx(293.15, abs=0.01)


@pytest.mark.parametrize(
    ("equation", "inputs"),
    [
        ("a - b", {"a": CELSIUS, "b": {"value": "19.5 degC"}}),
        ("(a - b) * f / 2 * 2", {"a": CELSIUS, "b": {"value": "19.5 degC"}, "f": {"value": "1"}}),
        ("d + c", {"d": {**CELSIUS, "value": "0.2 degC", "kind": "difference"}, "c": {"value": "0.3 K"}}),
        ("d + 0 * c", {"d": {"value": "0.5 K", "kind": "difference"}, "c": {"half_width": "0.1 K",
         "distribution": "rectangular"}}),
    ],
)  # fmt: skip
def test_what_is_plainly_a_difference_is_stated_in_degrees(equation, inputs):
    """A difference of points, a part of one and a sum with one may be stated in degC; half a kelvin stays a half."""
    assert estimate(model(equation, inputs)) == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("kind", ["measurement_error", "correction"])
def test_an_error_is_a_difference(kind):
    """An error or a correction computed in kelvin may be stated in degC."""
    inputs = {"e": {"value": "0.5 K", "standard_uncertainty": "0.1 K"}}
    assert estimate(model("e", inputs, output={"kind": kind})) == pytest.approx(0.5)


def numeric(name: str, unit: str) -> dict:
    """The table of a numerical-value equation for t."""
    return {"intermediates": {"t": {"numeric": {name: unit}, "unit": "1"}}}


def test_kelvin_do_not_enter_a_numerical_value_equation_in_degrees_celsius():
    """293.15 K where an equation wants the number of degC is refused and the remedy named, not taken as 293.15."""
    with pytest.raises(InvalidModel, match='write its value in degC, or kind = "difference"'):
        read_model(model("T / 1", {"T": KELVIN}, "1", **numeric("T", "degC")))
    difference = {"T": {"value": "0.5 K", "kind": "difference"}}
    assert estimate(model("T / 1", difference, "1", **numeric("T", "degC"))) == 0.5
    assert estimate(model("T / 1", {"T": CELSIUS}, "1", **numeric("T", "degC"))) == pytest.approx(20.0)
    assert estimate(model("T / 1", {"T": CELSIUS}, "1", **numeric("T", "K"))) == pytest.approx(293.15)


@pytest.mark.parametrize(
    ("equation", "unit", "words"),
    [
        ("T * f", "K", "give an absolute temperature in K"),
        ("(T + T) / 2 * f", "degC", "mean of two points is"),
        ("20 * log10(f)", "dB", "numeric and unit"),
        ("exp(g) * f", "1", "divide by a reference value"),
        ("f^2", "1", r"written with \*\*"),
    ],
)
def test_a_refused_unit_comes_with_the_usual_remedy(equation, unit, words):
    """What metrologists write most often and may not is answered with how to write it."""
    inputs = {"f": {"value": "1.1"}, "T": CELSIUS, "g": {"value": "3 dB"}}
    with pytest.raises(InvalidModel, match=words):
        read_model(model(equation, inputs, unit))


def test_a_value_with_plus_minus_is_answered_with_the_key():
    """`5 ± 0.1 mm` is refused, and the key for the uncertainty named."""
    with pytest.raises(InvalidModel, match="beside it standard_uncertainty"):
        read_model(model("T", {"T": {"value": "5 ± 0.1 K"}}))


@pytest.mark.parametrize(
    ("equation", "inputs"),
    [
        ("d", {"d": {"value": "0.5 delta_degC", "standard_uncertainty": "0.1 delta_degC"}}),
        ("a - b", {"a": CELSIUS, "b": {"value": "19.5 degC"}}),
        ("d * f", {"d": {"value": "0.9 delta_degF"}, "f": {"value": "1", "standard_uncertainty": "1 %"}}),
        ("e", {"e": {"value": "0.5 K", "standard_uncertainty": "0.1 delta_degC"}}),
        ("d", {"d": {"readings": ["0.4 delta_degC", "0.6 delta_degC"]}}),
    ],
)
def test_a_difference_may_be_said_by_its_unit(equation, inputs):
    """`delta_degC` and `delta_degF` are differences, of an input and of a result; they are shown as degrees."""
    found = evaluate(read_model(model(equation, inputs, "delta_degC")), monte_carlo=False).outputs["t"]
    assert found.estimate == pytest.approx(0.5, abs=1e-9)
    assert "°C" in found.reported and "delta" not in found.reported


def test_a_difference_said_by_its_unit_is_no_point():
    """A point cannot be stated as a difference, nor a difference as a point; with a point it adds up to one."""
    both = {"a": CELSIUS, "d": {"value": "0.9 delta_degF"}}
    assert estimate(model("a + d", both)) == pytest.approx(20.5)
    with pytest.raises(InvalidModel, match="delta_degC"):
        read_model(model("a + d", both, "delta_degC"))
    with pytest.raises(InvalidUnit, match="delta_degC"):
        convert(5.0, "delta_degC", "degC")
    assert convert(9.0, "delta_degF", "degC", difference=True) == pytest.approx(5.0)
    numeric = {"model": {"s": "a", "t": "s"}, "intermediates": {"s": {"numeric": {"a": "delta_degC"}, "unit": "degC"}}}
    with pytest.raises(InvalidModel, match="delta_degC"):
        read_model({**model("s", {"a": CELSIUS}), **numeric})
