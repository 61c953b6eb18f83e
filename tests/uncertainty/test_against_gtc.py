"""An independent engine, GTC of the Measurement Standards Laboratory of New Zealand, finds the same numbers."""

import math
from decimal import Decimal

import GTC
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uncertainty.archive import archive
from uncertainty.data_folder import data_folder
from uncertainty.evaluation import Evaluation, evaluate
from uncertainty.model_file import read_model

coefficients = st.integers(-4, 4).filter(bool)
spreads = st.integers(1, 50).map(lambda number: number / 10)
dofs = st.one_of(st.none(), st.integers(1, 30))


@st.composite
def tables(draw: st.DrawFn, columns: int = 3) -> list[list[Decimal]]:
    """Rows of readings in which every column scatters and no column is a multiple of another."""
    count = draw(st.integers(3, 7))
    rows = [[Decimal(draw(st.integers(-99, 99))) / 10 for _ in range(columns)] for _ in range(count)]
    for place in range(columns):
        rows[place][place] += 40
    return rows


@st.composite
def models(draw: st.DrawFn) -> dict:
    """Two linear outputs of inputs read together, independent, sharing an influence, correlated, and of one fit."""
    names = ["a", "b", "c", "f", "g", "h", "p", "q", "s", "t", "v", "w"]
    inputs: dict = {name: {"observed": name.upper(), "in": "rows"} for name in "abc"}
    for name in "pqst":
        inputs[name] = {"value": "1", "standard_uncertainty": repr(draw(spreads))}
        dof = draw(dofs)
        if dof and name in "pq":
            inputs[name]["dof"] = dof
    fit = draw(st.integers(1, 30))
    for name in "fgh":
        inputs[name] = {"value": "1", "standard_uncertainty": repr(draw(spreads)), "dof": fit}
    shared = draw(dofs)
    for name in "vw":
        inputs[name] = {"value": "1", "standard_uncertainty": repr(draw(spreads)), "shared": "X"}
        if shared:
            inputs[name]["dof"] = shared
    equations = {
        output: " + ".join(f"({draw(coefficients)}) * {name}" for name in draw(st.permutations(names)))
        for output in ("y", "z")
    }
    return {
        "model": equations,
        "outputs": {output: {"unit": "1"} for output in equations},
        "readings": {"rows": {"columns": ["A", "B", "C"], "rows": [[str(n) for n in row] for row in draw(tables())]}},
        "inputs": inputs,
        "correlations": [
            {"between": list(pair), "r": draw(st.integers(-most, most).filter(bool)) / 10}
            for pair, most in (("st", 9), ("fg", 6), ("gh", 6))
        ],
        "evaluation": {"coverage_factor": 2},
    }


def in_gtc(model: dict) -> dict:
    """The outputs of a model as uncertain numbers of GTC."""
    inputs, rows = model["inputs"], model["readings"]["rows"]["rows"]
    columns = [[float(row[place]) for row in rows] for place in range(3)]
    found = dict(zip("abc", GTC.type_a.multi_estimate_real(columns), strict=True))
    for name in "pq":
        found[name] = GTC.ureal(1.0, float(inputs[name]["standard_uncertainty"]), inputs[name].get("dof", math.inf))
    for name in "st":
        found[name] = GTC.ureal(1.0, float(inputs[name]["standard_uncertainty"]), independent=False)
    spread = [float(inputs[name]["standard_uncertainty"]) for name in "fgh"]
    found |= zip("fgh", GTC.multiple_ureal([1.0] * 3, spread, inputs["f"]["dof"]), strict=True)
    for one in model["correlations"]:
        GTC.set_correlation(one["r"], *(found[name] for name in one["between"]))
    unknown = GTC.ureal(0.0, 1.0, inputs["v"].get("dof", math.inf))
    for name in "vw":
        found[name] = 1.0 + float(inputs[name]["standard_uncertainty"]) * unknown
    outputs = {}
    for output, equation in model["model"].items():
        total = 0.0
        for term in equation.split(" + "):
            coefficient, _, name = term.partition(" * ")
            total = total + int(coefficient.strip("()")) * found[name]
        outputs[output] = GTC.result(total)
    return outputs


