"""Standards that rest on one reference stay correlated, also where they were entered by hand or are interpolated."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from instruments.models import CalibrationResult
from lims.circumstances import StandardInUse
from lims.interpolated_standards import interpolated
from lims.resting import links_upwards
from lims.result_influences import Influences, alone
from tests.instruments.network import Network, registry_in_memory
from uncertainty.archive import Printed, read_archive, to_text
from uncertainty.evaluation import Evaluation, evaluate
from uncertainty.joined_results import Part, joined, single
from uncertainty.model_file import read_model


def _result(id_: str, nominal: str, archive: str | None, **columns: Any) -> CalibrationResult:
    """A correction in millikelvin with U = 10 mK, k = 2."""
    stated = {"value": "30", "expanded_uncertainty": "10", "coverage_factor": "2"} | columns
    return CalibrationResult(
        id=id_, calibration_id="c", quantity="temperature", nominal=nominal, nominal_unit="degC", unit="mK",
        archive=archive, **stated,
    )  # fmt: skip


def _thermometer(name: str, reference: str) -> list[CalibrationResult]:
    """A thermometer at 20 °C and 40 °C: u = 5 mK, of it 3 mK from the reference and 4 mK of each point's own."""
    found = []
    for nominal in ("20", "40"):
        part = Part(read_archive(reference, "R"), 1.0)
        id_ = f"{name}{nominal}"
        made = joined(id_, "mK", Printed("30", "10", "2"), [part], own=f"{id_}/own")
        found.append(_result(id_, nominal, to_text(made)))
    return found


def _at(results: list[CalibrationResult], point: str) -> str:
    """The archive of a thermometer's value at a point."""
    found = interpolated(StandardInUse(), results, point, lambda one: one.archive)
    assert found.archive is not None
    return found.archive


def _combined(equation: str, archives: dict[str, str]) -> Evaluation:
    inputs = {name: {"from_result": f"{name}.json"} for name in archives}
    model = {"title": "t", "model": {"y": equation}, "outputs": {"y": {"unit": "mK"}}, "inputs": inputs}
    return evaluate(
        read_model(model, results={f"{name}.json": text for name, text in archives.items()}), monte_carlo=False
    )


def _u(equation: str, archives: dict[str, str]) -> float:
    return next(iter(_combined(equation, archives).outputs.values())).standard_uncertainty


def test_values_between_points_share_what_both_standards_rest_on() -> None:
    """By hand: at 25 °C and 35 °C each has u = 5 mK and 3 mK of it in common.

    The mean has u² = (25 + 25 + 2 · 9)/4 mK² = 17 mK² (12.5 mK² without the common 3 mK), the difference
    (25 + 25 - 2 · 9) mK² = 32 mK²; the budget shows the correlation as such.
    """
    reference = to_text(single("R", "mK", Printed("0", "6", "2")))
    both = {"A": _at(_thermometer("A", reference), "25 degC"), "B": _at(_thermometer("B", reference), "35 degC")}
    assert _u("A", {"A": both["A"]}) == pytest.approx(5.0, rel=1e-12)
    assert _u("(A + B) / 2", both) == pytest.approx(math.sqrt(17), rel=1e-9)
    assert _u("A - B", both) == pytest.approx(math.sqrt(32), rel=1e-9)
    rows = _combined("(A + B) / 2", both).to_json()["outputs"]["y"]["budget"]
    assert [row["kind"] for row in rows].count("covariance") == 1


def test_a_value_between_points_keeps_both_neighbours_and_its_own() -> None:
    """3 mK of the reference, 0.75 · 4 mK and 0.25 · 4 mK of the points, and √6 mK that is the interpolation's own."""
    reference = to_text(single("R", "mK", Printed("0", "6", "2")))
    kept = read_archive(_at(_thermometer("A", reference), "25 degC"), "A")
    shares = {one.id: one.contributions["result"] for one in kept.influences}
    expected = {"R": 3.0, "A20/own": 3.0, "A40/own": 1.0, "A20+A40": math.sqrt(6)}
    assert shares == {name: pytest.approx(u, rel=1e-9) for name, u in expected.items()}


SPREAD = st.integers(min_value=1, max_value=400)
PLACE = st.sampled_from(("20.5", "23", "25", "30", "37.5", "39"))


