"""The preview looks ahead to what Monte Carlo will give, and is never mistaken for it."""

from pathlib import Path

import pytest

from uncertainty.errors import InvalidModel
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.preview import Preview, preview

REFERENCE = Path(__file__).parents[2] / "data" / "reference"


@pytest.mark.parametrize("name", ["ea-4-02-s10", "gum-h1", "ea-4-02-s3", "jcgm102-9-3-c", "gum-h4"])
def test_a_preview_is_near_the_record(name):
    """Estimate, u and both ends are near those of many trials, correlated inputs included."""
    model = read_model((REFERENCE / f"{name}.toml").read_text(encoding="utf-8"))
    found = preview(model)
    for output, result in evaluate(model, monte_carlo=True, trials=400_000).outputs.items():
        trials, look = result.monte_carlo, found[output]
        near = 0.03 * trials.standard_uncertainty
        assert look.estimate == pytest.approx(trials.estimate, abs=near)
        assert look.standard_uncertainty == pytest.approx(trials.standard_uncertainty, rel=0.03)
        assert look.coverage_interval == pytest.approx(trials.coverage_interval, abs=2 * near)


def test_a_preview_says_that_it_is_one():
    """It has a type of its own, without a verdict on the first order and without a claim to be stable."""
    model = read_model((REFERENCE / "ea-4-02-s10.toml").read_text(encoding="utf-8"))
    found = preview(model)["E_X"]
    assert isinstance(found, Preview)
    assert not hasattr(found, "stabilised") and not hasattr(found, "validates_gum")
    assert found == preview(model)["E_X"] != preview(model, seed=2)["E_X"]
    assert found.points == 16_384


def simple(one: dict, unit: str = "degC"):
    """A model of one input."""
    return read_model({"model": {"y": "a"}, "outputs": {"y": {"unit": unit}}, "inputs": {"a": one}})


def test_borders_of_a_preview():
    """An exact input stays exact, a point keeps its scale, two readings have no u, a lost domain is refused."""
    exact = preview(simple({"value": "20 degC"}))["y"]
    assert (exact.estimate, exact.standard_uncertainty) == (pytest.approx(20.0), pytest.approx(0.0, abs=1e-12))
    assert preview(simple({"readings": ["20 degC", "21 degC"]}))["y"].standard_uncertainty is None
    model = {"model": {"y": "sqrt(a)"}, "outputs": {"y": {"unit": "1"}},
             "inputs": {"a": {"value": "1", "standard_uncertainty": "0.5"}}}  # fmt: skip
    with pytest.raises(InvalidModel, match="outside the domain"):
        preview(read_model(model))
