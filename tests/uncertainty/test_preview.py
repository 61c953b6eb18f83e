"""The preview looks ahead to what Monte Carlo will give, and is never mistaken for it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from uncertainty.errors import InvalidModel
from uncertainty.evaluation import evaluate
from uncertainty.lattice import POINTS, generating_vector, lattice
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
    assert found.points == 16_381


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


def test_a_lattice_is_even():
    """Every coordinate of the points is evenly spread, alone; an even function of 24 of them is integrated closely."""
    points = lattice(24, seed=3)
    assert points.shape == (24, POINTS) and points.min() >= 0 and points.max() < 1
    for row in points:
        assert np.diff(np.sort(row)) == pytest.approx(np.full(POINTS - 1, 1 / POINTS), rel=1e-6)
    product = np.prod(1 + (points**2 - 1 / 3) / np.arange(1, 25)[:, None] ** 2, axis=0)
    assert product.mean() == pytest.approx(1.0, abs=2e-4)  # random points: within 0.008
    assert (lattice(5, seed=3) == points[:5]).all() and (lattice(5, seed=4) != points[:5]).any()


def test_a_generating_vector_is_the_best_at_each_component():
    """The first component ties with all; the second has the smallest error of all candidates, tried one by one."""
    vector = generating_vector(16)
    numbers = np.arange(POINTS)

    def kernel(component):
        x = component * numbers % POINTS / POINTS
        return 2 * np.pi**2 * (x * x - x + 1 / 6)

    first = 1 + kernel(vector[0])
    best = np.mean(first * (1 + kernel(vector[1]) / 4))
    tried = [np.mean(first * (1 + kernel(one) / 4)) for one in range(1, POINTS, 40)]
    assert best <= min(tried) * (1 + 1e-12)
    assert len(set(vector.tolist())) == 16


def test_an_evaluation_for_the_screen_looks_ahead_only_where_the_rule_asks():
    """Previewed outputs say so, with k from the distribution; others are first order; nothing is simulated."""
    texts = {name: (REFERENCE / f"{name}.toml").read_text(encoding="utf-8") for name in ("ea-4-02-s10", "ea-4-02-s2")}
    ahead = evaluate(read_model(texts["ea-4-02-s10"]), monte_carlo="preview").outputs["E_X"]
    assert (ahead.coverage_basis, ahead.monte_carlo) == ("preview", None)
    assert ahead.coverage_factor == pytest.approx(1.83, abs=0.01)
    assert "record" in ahead.coverage_reason.text("en")
    plain = evaluate(read_model(texts["ea-4-02-s2"]), monte_carlo="preview").outputs["m_X"]
    assert (plain.coverage_basis, plain.monte_carlo, plain.coverage_factor) == ("t", None, pytest.approx(2.0, abs=1e-4))
    stated = texts["ea-4-02-s2"].replace("[evaluation]", '[evaluation]\ncoverage_factor = "distribution"')
    asked = evaluate(read_model(stated), monte_carlo="preview").outputs["m_X"]
    assert (asked.coverage_basis, asked.monte_carlo) == ("preview", None)


def test_what_serves_few_is_loaded_late():
    """A first-order evaluation loads no scipy at all; a preview loads neither scipy.stats nor sympy."""
    ahead = (
        "import sys; from uncertainty.model_file import read_model; from uncertainty.evaluation import evaluate\n"
        f"model = read_model(open({str(REFERENCE / 'ea-4-02-s10.toml')!r}, encoding='utf-8').read())\n"
        "evaluate(model, monte_carlo='preview')\n"
        "assert not {'scipy.stats', 'sympy'} & set(sys.modules)\n"
    )
    first = (
        "import sys; from uncertainty.model_file import read_model; from uncertainty.evaluation import evaluate\n"
        f"evaluate(read_model(open({str(REFERENCE / 'gum-h1.toml')!r}, encoding='utf-8').read()), monte_carlo=False)\n"
        "assert 'scipy' not in sys.modules\n"
    )
    for program in (ahead, first):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
