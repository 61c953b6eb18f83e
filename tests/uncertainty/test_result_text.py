"""A result in every form: rounded the same, never flattering, and the sentence under it."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.errors import InvalidInput, InvalidNumber
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.result_text import FORMS, result_in, statement, written

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")


def numbers(text: str) -> list[Decimal]:
    """The numbers of a text with a decimal point; a power of ten at the end is taken into each."""
    power = re.search(r"\)·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", text)
    ten = int(power[1].translate(RAISED)) if power else 0
    body = text[: power.start()] if power else text
    found = re.findall(r"−?[\d\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE} ]*\d[\d .]*", body)
    return [Decimal(re.sub(r"\s", "", one).replace("−", "-")).scaleb(ten) for one in found]


@pytest.mark.parametrize(
    ("estimate", "uncertainty", "form", "shown"),
    [
        (10000.0249, 0.0585, "plain", "(10 000,025 ± 0,059) g"),
        (10000.0249, 0.0585, "scientific", "(1,000 002 5 ± 0,000 005 9)·10⁴ g"),
        (10000.0249, 0.0585, "relative", "10 000,025·(1 ± 5,8·10⁻⁶) g"),
        (10000.0249, 0.0585, "concise", "10 000,025(59) g"),
        (-1.2e-9, 3e-11, "plain", "(−1,200 ± 0,030)·10⁻⁹ g"), (-1.2e-9, 3e-11, "concise", "−1,200(30)·10⁻⁹ g"),
        (-1.2e-9, 3e-11, "relative", "−1,200·10⁻⁹·(1 ± 0,025) g"),
        (123456.0, 1234.0, "plain", "(123 500 ± 1 200) g"), (123456.0, 1234.0, "concise", "123 500(1 200) g"),
        (123456.0, 1234.0, "scientific", "(1,235 ± 0,012)·10⁵ g"),
        (8.3, 1.25, "concise", "8,3(1,3) g"), (0.1, 2.0, "scientific", "(0,1 ± 2,0) g"), (5.0, 0.0, "plain", "5 g"),
    ],
)  # fmt: skip
def test_forms(estimate, uncertainty, form, shown):
    """Each form has the digits of the rounded result and ends at the same place."""
    assert written(estimate, uncertainty, "g", form=form) == shown


def test_sign_unit_and_decimal_point():
    """An error carries its sign, dimension one has no unit, and the decimal point may be one."""
    assert written(0.12, 0.03, "mm", sign=True, decimal=".") == "(+0.120 ± 0.030) mm"
    assert written(0.12, 0.034, digits=1, decimal=".") == "0.12 ± 0.04"
    assert written(0.12, 0.03, form="concise", decimal=".") == "0.120(30)"


@given(st.floats(-1e6, 1e6), st.floats(1e-15, 1e5), st.sampled_from([1, 2]))
def test_no_form_flatters(estimate, uncertainty, digits):
    """The uncertainty printed is at least 0.95 of the computed one, in each form (N5), with the value nearby."""
    for form in ("plain", "scientific"):
        value, spread = numbers(written(estimate, uncertainty, form=form, digits=digits, decimal="."))
        assert spread >= Decimal("0.95") * Decimal(repr(uncertainty))
        assert abs(value - Decimal(repr(estimate))) <= spread / 2
    if abs(estimate) > 1e-6:
        said = written(estimate, uncertainty, form="relative", digits=digits, decimal=".")
        inside = re.search(r"1 ± ([^)]*)\)", said)[1].replace("·10", "e").translate(RAISED)
        ratio = Decimal(re.sub(r"\s", "", inside))
        assert ratio >= Decimal("0.95") * Decimal(repr(uncertainty / abs(estimate)))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: written(1.0, 0.1, form="fancy"), lambda: written(1.0, 0.1, digits=3),
        lambda: written(0.0, 0.1, form="relative"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(wrong):
    """Unknown forms, three digits and the relative uncertainty of zero are refused."""
    with pytest.raises(InvalidInput):
        wrong()


def test_what_is_no_number_is_refused():
    """NaN and a negative uncertainty are refused in each form."""
    for form in FORMS:
        for pair in ((float("nan"), 1.0), (1.0, -1.0), (1.0, float("inf"))):
            with pytest.raises(InvalidNumber):
                written(*pair, form=form)


def model(inputs: dict, **evaluation) -> object:
    """A model y = a + b in millimetres."""
    return read_model({"model": {"y": "a + b"}, "outputs": {"y": {"unit": "mm", "kind": "measurement_error"}},
                       "inputs": inputs, "evaluation": {"coverage_probability": 0.9545, **evaluation}})  # fmt: skip


NORMAL = {"value": "0.1 mm", "standard_uncertainty": "0.02 mm"}
FEW = {"readings": ["0.10 mm", "0.12 mm", "0.14 mm", "0.12 mm", "0.11 mm"]}
WIDE = {"distribution": "rectangular", "half_width": "1 mm"}


def test_the_sentence_names_k_p_and_the_basis():
    """The sentence under a result says U is k times u, k, p, and normal, t with its dof, or the own distribution."""
    normal = evaluate(model({"a": NORMAL, "b": NORMAL}), monte_carlo=False).outputs["y"]
    assert "k = 2.00" in statement(normal, "en") and "normal distribution" in statement(normal, "en")
    assert "95.45 %" in statement(normal, "en")
    assert "k = 2,00" in statement(normal, "vi") and "phân bố chuẩn" in statement(normal, "vi")
    few = evaluate(model({"a": {"value": "0 mm", "standard_uncertainty": "1 nm"}, "b": FEW}), monte_carlo=False)
    assert "t-distribution with 4 effective degrees of freedom" in statement(few.outputs["y"], "en")
    own = evaluate(model({"a": {"value": "0 mm", "standard_uncertainty": "1 um"}, "b": WIDE}), trials=20_000)
    assert "own distribution" in statement(own.outputs["y"], "en")


def test_results_carry_sign_and_interval():
    """A measurement error carries its sign; an asymmetric interval stands instead of U."""
    result = evaluate(model({"a": NORMAL, "b": FEW}), monte_carlo=False).outputs["y"]
    assert result_in(result).startswith("(+0,2")
    assert f"y = {result_in(result)}" == result.reported
    skewed = read_model({"model": {"y": "a"}, "outputs": {"y": {"unit": "mm"}}, "inputs": {"a": {
        "value": "1 mm", "standard_uncertainty": "0.6 mm", "distribution": "lognormal"}},
        "evaluation": {"coverage_factor": "distribution"}})  # fmt: skip
    shown = evaluate(skewed, trials=50_000).outputs["y"]
    assert f"y = {result_in(shown)}" == shown.reported and "[" in shown.reported
