"""Second-order terms: their derivatives, their size, when they count, and when they are a warning."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid
from uncertainty.evaluation import OutputResult, evaluate
from uncertainty.expression import FUNCTIONS, read_expression
from uncertainty.jets import Jet
from uncertainty.model_file import read_model
from uncertainty.program import Program
from uncertainty.second_order import directional_derivatives, is_straight

AT = {"x": 0.7, "y": 0.4, "z": -1.3}
ONE_ARGUMENT = (
    "sqrt({0}**2 + 0.3)", "exp({0} / 3)", "log({0}**2 + 0.7)", "log10({0}**2 + 2)", "sin({0})", "cos({0})",
    "tan({0} / 3)", "asin({0} / 9)", "acos({0} / 9)", "atan({0})", "sinh({0} / 2)", "cosh({0} / 2)", "tanh({0})",
    "abs({0} - 9)", "({0})**3", "({0})**2", "2**({0} / 4)", "-({0})", "1 / ({0} + 5)",
)  # fmt: skip
TWO_ARGUMENTS = (
    "({0} + {1})", "({0} - {1})", "({0} * {1})", "{0} / ({1} + 5)", "atan2({0}, {1} + 4)", "hypot({0}, {1} + 4)",
    "min({0}, {1} + 30)", "max({0}, {1} - 30)", "({0}**2 + 1)**({1} / 5)",
)  # fmt: skip
expressions = st.recursive(
    st.sampled_from(["x", "y", "z", "(x * y)", "2.5"]),
    lambda inner: st.one_of(
        st.builds(str.format, st.sampled_from(ONE_ARGUMENT), inner),
        st.builds(str.format, st.sampled_from(TWO_ARGUMENTS), inner, inner),
    ),
    max_leaves=4,
)
SYMBOLS = {name: sympy.Symbol(name, real=True) for name in AT}
ALGEBRA = {
    **SYMBOLS,
    "log10": lambda one: sympy.log(one, 10),
    "hypot": lambda a, b: sympy.sqrt(a**2 + b**2),
    "abs": lambda one: sympy.Piecewise((-one, one < 0), (one, True)),
    "min": lambda a, b: sympy.Piecewise((a, a <= b), (b, True)),
    "max": lambda a, b: sympy.Piecewise((a, a >= b), (b, True)),
}


def derivatives(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Second and third derivatives of an equation by each pair of x, y and z, from the program."""
    program = Program(tuple(AT))
    program.define("result", read_expression(text).tree)
    return directional_derivatives(program, np.array(list(AT.values())), np.eye(3), "result")


@settings(max_examples=30)
@given(expressions)
def test_second_and_third_derivatives_are_those_of_algebra(text):
    """The second derivatives by i and j, and the third by i, j and j, equal the exact ones over random equations."""
    assume(len(text) < 200)
    second, third = derivatives(text)
    exact = sympy.sympify(text, locals=ALGEBRA)
    names = list(SYMBOLS.values())
    for row, one in enumerate(names):
        for column, other in enumerate(names):
            for found, order in ((second, (one, other)), (third, (one, other, other))):
                wanted = float(sympy.diff(exact, *order).subs(dict(zip(names, AT.values(), strict=True))).evalf(30))
                assert float(found[row, column]) == pytest.approx(wanted, rel=1e-9, abs=1e-11), (text, order)


def test_an_exponent_that_does_not_change_has_a_place_for_every_direction():
    """10**(10**(x**0)) is a constant: its derivatives along all three inputs are zero."""
    second, third = derivatives("10**10**x**0 + 0 * y * z")
    assert not second.any() and not third.any() and second.shape == (3, 3)


def test_jets_are_for_the_operations_of_a_program_alone():
    """What numpy would do with jets beyond the operations of a program is refused, never guessed."""
    jet = Jet(np.float64(1.0), np.ones(2), np.zeros(2))
    for attempt in (
        lambda: np.floor(jet),
        lambda: np.add.reduce(jet),
        lambda: np.floor_divide(jet, 2),
        lambda: np.sum(jet),
    ):
        with pytest.raises(TypeError):
            attempt()


def test_every_function_has_second_derivatives():
    """No function of the grammar is without an equation above."""
    assert {name for name in FUNCTIONS if not any(f"{name}(" in text for text in ONE_ARGUMENT + TWO_ARGUMENTS)} == set()


def result_of(name: str, **evaluation: object) -> OutputResult:
    """The result of a reference example with other settings."""
    text = (data_folder() / "reference" / f"{name}.toml").read_text(encoding="utf-8")
    for key, value in evaluation.items():
        text = "\n".join(line for line in text.split("\n") if not line.startswith(f"{key} ="))
        text = text.replace("[evaluation]", f"[evaluation]\n{key} = {value}")
    (result,) = evaluate(read_model(text)).outputs.values()
    return result


@pytest.mark.parametrize(
    ("name", "first", "second"), [("gum-h1", 32, 34), ("jcgm101-9-3", 0.054, 0.075), ("jcgm101-9-4-a", 0, 50)]
)
def test_published_second_order(name, first, second):
    """GUM H.1 has 32 and 34 nm, JCGM 101 9.3 has 0.054 and 0.075 mg, 9.4 has 0 and 50 millionths."""
    settings_of = {"monte_carlo": "false", "coverage_factor": '"t"'}
    digit = 0.5 if first >= 1 or second == 50 else 0.0005
    one, two = (result_of(name, order=order, **settings_of) for order in (1, 2))
    assert one.standard_uncertainty == pytest.approx(first, abs=digit)
    assert two.standard_uncertainty == pytest.approx(second, abs=digit)
    assert one.second_order == two.second_order
    assert two.standard_uncertainty == pytest.approx(one.second_order.standard_uncertainty)
    assert (len(one.warnings), len(two.warnings)) == (1, 0)
    assert [row.kind for row in one.budget].count("second_order") == 0
    assert two.budget[-1].kind == "second_order" and two.budget[-1].share > 0
    assert sum(row.share for row in two.budget) == pytest.approx(1.0)
    assert two.effective_dof == one.effective_dof


