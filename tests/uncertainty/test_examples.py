"""The examples in the docstrings of the numerical core are run."""

import doctest
import importlib
from pathlib import Path

import pytest

MODULES = sorted(path.stem for path in (Path(__file__).parents[2] / "uncertainty").glob("[a-z]*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_a_module(module):
    """What a docstring shows is what happens."""
    assert doctest.testmod(importlib.import_module(f"uncertainty.{module}")).failed == 0


def test_there_are_examples():
    """The core is explained by examples that run."""
    found = (doctest.testmod(importlib.import_module(f"uncertainty.{module}")).attempted for module in MODULES)
    assert sum(found) >= 10
