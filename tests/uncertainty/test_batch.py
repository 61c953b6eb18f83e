"""Many points of one model at once give the numbers of one point after the other."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uncertainty.batch import Column, evaluate_batch
from uncertainty.errors import Invalid
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
# Independent inputs, points on a scale, rows observed together, stated correlations, two outputs, intermediate lines.
FILES = ("gum-h1", "gum-h2", "ea-4-02-s2", "ea-4-02-s3", "ea-4-02-s7", "jcgm102-9-3-c", "nist-tn1900-e3")
MODELS = {name: read_model((REFERENCE / f"{name}.toml").read_text(encoding="utf-8")) for name in FILES}


def at(model, columns, point):
    """The model with the numbers of one point."""
    inputs = []
    for quantity in model.inputs:
        column = columns.get(quantity.name, Column())
        if column.estimates is not None:
            zero = quantity.unit.zero if quantity.kind.scale else 0.0
            quantity = replace(quantity, estimate=column.estimates[point] * quantity.unit.factor + zero)
        if column.standard_uncertainties is not None:
            ratio = column.standard_uncertainties[point] * quantity.unit.factor / quantity.standard_uncertainty
            causes = [
                replace(one, standard_uncertainty=one.standard_uncertainty * ratio) for one in quantity.components
            ]
            quantity = replace(quantity, components=tuple(causes))
        if column.dof is not None:
            quantity = replace(quantity, components=(replace(quantity.components[0], dof=column.dof[point]),))
        inputs.append(quantity)
    return replace(model, inputs=tuple(inputs))


def drawn_columns(model, random, count=3):
    """Random columns for some of the inputs."""
    columns = {}
    for quantity in model.inputs:
        what = random.random(3) < 0.5
        u, factor = quantity.standard_uncertainty, quantity.unit.factor
        shown = (quantity.estimate - (quantity.unit.zero if quantity.kind.scale else 0.0)) / factor
        estimates = shown + (u or abs(quantity.estimate) * 1e-3) / factor * random.random(count) if what[0] else None
        spreads = u / factor * random.uniform(0.5, 2, count) if what[1] and u else None
        dof = random.uniform(1, 60, count) if what[2] and len(quantity.components) == 1 else None
        columns[quantity.name] = Column(estimates, spreads, dof)
    columns[model.inputs[0].name] = replace(columns[model.inputs[0].name], estimates=np.full(count, shown_of(model)))
    return columns


def shown_of(model):
    """The estimate of the first input in its unit."""
    quantity = model.inputs[0]
    return (quantity.estimate - (quantity.unit.zero if quantity.kind.scale else 0.0)) / quantity.unit.factor


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_batch_is_its_points(name, seed):
    """Estimate, u, degrees of freedom, k, U and every contribution agree with single evaluations to 1e-12."""
    model = MODELS[name]
    columns = drawn_columns(model, np.random.default_rng(seed))
    batch = evaluate_batch(model, columns)
    assert batch.count == 3
    for point in range(3):
        for output, one in evaluate(at(model, columns, point), monte_carlo=False).outputs.items():
            found = batch.outputs[output]
            small = 1e-12 * one.standard_uncertainty
            assert found.estimates[point] == pytest.approx(one.estimate, rel=1e-12, abs=small)
            assert found.standard_uncertainties[point] == pytest.approx(one.standard_uncertainty, rel=1e-12)
            assert found.effective_dof[point] == pytest.approx(one.effective_dof, rel=1e-11)
            assert found.coverage_factors[point] == pytest.approx(one.coverage_factor, rel=1e-12)
            assert found.expanded_uncertainties[point] == pytest.approx(one.expanded_uncertainty, rel=1e-12)
            rows = [row for row in one.budget if row.kind == "input"]
            assert set(found.contributions) == {row.input for row in rows}
            for row in rows:
                assert found.contributions[row.input][point] == pytest.approx(row.contribution, rel=1e-12, abs=small)


def simple(**more):
    """A model of two inputs, the second exact."""
    inputs = {"a": {"value": "5 mV", "standard_uncertainty": "3 uV", "dof": 4}, "b": {"value": "2"}}
    return read_model({"model": {"y": "a * sqrt(b)"}, "outputs": {"y": {"unit": "uV"}}, "inputs": inputs, **more})


def test_what_does_not_vary_is_the_models():
    """Without columns there is one point, that of the model; k may be stated, and there may be no limit to the dof."""
    batch = evaluate_batch(simple(evaluation={"coverage_factor": 2}), {})
    found = batch.outputs["y"]
    assert batch.count == 1
    assert found.estimates == pytest.approx(5000 * math.sqrt(2))
    assert (found.coverage_factors[0], found.effective_dof[0]) == (2.0, pytest.approx(4.0))
    unlimited = evaluate_batch(simple(), {"a": Column(dof=[math.inf, 4.0])}).outputs["y"]
    assert list(unlimited.effective_dof) == [math.inf, pytest.approx(4.0)]
    assert list(unlimited.coverage_factors) == [pytest.approx(1.959964, abs=1e-6), pytest.approx(2.776445, abs=1e-6)]


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ({"c": [1.0]}, "batch_input"),
        ({"a": [1.0, 2.0], "b": [1.0]}, "batch_lengths"),
        ({"a": [[1.0]]}, "batch_shape"),
        ({"a": []}, "batch_shape"),
        ({"a": [1.0, math.nan]}, "batch_number"),
        ({"a": Column(standard_uncertainties=[-1.0])}, "batch_uncertainty"),
        ({"a": Column(standard_uncertainties=[math.inf])}, "batch_uncertainty"),
        ({"b": Column(standard_uncertainties=[1.0])}, "batch_constant"),
        ({"a": Column(dof=[0.5])}, "batch_dof"),
        ({"a": Column(dof=[math.nan])}, "batch_dof"),
        ({"b": Column(dof=[5.0])}, "batch_causes"),
    ],
)
def test_wrong_columns_are_refused(columns, key):
    """A wrong column is refused with the name of its input and what to do, in both languages."""
    with pytest.raises(Invalid) as caught:
        evaluate_batch(simple(), columns)
    assert caught.value.key == f"uncertainty.{key}"
    assert all(caught.value.text(language) for language in ("vi", "en"))


def test_a_point_outside_the_domain_is_named():
    """A point at which the equations have no value, or no slope, is refused and never dropped."""
    with pytest.raises(Invalid):
        evaluate_batch(simple(), {"b": [4.0, -1.0]})
    model = read_model({"model": {"y": "log(b) + a"}, "outputs": {"y": {"unit": "1"}},
                        "inputs": {"a": {"value": "5", "standard_uncertainty": "3"}, "b": {"value": "2"}}})  # fmt: skip
    with pytest.raises(Invalid, match="point 2"):
        evaluate_batch(model, {"b": [4.0, -1.0, 1.0]})