@settings(max_examples=40, deadline=None)
@given(st.lists(SPREAD, min_size=3, max_size=3), st.lists(SPREAD, min_size=2, max_size=2), PLACE, PLACE)
def test_sum_and_difference_are_never_flattered(of_point: list[int], common: list[int], one: str, other: str) -> None:
    """Two values between the points of one standard: never below what the known influences make of them exactly."""
    results, exact = [], []
    for place, (nominal, own) in enumerate(zip(("20", "40"), of_point[:2], strict=True)):
        shared = [(common[0], 1.0), (common[1], 1.0 if place else -1.0)]
        u2 = own**2 + sum(u**2 for u, _ in shared)
        parts = [
            Part(read_archive(to_text(single(f"R{number}", "mK", Printed("0", str(u), "1"))), "R"), sign)
            for number, (u, sign) in enumerate(shared)
        ]
        width = f"{math.sqrt(u2) * (1 + 1e-9):.9f}"
        printed = Printed("30", width, "1")
        archive = to_text(joined(f"p{nominal}", "mK", printed, parts, own=f"p{nominal}/own"))
        results.append(_result(f"p{nominal}", nominal, archive, expanded_uncertainty=width, coverage_factor="1"))
        exact.append([sign * u for u, sign in shared] + [own * (1 - place), own * place])
    archives = {"A": _at(results, f"{one} degC"), "B": _at(results, f"{other} degC")}
    weights = [(float(at) - 20) / 20 for at in (one, other)]
    values = [[(1 - w) * low + w * high for low, high in zip(*exact, strict=True)] for w in weights]
    for equation, sign in (("A + B", 1), ("A - B", -1)):
        truth = math.sqrt(sum((first + sign * second) ** 2 for first, second in zip(*values, strict=True)))
        assert _u(equation, archives) >= truth * (1 - 1e-6)


def test_the_smaller_degrees_of_freedom_hold_between_points() -> None:
    """Joining never gives a value more degrees of freedom than the smaller of its neighbours."""
    results = [_result("p20", "20", None, dof="4"), _result("p40", "40", None, dof="30")]
    text = _at(results, "30 degC")
    (made,) = _combined("A", {"A": text}).outputs.values()
    assert made.effective_dof == pytest.approx(4.0)
    assert made.standard_uncertainty == pytest.approx(5.0)


def _entered(session: Session, network: Network) -> list[CalibrationResult]:
    """Ten resistors entered with what they rest on: one reference with u = 0.1 ohm, nothing of their own."""
    one = {"nominal": "1", "nominal_unit": "kohm", "unit": "ohm", "value": "1000", "expanded_uncertainty": "0.2"}
    upper = network.calibrate(network.standard("S"), date(2026, 1, 1), results=[{**one, "uncertainty_unit": "ohm"}])
    ten = [
        CalibrationResult(
            calibration_id="c", quantity="resistance", coverage_factor="2", uncertainty_unit="ohm", **one
        )
        for _ in range(10)
    ]  # fmt: skip
    for result in ten:
        links_upwards(session, "c", [result], [upper.id], "1")
    return ten


def test_results_entered_with_what_they_rest_on_are_correlated() -> None:
    """Ten resistors of one reference in series: u = 1 ohm, not 0.32 ohm, also where their results were typed in."""
    with registry_in_memory() as session:
        ten = _entered(session, Network(session))
        behind = Influences(session).behind
        archives = {f"R{number}": behind(result) or "" for number, result in enumerate(ten)}
        inputs = {name: {"from_result": f"{name}.json"} for name in archives}
        model = {
            "title": "t", "model": {"y": " + ".join(archives)}, "outputs": {"y": {"unit": "ohm"}}, "inputs": inputs,
        }  # fmt: skip
        read = read_model(model, results={f"{name}.json": text for name, text in archives.items()})
        (made,) = evaluate(read, monte_carlo=False).outputs.values()
    assert made.standard_uncertainty == pytest.approx(1.0, rel=1e-9)


def test_a_result_that_names_nothing_is_its_own_influence() -> None:
    """Without a named upper result nothing is shared; alone it is known by its id, a point on a scale not at all."""
    with registry_in_memory() as session:
        assert Influences(session).behind(_result("p20", "20", None)) is None
    assert [one.id for one in read_archive(alone(_result("p20", "20", None)) or "", "p").influences] == ["p20"]
    scale = _result("p20", "20", None)
    scale.unit = "degC"
    assert alone(scale) is None
