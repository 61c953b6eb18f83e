"""Figures of the numerical core: a known model with new numbers, a model seen for the first time, Monte Carlo."""

from itertools import count

import pytest

from uncertainty.data_folder import data_folder
from uncertainty.evaluation import evaluate
from uncertainty.expression import read_expression
from uncertainty.model_file import compile_equations, read_model

END_GAUGE = (data_folder() / "reference" / "gum-h1.toml").read_text(encoding="utf-8")


def test_a_known_model_with_new_numbers(benchmark):
    """A model read before is read with other numbers and evaluated by first order, as at each cell that is left."""
    numbers = count()

    def with_new_numbers():
        text = END_GAUGE.replace("50000623", f"5{next(numbers):07d}")
        evaluate(read_model(text), monte_carlo=False)

    benchmark(with_new_numbers)


def test_evaluation_alone(benchmark):
    """GUM H.1 with units, degrees of freedom and the full budget, the model known."""
    model = read_model(END_GAUGE)
    benchmark(lambda: evaluate(model, monte_carlo=False))


def test_a_model_seen_for_the_first_time(benchmark):
    """Parsing, checking of units and derivatives of an equation that is not in any cache."""

    def first_use():
        compile_equations.cache_clear()
        read_expression.cache_clear()
        read_model(END_GAUGE.replace("50000623", f"5{next(numbers):07d}"))

    numbers = count()
    benchmark(first_use)


@pytest.mark.parametrize("trials", [200_000, 1_000_000])
def test_monte_carlo(benchmark, trials):
    """Propagation of distributions for GUM H.1, both intervals."""
    model = read_model(END_GAUGE)
    benchmark.pedantic(lambda: evaluate(model, trials=trials), rounds=5, warmup_rounds=1)