def assert_the_same(found: Evaluation, wanted: dict) -> None:
    """Estimate, u, degrees of freedom and correlation of two outputs agree."""
    for name, number in wanted.items():
        result = found.outputs[name]
        assert result.estimate == pytest.approx(number.x, abs=1e-9)
        assert result.standard_uncertainty == pytest.approx(number.u, rel=1e-9)
        assert result.effective_dof == pytest.approx(number.df, rel=1e-6)
    assert found.correlations[0, 1] == pytest.approx(GTC.get_correlation(wanted["y"], wanted["z"]), abs=1e-9)


@settings(max_examples=60)
@given(models())
def test_linear_models_with_every_kind_of_correlation(model):
    """Random linear models: read or fitted together, shared, stated; u, dof (Willink) and correlation agree."""
    assert_the_same(evaluate(read_model(model), monte_carlo=False), in_gtc(model))


@settings(max_examples=25)
@given(models())
def test_a_chain_of_evaluations_is_one_evaluation(model):
    """Taking y and z from an archive, and adding them, gives what GTC has for the sum in one piece."""
    first = read_model(model)
    kept = archive(first, evaluate(first, monte_carlo=False), "first")
    for name, result in evaluate(first, monte_carlo=False).outputs.items():
        kept["outputs"][name]["expanded_uncertainty"] = f"{Decimal(repr(2 * result.standard_uncertainty)):f}"
        kept["outputs"][name]["coverage_factor"] = "2"
        kept["outputs"][name]["value"] = f"{Decimal(repr(result.estimate)):f}"
    second = {
        "model": {"y": "p + q", "z": "p - 2 * q"},
        "outputs": {"y": {"unit": "1"}, "z": {"unit": "1"}},
        "inputs": {one: {"from_result": "f.json", "output": other} for one, other in (("p", "y"), ("q", "z"))},
    }
    wanted = in_gtc(model)
    chained = {"y": wanted["y"] + wanted["z"], "z": wanted["y"] - 2 * wanted["z"]}
    assert_the_same(evaluate(read_model(second, results={"f.json": kept}), monte_carlo=False), chained)


def test_gum_h2_from_the_rows():
    """GUM H.2: resistance, reactance and impedance from the raw rows, with the correlations of table H.4."""
    model = read_model((data_folder() / "reference" / "gum-h2.toml").read_text(encoding="utf-8"))
    found = evaluate(model, monte_carlo=False)
    volts, amperes = (5.007, 4.994, 5.005, 4.990, 4.999), (19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3)
    v, i, phi = GTC.type_a.multi_estimate_real((volts, amperes, (1.0456, 1.0438, 1.0468, 1.0428, 1.0433)))
    wanted = {"R": v / i * GTC.cos(phi), "X": v / i * GTC.sin(phi), "Z": v / i}
    printed = {"R": ("127.732", "0.071"), "X": ("219.847", "0.295"), "Z": ("254.260", "0.236")}
    names = list(found.outputs)
    for name, number in wanted.items():
        result = found.outputs[name]
        estimate, u = (Decimal(text) for text in printed[name])
        assert abs(Decimal(result.estimate) - estimate) <= Decimal("0.0005")
        assert abs(Decimal(result.standard_uncertainty) - u) <= Decimal("0.0006")
        assert result.standard_uncertainty == pytest.approx(number.u, rel=1e-9)
        assert result.effective_dof == pytest.approx(number.df, rel=1e-9) == 4.0
    for one, other, r in (("R", "X", -0.588), ("R", "Z", -0.485), ("X", "Z", 0.993)):
        coefficient = found.correlations[names.index(one), names.index(other)]
        assert coefficient == pytest.approx(r, abs=0.0005)
        assert coefficient == pytest.approx(GTC.get_correlation(wanted[one], wanted[other]), abs=1e-9)
