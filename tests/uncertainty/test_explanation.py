"""What `lims evaluate --explain` says of a result."""

import pytest

from uncertainty.data_folder import data_folder
from uncertainty.evaluation import evaluate
from uncertainty.explanation import explanation
from uncertainty.model_file import read_model


def said(name: str, language: str = "en", **evaluation: str) -> str:
    """The explanation of the first output of a reference example, with other settings."""
    text = (data_folder() / "reference" / f"{name}.toml").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if line.partition(" =")[0] not in evaluation]
    at = lines.index("[evaluation]") + 1
    lines[at:at] = [f"{key} = {value}" for key, value in evaluation.items()]
    model = read_model("\n".join(lines))
    result = next(iter(evaluate(model, trials=20_000).outputs.values()))
    return "\n".join(explanation(model, result, language))


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        (
            "gum-h1",
            {},
            ("GUM 4.1.4", "16.8 effective", "G.4.1", "ls (62 %)", "+7 %, more than 5 %", "JCGM 101, cl"),
        ),
        ("gum-h1-second-order", {}, ("u = 33.8 nm", "second-order terms from exact derivatives", "did not run")),
        ("gum-h2", {}, ("covariances (GUM 5.2.2)", "Willink", "4 effective")),
        ("jcgm101-9-3", {"coverage_factor": '"auto"'}, ("mean of the Monte Carlo trials", "JCGM 101, 7.7", "+39 %")),
        ("jcgm101-9-4-a", {"coverage_factor": "2"}, ("GUM 6.3", "only second-order terms")),
        ("ea-4-02-s2", {}, ("first order is enough", "validates the law of propagation", "GUM 7.2.6")),
    ],
)
def test_every_number_has_its_clause(name, more, words):
    """Estimate, u, degrees of freedom, coverage, second order, validation and rounding are told with their clause."""
    text = said(name, **more)
    assert [word for word in words if word not in text] == []


def test_vietnamese_has_a_decimal_comma():
    """The same in Vietnamese, with decimal commas."""
    text = said("gum-h1", "vi")
    assert "16,8 bậc tự do hiệu dụng" in text and "u = 31,7 nm" in text


def test_a_model_without_curvature_says_so():
    """Where second derivatives are infinite the explanation says that second order has no value."""
    source = {
        "model": {"y": "x**1.5"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": {"x": {"value": "0", "standard_uncertainty": "0.1"}},
    }
    model = read_model(source)
    result = evaluate(model, monte_carlo=False).outputs["y"]
    assert result.second_order is None and result.to_json()["second_order"] is None
    assert any("no finite value" in sentence for sentence in explanation(model, result, "en"))


def test_shared_influences_are_named():
    """Inputs that depend on one influence are told with its id; an output of exact inputs has no contributions."""
    one = {"value": "1 V", "standard_uncertainty": "1 mV", "shared": "voltmeter 7"}
    model = read_model(
        {"model": {"y": "a + b"}, "outputs": {"y": {"unit": "V"}}, "inputs": dict.fromkeys(("a", "b"), one)}
    )
    text = "\n".join(explanation(model, evaluate(model, monte_carlo=False).outputs["y"], "en"))
    assert 'a, b depend on the same influence "voltmeter 7"' in text


def test_an_exact_result_has_nothing_to_validate():
    """Where no input is uncertain, Monte Carlo has nothing to validate, and that is said."""
    model = read_model({"model": {"y": "2 * pi"}, "outputs": {"y": {"unit": "1"}}})
    result = evaluate(model, trials=1000).outputs["y"]
    text = "\n".join(explanation(model, result, "en"))
    assert "nothing to validate" in text and "Largest" not in text
