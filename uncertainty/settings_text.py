"""How a model asks to be evaluated: the tables `evaluation` and `report` of a model file -> Settings."""

from collections.abc import Mapping
from typing import Any

from uncertainty.cause_text import read_plain
from uncertainty.errors import Invalid, InvalidInput, did_you_mean
from uncertainty.measurement_model import Settings
from uncertainty.monte_carlo import LEAST_TRIALS
from uncertainty.stabilisation import MOST_TRIALS

EVALUATION_KEYS = {"coverage_probability", "coverage_factor", "order", "monte_carlo", "trials", "seed"}


def read_settings(given: Mapping[str, Any], report: Mapping[str, Any]) -> Settings:
    """How a model asks to be evaluated.

    Args:
        given: the table `evaluation`.
        report: the table `report`.

    Raises:
        InvalidInput: for an unknown key or a value out of range; for what this version does not evaluate.
    """
    for key in given:
        if key not in EVALUATION_KEYS:
            raise InvalidInput(
                "uncertainty.key_unknown", key=str(key)[:80], suggestion=did_you_mean(str(key), EVALUATION_KEYS)
            )
    order = given.get("order", 1)
    if type(order) is not int or order not in (1, 2):
        raise InvalidInput("uncertainty.order_range", order=str(order)[:40])
    p = read_plain(given.get("coverage_probability", "0.95"))
    if not 0 < p < 1:
        raise InvalidInput("uncertainty.coverage_probability_range", p=f"{p:g}")
    monte_carlo = given.get("monte_carlo", True)
    if not isinstance(monte_carlo, bool):
        raise InvalidInput("uncertainty.not_true_or_false", key="monte_carlo")
    digits = report.get("digits", 2)
    if digits not in (1, 2):
        raise InvalidInput("uncertainty.digits_range")
    stated = "coverage_probability" in given
    factor = _factor(given.get("coverage_factor", "auto"))
    return Settings(p, stated, factor, monte_carlo, _trials(given), _seed(given), digits, order)


def _factor(given: Any) -> str | float:
    if given in ("auto", "t", "distribution"):
        return str(given)
    try:
        k = read_plain(given)
    except Invalid as problem:
        raise InvalidInput("uncertainty.coverage_factor_form", given=str(given)[:40]) from problem
    if k <= 0:
        raise InvalidInput("uncertainty.coverage_factor_range", k=f"{k:g}")
    return k


def _trials(given: Mapping[str, Any]) -> int | str:
    trials = given.get("trials", "adaptive")
    if trials == "adaptive":
        return "adaptive"
    if type(trials) is not int or not LEAST_TRIALS <= trials <= MOST_TRIALS:
        raise InvalidInput("uncertainty.trials_range", least=LEAST_TRIALS, most=MOST_TRIALS)
    return trials


def _seed(given: Mapping[str, Any]) -> int:
    seed = given.get("seed", Settings.seed)
    if type(seed) is not int or not 0 <= seed < 2**63:
        raise InvalidInput("uncertainty.seed_range")
    return seed
