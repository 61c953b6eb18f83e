"""Published examples are reproduced to half a unit of their last digit, or the tolerance of their source."""

import math
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from uncertainty.data_folder import data_folder
from uncertainty.evaluation import Evaluation, evaluate
from uncertainty.model_file import read_model
from uncertainty.quantity import Quantity, read_quantity
from uncertainty.units import convert

FILES = sorted((data_folder() / "reference").glob("*.toml"))
PLAIN = {"effective_dof", "coverage_factor", "coverage_probability"}
WORDS = {"output", "method", "note", "tolerance", "reported", "coverage_basis", "validates_gum", "between", "r"}


def published():
    """Every published result of every file."""
    for path in FILES:
        for number, entry in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["published"]):
            yield pytest.param(path, entry, id=f"{path.stem}-{number}-{entry['method']}")


@cache
def evaluated(path: Path) -> Evaluation:
    """The evaluation of a file, once."""
    model = read_model(path.read_text(encoding="utf-8"), name=path.name)
    return evaluate(model, trials=1_000_000 if model.settings.trials == "adaptive" else None)


def half_a_digit(printed: Quantity) -> Decimal:
    """Half a unit of the last printed digit."""
    return Decimal((0, (5,), int(printed.typed.number.as_tuple().exponent) - 1))


def assert_printed(found: float, printed: str, tolerance: str | None, unit: str, *, point: bool) -> None:
    """The number found is the printed one within its tolerance."""
    quantity = read_quantity(printed)
    allowed = read_quantity(tolerance) if tolerance else None
    margin = convert(float(half_a_digit(quantity)), quantity.unit.text, unit, difference=True)
    if allowed is not None:
        margin = convert(float(allowed.typed), allowed.unit.text, unit, difference=True)
    wanted = convert(float(quantity.typed), quantity.unit.text, unit, difference=not point)
    assert abs(found - wanted) <= margin * (1 + 1e-9) + 1e-15 * abs(wanted), f"{found} is not {printed} within {margin}"


@pytest.mark.parametrize(("path", "entry"), list(published()))
def test_published_result(path, entry):
    """A published number is reproduced."""
    evaluation = evaluated(path)
    if entry["method"] == "correlation":
        one, other = (list(evaluation.outputs).index(name) for name in entry["between"])
        assert_printed(float(evaluation.correlations[one, other]), entry["r"], None, "1", point=False)
        return
    result = evaluation.outputs[entry["output"]]
    source = result if entry["method"] == "first order" else result.monte_carlo
    tolerances = entry.get("tolerance", {})
    for key in entry.keys() - WORDS:
        unit = "1" if key in PLAIN else result.unit
        found, printed = getattr(source, key), entry[key]
        pairs = [(found, printed)] if isinstance(printed, str) else list(zip(found, printed, strict=True))
        for one, text in pairs:
            point = key in ("estimate", "coverage_interval", "shortest_interval")
            assert_printed(one, text, tolerances.get(key), unit, point=point)
    assert result.reported == entry.get("reported", result.reported)
    assert result.coverage_basis == entry.get("coverage_basis", result.coverage_basis)
    if "validates_gum" in entry:
        assert result.monte_carlo.validates_gum is (entry["validates_gum"] == "true")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shares_of_a_budget_add_up_to_one(path):
    """Shares of inputs and covariances together are the whole variance, unless there is none."""
    for result in evaluated(path).outputs.values():
        total = sum(row.share for row in result.budget)
        assert total == pytest.approx(1.0, abs=1e-9) or result.standard_uncertainty == 0.0


def test_the_viscometer_by_integration():
    """Of NIST TN 1900, E3, the trials have the mean, u and interval that integration gives, within their scatter.

    The printed 5.82, 1.11 and 8.39 lie just beside 5.825, 1.115 and 8.399; the trials are right.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights /= weights.sum()
    # The densities hardly matter: their quotient has a relative u of 0.0006, taken as normal.
    quotient = 1037 / 1407 * (1 + math.hypot(0.5 / 1037, 0.5 / 1407, 0.5 / 1037 - 0.5 / 1407) * nodes)
    factor = np.outer(4.63 + 0.0463 * nodes, quotient).ravel()
    both = np.outer(weights, weights).ravel()

    def below(viscosity: float) -> float:
        """The probability that t_M times the factor is less than the viscosity times t_C, both times normal."""
        spread = np.hypot(6.1 * factor, 5.49 * viscosity)
        return float(both @ special.ndtr((36.6 * viscosity - 61 * factor) / spread))

    grid = np.linspace(0.5, 40.0, 4001)
    chances = np.diff([below(one) for one in grid])
    middles = (grid[1:] + grid[:-1]) / 2
    mean = float(chances @ middles)
    u = math.sqrt(float(chances @ (middles - mean) ** 2))
    trials = evaluated(data_folder() / "reference" / "nist-tn1900-e3.toml").outputs["mu"].monte_carlo
    assert (mean, u) == pytest.approx((5.8252, 1.1154), abs=1e-4)
    assert (trials.estimate, trials.standard_uncertainty) == pytest.approx((mean, u), abs=0.0045)
    low, high = trials.coverage_interval
    assert (below(low), below(high)) == pytest.approx((0.025, 0.975), abs=0.0006)


def test_the_set_of_examples_is_not_empty():
    """The reference folder holds the examples in reach of this version."""
    assert len(FILES) >= 20
