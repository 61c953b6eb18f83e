"""Influences with identity: results that depend on the same unknown are correlated without anybody saying so."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from uncertainty.archive import archive, read_archive, to_text
from uncertainty.data_folder import data_folder
from uncertainty.earlier_results import results_named
from uncertainty.errors import Invalid, InvalidInput, InvalidModel
from uncertainty.evaluation import Evaluation, evaluate
from uncertainty.influences import lower_root, unknown_correlation
from uncertainty.model_file import read_model


def kept(source: dict, name: str, **results: str) -> str:
    """The archive of an evaluation, as text; `results` are those of earlier evaluations by the stem of their file."""
    model = read_model(source, results={f"{stem}.json": text for stem, text in results.items()})
    return to_text(archive(model, evaluate(model, monte_carlo=False), name))


def evaluated(source: dict, **results: str) -> Evaluation:
    """The first order of a model that takes earlier results."""
    named = {f"{stem}.json": text for stem, text in results.items()}
    return evaluate(read_model(source, results=named), monte_carlo=False)


K2 = {"coverage_factor": 2}
STANDARD = {
    "title": "Standard resistor",
    "model": {"R": "R_S"},
    "outputs": {"R": {"unit": "ohm"}},
    "inputs": {"R_S": {"value": "1000 ohm", "standard_uncertainty": "100 mohm"}},
    "evaluation": K2,
}


def resistor(number: int, comparison: str | None = None) -> dict:
    """A resistor of nominally 1 kohm calibrated against the standard by comparison."""
    inputs: dict = {"R_S": {"from_result": "standard.json", "output": "R"}, "alpha": {"value": "1"}}
    if comparison:
        inputs["alpha"]["standard_uncertainty"] = comparison
    return {
        "title": f"Resistor {number}",
        "model": {"R": "alpha * R_S"},
        "outputs": {"R": {"unit": "ohm"}},
        "inputs": inputs,
        "evaluation": K2,
    }


def series(count: int = 10) -> dict:
    """Resistors in series, each the result of its own calibration."""
    names = [f"R{number}" for number in range(count)]
    return {
        "model": {"R": " + ".join(names)},
        "outputs": {"R": {"unit": "ohm"}},
        "inputs": {name: {"from_result": f"{name}.json", "output": "R"} for name in names},
        "evaluation": K2,
    }


def test_ten_resistors_are_one_ohm_without_a_stated_correlation():
    """GUM 5.2.2: ten resistors calibrated against one standard have 1 ohm in series, by evaluations in a chain."""
    standard = kept(STANDARD, "standard")
    resistors = {f"R{number}": kept(resistor(number), f"R{number}", standard=standard) for number in range(10)}
    model = read_model(series(), results={f"{name}.json": text for name, text in resistors.items()})
    result = evaluate(model, trials=100_000).outputs["R"]
    assert (result.estimate, result.standard_uncertainty) == (10_000.0, pytest.approx(1.0))
    assert result.monte_carlo.standard_uncertainty == pytest.approx(1.0, rel=0.02)
    assert model.correlation.matrix == pytest.approx(np.ones((10, 10)))
    assert sum(row.share for row in result.budget) == pytest.approx(1.0)


def test_what_resistors_do_not_share_stays_independent():
    """With 0.1 ohm of comparison each, u of the sum is the square root of 1^2 + 10 * 0.1^2, and r is a half."""
    standard = kept(STANDARD, "standard")
    texts = {f"R{n}": kept(resistor(n, "1e-4"), f"R{n}", standard=standard) for n in range(10)}
    model = read_model(series(), results={f"{name}.json": text for name, text in texts.items()})
    result = evaluate(model, trials=100_000).outputs["R"]
    reported = 0.28 / 2  # U = 0.2828 ohm is printed as 0.28 ohm
    assert model.inputs[0].standard_uncertainty == pytest.approx(reported)
    assert model.correlation.matrix[0, 1] == pytest.approx(0.5)
    assert result.standard_uncertainty == pytest.approx(reported * math.sqrt(10 + 90 * 0.5))
    assert result.monte_carlo.standard_uncertainty == pytest.approx(result.standard_uncertainty, rel=0.02)


def test_the_difference_of_two_resistors_of_one_standard_loses_the_standard():
    """What both depend on drops out of their difference."""
    standard = kept(STANDARD, "standard")
    texts = {f"R{n}": kept(resistor(n), f"R{n}", standard=standard) for n in range(2)}
    source = series(2)
    source["model"]["R"] = "R0 - R1"
    assert evaluated(source, **texts).outputs["R"].standard_uncertainty == pytest.approx(0.0, abs=1e-9)


def test_the_same_result_twice_is_the_same_quantity():
    """Two inputs that take the same output of one file are equal, rounding included."""
    text = kept({**STANDARD, "evaluation": {}}, "standard")
    inputs = {name: {"from_result": "standard.json", "output": "R"} for name in ("a", "b")}
    source = {"model": {"y": "a - b"}, "outputs": {"y": {"unit": "ohm"}}, "inputs": inputs}
    assert evaluated(source, standard=text).outputs["y"].standard_uncertainty == pytest.approx(0.0, abs=1e-9)


def test_u_downstream_is_what_was_printed():
    """The squares of all contributions add up to U / k as printed; rounding up is unshared, rounding down scales."""
    up = kept({**STANDARD, "evaluation": {}}, "up")  # U = 0.19600 ohm is printed as 0.20 ohm with k = 1.96
    source = {
        "model": {"y": "a"},
        "outputs": {"y": {"unit": "ohm"}},
        "inputs": {"a": {"from_result": "up.json"}},
    }
    model = read_model(source, results={"up.json": up})
    assert model.inputs[0].standard_uncertainty == pytest.approx(0.20 / 1.96)
    assert [one.is_shared for one in model.inputs[0].components] == [True, False]
    ids = [
        one["id"] for one in json.loads(to_text(archive(model, evaluate(model, monte_carlo=False), "y")))["influences"]
    ]
    assert ids[0].startswith("up-") and ids[1].startswith("y-")
    down = json.loads(up)
    down["outputs"]["R"]["expanded_uncertainty"] = "0.19"
    (quantity,) = read_model(source, results={"up.json": down}).inputs
    assert quantity.standard_uncertainty == pytest.approx(0.19 / 1.96)
    assert len(quantity.components) == 1


def test_what_second_order_added_is_kept_under_the_id_of_the_result():
    """An input whose u is of second order brings that part too, and shares it with whoever uses the same result."""
    curved = {
        "model": {"y": "a * b"},
        "outputs": {"y": {"unit": "1"}},
        "inputs": {name: {"value": "0", "standard_uncertainty": "1"} for name in ("a", "b")},
        "evaluation": {"order": 2, "coverage_factor": 2},
    }
    text = kept(curved, "curved")
    inputs = {name: {"from_result": "curved.json", "output": "y"} for name in ("p", "q")}
    source = {"model": {"z": "p + q"}, "outputs": {"z": {"unit": "1"}}, "inputs": inputs}
    assert evaluated(source, curved=text).outputs["z"].standard_uncertainty == pytest.approx(2.0)


ROWS = [["5.007", "19.663"], ["4.994", "19.639"], ["5.005", "19.640"], ["4.990", "19.685"], ["4.999", "19.678"]]
BRIDGE = {
    "model": {"R": "V / I", "P": "V * I"},
    "outputs": {"R": {"unit": "ohm"}, "P": {"unit": "mW"}},
    "readings": {"bridge": {"units": ["V", "mA"], "columns": ["V_i", "I_i"], "rows": ROWS}},
    "inputs": {"V": {"observed": "V_i", "in": "bridge"}, "I": {"observed": "I_i", "in": "bridge"}},
}


def test_influences_add_up_to_the_covariance_of_the_outputs():
    """Rows read together and stated correlations are kept as independent influences with the same covariances."""
    sources = [BRIDGE, {**STANDARD, "model": {"R": "R_S + a + b"}}]
    causes = [{"name": "drift", "standard_uncertainty": "0.3 ohm"}, {"name": "load", "standard_uncertainty": "0.4 ohm"}]
    sources[1]["inputs"] = {
        **STANDARD["inputs"],
        "a": {"value": "1 ohm", "standard_uncertainty": "0.2 ohm", "shared": "A", "dof": 7},
        "b": {"value": "2 ohm", "contributions": causes},
    }
    third = pair()
    third["model"]["y"] = "a + b - c + d"
    third["inputs"] |= {name: {"value": "1 V", "standard_uncertainty": "1 mV"} for name in "cd"}
    third["inputs"]["d"] = {"value": "1 V"}
    third["correlations"] = [{"between": [name, "d"], "r": 0.5} for name in "abc"]
    third["correlations"] += [{"between": [name, "c"], "r": 1.0} for name in "ab"]
    fourth = {**BRIDGE, "model": {"R": "(V + a) / I", "P": "V * I"}, "inputs": {**BRIDGE["inputs"]}}
    fourth["inputs"]["a"] = {"value": "0 V", "standard_uncertainty": "2 mV"}
    fourth["correlations"] = [{"between": ["V", "a"], "r": 0.4}]
    sources += [third, fourth]
    sources[1]["correlations"] = [{"between": ["R_S", "a"], "r": 0.5}, {"between": ["a", "b"], "r": -0.6}]
    for source in sources:
        found = evaluated(source)
        parts = {
            name: np.array([one.standard_uncertainty * one.sensitivity[name] for one in found.influences])
            for name in found.outputs
        }
        spreads = [result.standard_uncertainty for result in found.outputs.values()]
        matrix = np.array([[one @ other for other in parts.values()] for one in parts.values()])
        assert matrix == pytest.approx(np.outer(spreads, spreads) * found.correlations, rel=1e-9)


def test_rows_read_together_keep_their_degrees_of_freedom_downstream():
    """An input from rows read together has the four degrees of freedom of the rows, and so has what uses it."""
    text = kept({**BRIDGE, "evaluation": K2}, "bridge")
    source = {
        "model": {"y": "R * 2"},
        "outputs": {"y": {"unit": "ohm"}},
        "inputs": {"R": {"from_result": "bridge.json", "output": "R"}},
    }
    model = read_model(source, results={"bridge.json": text})
    rounding = [one for one in model.inputs[0].components if math.isinf(one.dof)]
    share = sum(one.standard_uncertainty**2 for one in rounding) / model.inputs[0].standard_uncertainty ** 2
    result = evaluate(model, monte_carlo=False).outputs["y"]
    assert result.effective_dof == pytest.approx(4 / (1 - share) ** 2) == model.inputs[0].dof
    both = {**source, "model": {"y": "R / S"}, "outputs": {"y": {"unit": "ohm/mW"}}}
    both["inputs"] = {**source["inputs"], "S": {"from_result": "bridge.json", "output": "P"}}
    ratio = read_model(both, results={"bridge.json": text})
    assert evaluate(ratio, monte_carlo=False).outputs["y"].effective_dof == pytest.approx(4, rel=0.05)


def test_inputs_that_name_the_same_influence_are_correlated():
    """Two inputs of one model with the same id move together; with dof it counts once in Welch-Satterthwaite."""
    inputs = {
        name: {"value": "1 V", "standard_uncertainty": u, "shared": "voltmeter 7", "dof": 6}
        for name, u in (("a", "3 mV"), ("b", "1 mV"))
    }
    inputs["c"] = {"value": "1 V", "standard_uncertainty": "2 mV"}
    for equation, u, dof in (("a + b + c", math.sqrt(20), 6 * 400 / 256), ("a - b + c", math.sqrt(8), 6 * 64 / 16)):
        model = {"model": {"y": equation}, "outputs": {"y": {"unit": "mV"}}, "inputs": inputs}
        result = evaluate(read_model(model), trials=100_000).outputs["y"]
        assert result.standard_uncertainty == pytest.approx(u)
        assert result.effective_dof == pytest.approx(dof)
        spread = math.sqrt(u**2 + (u**2 - 4) / 2)  # the variance of t with 6 degrees of freedom is 6/4 of its scale's
        assert result.monte_carlo.standard_uncertainty == pytest.approx(spread, rel=0.02)


def test_one_id_in_two_causes_of_one_input_adds_with_its_sign():
    """What one unknown does to an input in two ways is added before it is squared."""
    causes = [{"name": name, "shared": "T", "standard_uncertainty": "1 mV"} for name in ("one", "two")]
    model = {
        "model": {"y": "a"},
        "outputs": {"y": {"unit": "mV"}},
        "inputs": {"a": {"value": "1 V", "contributions": causes}},
    }
    assert evaluate(read_model(model), monte_carlo=False).outputs["y"].standard_uncertainty == pytest.approx(2.0)


def pair(**more: object) -> dict:
    """Two inputs that name the same influence."""
    one = {"value": "1 V", "standard_uncertainty": "1 mV", "shared": "X"}
    return {
        "model": {"y": "a + b"},
        "outputs": {"y": {"unit": "V"}},
        "inputs": {"a": one, "b": {**one, **more}},
        "correlations": [],
    }


def test_one_id_is_one_unknown():
    """An id with two distributions, or with a stated correlation beside it, is refused by name."""
    for more in ({"dof": 5}, {"distribution": "rectangular"}):
        with pytest.raises(InvalidModel, match='same influence "X"'):
            read_model(pair(**more))
    stated = {**pair(), "correlations": [{"between": ["a", "b"], "r": 0.5}]}
    with pytest.raises(InvalidModel, match='share the influence "X"'):
        read_model(stated)


def test_shared_and_stated_correlations_meet_in_monte_carlo():
    """An input that shares an influence and has a stated correlation with a third keeps both in the trials."""
    model = pair()
    model["model"]["y"] = "a + b + c"
    model["inputs"]["c"] = {"value": "1 V", "standard_uncertainty": "1 mV"}
    model["correlations"] = [{"between": [name, "c"], "r": 0.5} for name in ("a", "b")]
    result = evaluate(read_model(model), trials=200_000).outputs["y"]
    assert result.standard_uncertainty == pytest.approx(math.sqrt(7) * 1e-3)
    assert result.monte_carlo.standard_uncertainty == pytest.approx(result.standard_uncertainty, rel=0.01)


def test_ids_are_the_same_for_the_same_content_and_new_after_a_recalibration():
    """The same model under the same name gives the same bytes; other readings or another name give other ids."""
    assert kept(STANDARD, "standard") == kept(STANDARD, "standard")
    newer = {**STANDARD, "inputs": {"R_S": {**STANDARD["inputs"]["R_S"], "value": "1000.1 ohm"}}}
    ids = {
        json.loads(text)["influences"][0]["id"]
        for text in (kept(STANDARD, "standard"), kept(newer, "standard"), kept(STANDARD, "other"))
    }
    assert len(ids) == 3
    named = {**STANDARD, "inputs": {"R_S": {**STANDARD["inputs"]["R_S"], "shared": "NMI 2026"}}}
    assert json.loads(kept(named, "standard"))["influences"][0]["id"] == "NMI 2026"


def test_points_on_a_scale_come_back_as_points():
    """A result in degC is a point on the scale again, a difference stays a difference."""
    source = {
        "model": {"t": "a", "d": "a - b"},
        "outputs": {"t": {"unit": "degC"}, "d": {"unit": "degC"}},
        "inputs": {name: {"value": "20.5 degC", "standard_uncertainty": "0.1 degC"} for name in ("a", "b")},
        "evaluation": K2,
    }
    text = kept(source, "bath")
    again = {
        "model": {"y": "t + d"},
        "outputs": {"y": {"unit": "degC"}},
        "inputs": {name: {"from_result": "bath.json", "output": name} for name in ("t", "d")},
    }
    twisted = {**again, "inputs": {**again["inputs"], "t": {**again["inputs"]["t"], "kind": "difference"}}}
    with pytest.raises(InvalidModel, match="kind stands beside from_result"):
        read_model(twisted, results={"bath.json": text})
    model = read_model(again, results={"bath.json": text})
    assert [one.kind.scale for one in model.inputs] == ["temperature", None]
    assert evaluate(model, monte_carlo=False).outputs["y"].estimate == pytest.approx(20.5)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ({"from_result": "gone.json", "output": "R"}, 'no result file "gone.json"'),
        ({"from_result": "standard.json", "output": "r"}, 'did you mean "R"'),
        ({"from_result": "standard.json", "value": "1 ohm"}, "value stands beside from_result"),
        ({"from_result": 5}, "text in quotation marks"),
        ({"output": "R", "value": "1 ohm"}, "output stands without from_result"),
    ],
)
def test_broken_references_are_refused(description, words):
    """A file or an output that is not there, or a second statement of the value, is refused with its remedy."""
    source = {"model": {"y": "a"}, "outputs": {"y": {"unit": "ohm"}}, "inputs": {"a": description}}
    with pytest.raises(InvalidModel, match=words) as refusal:
        read_model(source, results={"standard.json": kept(STANDARD, "standard")})
    assert refusal.value.text("vi")


def altered(*path: object, to: object) -> str:
    """The archive of the standard with one value changed."""
    content = json.loads(kept(STANDARD, "standard"))
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(content)


BROKEN = [
    "", "{", "[]", "5", '{"schema": "chuan.result"}', "[" * 100_000, '{"a": NaN}', " " * 5_000_001,
    altered("schema", to="other"), altered("version", to=2), altered("outputs", to={}), altered("outputs", to=5),
    altered("outputs", "R", "unit", to="ohmm"), altered("outputs", "R", "value", to="1e999"),
    altered("outputs", "R", "value", to=1000), altered("outputs", "R", "coverage_factor", to="0"),
    altered("outputs", "R", "expanded_uncertainty", to="-1"), altered("outputs", "R", "effective_dof", to=0),
    altered("outputs", "R", "difference", to=1), altered("outputs", "R", "standard_uncertainty", to=-1),
    altered("influences", to=None), altered("influences", 0, "id", to=""), altered("influences", 0, "dof", to="many"),
    altered("influences", 0, "distribution", to="nomral"), altered("influences", 0, "shape", to=None),
    altered("influences", 0, "sensitivity", to={"X": 1.0}), altered("influences", 0, "standard_uncertainty", to=True),
    altered("influences", 0, "sensitivity", "R", to=1e400),
    altered("influences", to=2 * json.loads(kept(STANDARD, "standard"))["influences"]),
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_what_is_not_an_archive_is_refused(text):
    """A damaged or foreign file is refused by its name, in both languages, whatever is wrong with it."""
    with pytest.raises(InvalidInput, match=r"a\.json") as refusal:
        read_archive(text, "a.json")
    assert refusal.value.text("vi")
    with pytest.raises(Invalid):
        read_model({**STANDARD, "inputs": {"R_S": {"from_result": "a.json"}}}, results={"a.json": text})


def test_the_files_that_a_model_names():
    """The files named in a model are found without reading the model."""
    assert results_named(series(3)) == ["R0.json", "R1.json", "R2.json"]
    assert results_named({"inputs": 5}) == results_named({"inputs": {"a": 5, "b": {"from_result": 5}}}) == []


def test_points_of_a_foreign_certificate():
    """Where a certificate tells no correlation, the one with the larger uncertainty is taken, and said."""
    full, none = unknown_correlation([1.0, 2.0]), unknown_correlation([1.0, -2.0])
    assert (full.r, full.standard_uncertainty) == (1.0, 3.0)
    assert (none.r, none.standard_uncertainty) == (0.0, pytest.approx(math.sqrt(5)))
    assert full.reason.text("en") != none.reason.text("en") and full.reason.text("vi")


def test_a_root_from_below():
    """A lower triangular root gives its matrix back, also where one quantity is fully known from the others."""
    matrix = np.array([[1.0, 0.5, 1.0], [0.5, 1.0, 0.5], [1.0, 0.5, 1.0]])
    lower = lower_root(matrix)
    assert lower @ lower.T == pytest.approx(matrix)
    assert lower[2, 2] == 0.0


RELEASED = Path(__file__).parent / "results"


def test_a_result_of_the_first_version_stays_readable():
    """A file that version 1 wrote gives the same numbers for ever, and its model still gives the same bytes."""
    text = (RELEASED / "version-1.json").read_text(encoding="utf-8")
    found = read_archive(text, "version-1.json")
    assert found.id.startswith("version-1-")
    source = {
        "model": {"y": "R + X"},
        "outputs": {"y": {"unit": "ohm"}},
        "inputs": {name: {"from_result": "bridge.json", "output": name} for name in ("R", "X")},
    }
    model = read_model(source, results={"bridge.json": text})
    result = evaluate(model, monte_carlo=False).outputs["y"]
    assert [one.estimate for one in model.inputs] == [pytest.approx(127.73), pytest.approx(219.85)]
    assert [one.standard_uncertainty for one in model.inputs] == [
        pytest.approx(0.20 / 2.78),
        pytest.approx(0.82 / 2.78),
    ]
    assert model.correlation.matrix[0, 1] == pytest.approx(-0.58, abs=0.01)
    assert result.effective_dof == pytest.approx(4.0, abs=0.1)
    again = read_model((data_folder() / "reference" / "gum-h2.toml").read_text(encoding="utf-8"))
    released, today = json.loads(text), archive(again, evaluate(again, monte_carlo=False), "version-1")
    assert today.keys() == released.keys() and today["outputs"]["R"].keys() == released["outputs"]["R"].keys()
    for one, other in zip(today["influences"], released["influences"], strict=True):
        assert one.keys() == other.keys()
        assert one["sensitivity"] == pytest.approx(other["sensitivity"])
