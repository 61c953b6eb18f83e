"""What `lims evaluate` prints is what a metrologist would write: signs, powers of ten, units, warnings."""

import pytest

from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.report_text import budget_rows, result_lines


def evaluated(equation: str, unit: str, inputs: dict, **settings: object):
    """The result of a model with one output, y."""
    model = {"model": {"y": equation}, "outputs": {"y": {"unit": unit}}, "inputs": inputs, "evaluation": settings}
    return evaluate(read_model(model), trials=10_000).outputs["y"]


def lines(result, language: str = "en") -> dict[str, str]:
    """The lines of a result by their words."""
    return dict(result_lines(result, language))


SECOND = {"f": {"value": "9192631770 Hz", "standard_uncertainty": "1 Hz"}, "h": {"value": "6.62607015e-34 J s"}}


def test_a_page_has_one_decimal_sign():
    """In English every line has the point, in Vietnamese the comma; the record keeps its comma."""
    result = evaluated("x", "mm", {"x": {"value": "10.025 mm", "standard_uncertainty": "0.03 mm"}})
    assert result.reported == lines(result, "vi")["Kết quả"] == "y = (10,025 ± 0,059) mm"
    assert lines(result)["Result"] == "y = (10.025 ± 0.059) mm"
    assert not any("," in text for text in (lines(result)["Standard uncertainty"], *budget_rows(result, "en")[0]))


def test_a_small_interval_has_a_power_of_ten():
    """An interval of 10⁻²⁴ J is not printed as a row of zeros."""
    said = lines(evaluated("h * f", "J", SECOND))["Coverage interval by Monte Carlo"]
    assert said.endswith("]·10⁻²⁴ J") and said.startswith("[6.091 102 29")


def test_binary_noise_is_no_estimate():
    """A mean of differences that is zero but for binary rounding is printed as 0, not as -1e-15."""
    readings = ["0.1 mm", "-0.3 mm", "0.2 mm"]
    result = evaluated("x", "mm", {"x": {"readings": readings}}, monte_carlo=False)
    assert 0 < abs(result.budget[0].estimate) < 1e-15
    assert budget_rows(result, "en")[0][1] == "0 mm"


def test_the_uncertainty_of_a_level_in_dbm_is_in_db():
    """A level in dBm has an uncertainty in dB: in the budget and beside the result."""
    inputs = {"P": {"value": "-10.05 dBm", "standard_uncertainty": "0.05 dB"}, "A": {"value": "20.03 dB"}}
    result = evaluated("P + A", "dBm", inputs)
    assert lines(result)["Standard uncertainty"] == "0.0500 dB"
    assert budget_rows(result, "en")[0][1:3] == ("−10.0500 dBm", "0.0500 dB")


@pytest.mark.parametrize(
    ("equation", "corner"),
    [
        ("max(a, b)", True), ("min(b, a)", True), ("abs(a - b) + 0 * c", True), ("max(a, c)", False),
        ("max(a, a)", False), ("abs(c) + a - b", False), ("a + b + c", False),
    ],
)  # fmt: skip
def test_a_corner_at_the_estimate_is_a_warning(equation, corner):
    """`abs` of zero and `max` of equals are said to have no first order there, and what to do; elsewhere they have."""
    inputs = {
        name: {"value": value, "standard_uncertainty": "0.1 mm"}
        for name, value in [("a", "1 mm"), ("b", "1 mm"), ("c", "2 mm")]
        if name in equation
    }
    result = evaluated(equation, "mm", inputs, monte_carlo=False)
    said = [warning.text("en") for warning in result.warnings]
    assert any("corner" in one and 'coverage_factor = "distribution"' in one for one in said) is corner


def test_a_fall_of_u_carries_a_minus_sign():
    """Second-order terms that make u smaller are told with a real minus."""
    phase = {"phi": {"value": "0 deg", "distribution": "rectangular", "half_width": "180 deg"}}
    assert "−" in evaluated("sin(phi)", "1", phase, monte_carlo=False).warnings[0].text("en")