def test_auto_takes_the_distribution_where_second_order_matters():
    """With more than 5 % by second order `auto` states estimate, u and U of the distribution, and says why."""
    result = result_of("jcgm101-9-3", coverage_factor='"auto"', trials=100_000)
    assert result.coverage_basis == "distribution"
    assert "+39 %" in result.coverage_reason.text("en") and "+39 %" in result.coverage_reason.text("vi")
    assert result.standard_uncertainty == pytest.approx(0.0754, abs=0.001)
    flat = result_of("jcgm101-9-4-a", coverage_factor='"auto"', trials=10_000)
    assert flat.coverage_basis == "distribution" and "u is zero" in flat.coverage_reason.text("en")
    assert [(row.kind, row.share) for row in flat.budget][-1] == ("second_order", 1.0)
    kinked = model("abs(a)**1.5", 1, a=(0.0, 0.1))
    kinked["evaluation"]["coverage_factor"] = "distribution"
    unknown = evaluate(read_model(kinked), trials=2000).outputs["y"]
    assert unknown.second_order is None and [row.kind for row in unknown.budget] == ["input"]
    without = result_of("jcgm101-9-3", coverage_factor='"auto"', monte_carlo="false")
    assert without.coverage_basis == "t" and "although" in without.coverage_reason.text("en")
    assert without.to_json()["second_order"]["change"] == pytest.approx(0.392, abs=0.001)
    assert "39 %" in without.to_json("vi")["warnings"][0]


def model(equation: str, order: int, r: float = 0.0, **values: tuple[float, float]) -> dict:
    """Normal inputs of dimension one; the first two correlated."""
    names = list(values)
    inputs = {name: {"value": repr(v), "standard_uncertainty": repr(u)} for name, (v, u) in values.items()}
    stated = [{"between": names[:2], "r": r}] if r else []
    return {
        "model": {"y": equation},
        "outputs": {"y": {"unit": "1"}},
        "inputs": inputs,
        "correlations": stated,
        "evaluation": {"order": order, "coverage_factor": "t", "trials": 400_000},
    }


@pytest.mark.parametrize("r", [0.0, 0.6, -0.8, 1.0])
@pytest.mark.parametrize("equation", ["a**2 + a * b + b**2", "a * b", "(a + b)**2 - a", "(a - b)**2 + b"])
def test_second_order_of_a_quadratic_model_is_exact(equation, r):
    """For quadratic models of jointly normal inputs, correlated or not, u of second order is u of the distribution."""
    result = evaluate(read_model(model(equation, 2, r, a=(0.3, 0.2), b=(0.1, 0.5)))).outputs["y"]
    assert result.monte_carlo.standard_uncertainty == pytest.approx(result.standard_uncertainty, rel=0.01)
    assert sum(row.share for row in result.budget) == pytest.approx(1.0)


def test_second_order_of_the_covariance_of_outputs():
    """Two outputs that share only a product are fully correlated in second order."""
    source = model("a * b", 2, a=(0.0, 1.0), b=(0.0, 1.0))
    source["model"]["w"] = "3 * a * b"
    source["outputs"]["w"] = {"unit": "1"}
    found = evaluate(read_model(source), monte_carlo=False)
    assert found.correlations == pytest.approx(np.ones((2, 2)))
    assert found.outputs["w"].standard_uncertainty == pytest.approx(3.0)


@pytest.mark.parametrize(("equation", "u", "words"), [("a**1.5", 0.1, "no value"), ("sin(a)", 2.0, "outweigh")])
def test_what_second_order_cannot_say_is_refused(equation, u, words):
    """No finite curvature, or terms that outweigh the first order: order = 2 is refused by name, order = 1 is not."""
    with pytest.raises(Invalid, match=words) as refusal:
        evaluate(read_model(model(equation, 2, a=(0.0, u))), monte_carlo=False)
    assert refusal.value.text("vi")
    first = evaluate(read_model(model(equation, 1, a=(0.0, u))), monte_carlo=False).outputs["y"]
    assert first.coverage_basis == "t"


def test_orders_are_one_and_two():
    """A third order is refused by name."""
    with pytest.raises(Invalid, match="order = 3"):
        read_model(model("a", 3, a=(0.0, 1.0)))


@pytest.mark.parametrize(
    ("text", "straight"),
    [
        ("x + y - 2 * z", True), ("-(x - y) / 3", True), ("k * x", True), ("x / k", True), ("k / x", False),
        ("x * y", False), ("x * x", False), ("sin(k) * x", True), ("sin(x)", False), ("x**2", False),
        ("(x * y) / 2 + z", False), ("k**2", True),
    ],
)  # fmt: skip
def test_a_straight_model_is_recognised(text, straight):
    """A sum with constant factors has no second-order terms, and that is seen from the equation."""
    program = Program(("x", "y", "z", "k"))
    program.define("result", read_expression(text).tree)
    assert is_straight(program, frozenset("xyz"), "result") is straight


def test_a_linear_model_has_no_second_order():
    """The terms of a linear model are zero, and there is no warning."""
    result = evaluate(read_model(model("2 * a - b / 4", 2, a=(1.0, 1.0), b=(1.0, 3.0))), monte_carlo=False).outputs["y"]
    assert result.second_order.change == 0 and result.warnings == ()
    assert result.standard_uncertainty == pytest.approx(math.sqrt(4 + 9 / 16))
