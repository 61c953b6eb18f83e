"""Equations: what is accepted, what they are worth, and their slopes."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.errors import InvalidExpression
from uncertainty.expression import FUNCTIONS, check_name, literal, read_expression, written
from uncertainty.program import Affine, Program

AT = {"x": 0.7, "y": 0.4, "z": -1.3}
SYMPY = {"abs": "Abs", "min": "Min", "max": "Max", "atan2": "atan2", "log10": "log10"}
EQUATIONS = [
    "x + y - z", "x * y / z", "-x**2", "x**-2", "2**x", "x**y", "z**3", "sqrt(x)", "exp(x * z)", "log(x)",
    "log10(y)", "sin(x)", "cos(x)",
    "tan(x)", "asin(x)", "acos(y)", "atan(z)", "sinh(x)", "cosh(z)", "tanh(y)", "abs(z) * x", "abs(x)",
    "min(x, y) * z", "max(x, y)",
    "min(y, x)", "atan2(y, z)", "hypot(x, z)", "x * x * x", "(x + y)**2 / (x - y)", "1 / (1 + exp(-x))",
    "pi * x**2", "x + x", "x - x",
    "(x**2 + y**2)**0.5", "x**(1/3)", "3", "+x",
]  # fmt: skip


def program_of(text: str) -> Program:
    """A program of one equation in x, y and z."""
    program = Program(tuple(AT))
    program.define("result", read_expression(text).tree)
    return program


@pytest.mark.parametrize("text", EQUATIONS)
def test_values_and_slopes_are_those_of_algebra(text):
    """An equation and its derivatives by reverse accumulation equal the exact ones."""
    program = program_of(text)
    values = program.values_at_estimate([np.float64(value) for value in AT.values()])
    symbols = {name: sympy.Symbol(name, real=True) for name in AT}
    at = {symbols[name]: value for name, value in AT.items()}
    functions = {
        "Abs": sympy.Abs,
        "log10": lambda one: sympy.log(one, 10),
        "hypot": lambda a, b: sympy.sqrt(a**2 + b**2),
    }
    exact = sympy.sympify(
        text.replace("abs", "Abs").replace("min(", "Min(").replace("max(", "Max("), locals={**symbols, **functions}
    )
    assert float(values[program.slots["result"]]) == pytest.approx(float(exact.subs(at)), rel=1e-14)
    for name, slope in zip(AT, program.gradient(values, "result"), strict=True):
        wanted = (
            float(sympy.diff(exact, symbols[name]).subs(at).evalf()) if symbols[name] in exact.free_symbols else 0.0
        )
        assert float(slope) == pytest.approx(wanted, rel=1e-13, abs=1e-15)


@given(st.sampled_from(EQUATIONS), st.integers(1, 50))
def test_arrays_give_the_same_as_single_values(text, size):
    """A thousand trials at once are a thousand single evaluations."""
    program = program_of(text)
    offsets = np.linspace(0, 0.05, size)
    values = program.values([value + offsets for value in AT.values()])[program.slots["result"]]
    single = program.values([np.float64(value + offsets[-1]) for value in AT.values()])[program.slots["result"]]
    assert float(np.broadcast_to(values, offsets.shape)[-1]) == pytest.approx(float(single), rel=1e-13)


def test_every_function_is_proven():
    """No function of the grammar is without an equation above."""
    assert {name for name in FUNCTIONS if not any(f"{name}(" in text for text in EQUATIONS)} == set()


@pytest.mark.parametrize(
    ("text", "operation"),
    [("sqrt(z)", "sqrt"), ("log(z)", "log"), ("1 / (x - x)", "/"), ("asin(2 * x)", "asin"), ("z**0.5", r"\*\*")],
)
def test_a_domain_error_at_the_estimate_names_the_operation(text, operation):
    """An equation without a value at the estimates is refused, never NaN."""
    program = program_of(text)
    with pytest.raises(InvalidExpression, match=operation):
        program.values_at_estimate([np.float64(value) for value in AT.values()])


@pytest.mark.parametrize("text", ["sqrt(x - x)", "hypot(x - x, y - y)", "asin(x / x)"])
def test_an_infinite_slope_is_refused(text):
    """Where the sensitivity is not finite the first order has no meaning, and says so."""
    program = program_of(text)
    values = program.values_at_estimate([np.float64(value) for value in AT.values()])
    with pytest.raises(InvalidExpression, match="finite value"):
        program.gradient(values, "result")


def test_the_kink_of_a_modulus_keeps_its_uncertainty():
    """At zero the slope of a modulus counts as one, so that an uncertainty does not vanish."""
    program = program_of("abs(x - x + y)")
    values = program.values_at_estimate([np.float64(0.0)] * 3)
    assert float(program.gradient(values, "result")[1]) == 1.0


def test_earlier_lines_are_reused_and_numbers_enter_by_scale():
    """A line of the model may use an earlier one; a numerical-value equation scales what enters and what leaves."""
    program = Program(("t",))
    program.define("number", read_expression("2 * t + 1").tree, {"t": Affine(1.0, 273.15)}, 1e-3)
    program.define("twice", read_expression("number + number").tree)
    values = program.values_at_estimate([np.float64(20.0)])
    assert float(values[program.slots["twice"]]) == pytest.approx(2e-3 * (2 * 293.15 + 1))
    assert float(program.gradient(values, "twice")[0]) == pytest.approx(4e-3)
    assert program.used_by("twice") == {"t"}


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2.0), ("-1/2", -0.5), ("2*3-4", 2.0), ("x", None), ("sqrt(4)", None)]
)
def test_literal_exponents(text, value):
    """A literal is arithmetic of numbers without names."""
    assert literal(read_expression(text).tree) == value


@pytest.mark.parametrize("name", ["lambda", "sqrt", "pi", "_x", "1x", "x y", "", "δ", "x" * 65, "__class__"])
def test_names_that_are_taken_or_foreign_are_refused(name):
    """Keywords, functions, underscore-led and non-ASCII names cannot name a quantity."""
    with pytest.raises(InvalidExpression):
        check_name(name)


def test_an_expression_is_written_back():
    """Messages quote the part of the equation that does not fit."""
    assert written(read_expression("-x**2 + atan2(y, 3)").tree) == "(-(x ** 2) + atan2(y, 3))"
    assert math.isclose(literal(read_expression("1e-3").tree) or 0.0, 0.001)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-" * 60 + "x", "50 levels"),
        ("+".join(["x"] * 240), "200 parts"),
        ("+".join(["x"] * 120), "200 parts"),
        ("1" * 400, "too large"),
        ("x" * 501, "at most 500"),
        ("  ", "empty"),
    ],
)
def test_expressions_are_bounded(text, words):
    """Depth, number of parts, numbers and length have limits, and the message says which."""
    with pytest.raises(InvalidExpression, match=words):
        read_expression(text)


@pytest.mark.parametrize(("text", "value"), [("1+2", 3.0), ("7/2", 3.5), ("-(2-5)", 3.0)])
def test_literals_are_folded(text, value):
    """Arithmetic of numbers is done once; a division by zero in it is refused."""
    assert literal(read_expression(text).tree) == value
    with pytest.raises(InvalidExpression, match="no value"):
        literal(read_expression("1/(1-1)").tree)
