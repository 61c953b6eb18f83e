"""A value between two points of a calibration: the line, its uncertainty, and where there is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.interpolation import between, lies_outside, wider
from instruments.models import CalibrationResult


def result(nominal: str, value: str, expanded: str | None, **other: Any) -> CalibrationResult:
    """A result in kelvin at a temperature."""
    known = {"nominal_unit": "degC", "unit": "K", "coverage_factor": "2", "quantity": "temperature", **other}
    return CalibrationResult(id=f"r{nominal}", calibration_id="c", nominal=nominal, value=value,
                             expanded_uncertainty=expanded, **known)  # fmt: skip


def test_the_value_lies_on_the_line_and_the_uncertainties_add_up() -> None:
    """A quarter of the way: 0.030 K + 0.25 · 0.040 K, and 0.75 · 0.010 K + 0.25 · 0.018 K, from the nearest two."""
    results = [result("40", "0.070", "0.018"), result("0", "9", "9"), result("20", "0.030", "0.010")]
    found = between(results, "25", "degC")
    assert found is not None
    assert (found.value, found.unit, found.expanded_uncertainty, found.coverage_factor) == ("0.04", "K", "0.012", "2")
    assert [(one.result_id, one.weight) for one in found.neighbours] == [("r20", 0.75), ("r40", 0.25)]
    assert wider(found.neighbours) == "r40"


def test_units_are_converted() -> None:
    """A point in kelvin, an upper result in millikelvin and a relative uncertainty come out in the lower's unit."""
    upper = result("40", "70", "18", unit="mK")
    found = between([result("20", "0.030", "0.010"), upper], "298.15", "K")
    assert found is not None
    assert (found.value, found.expanded_uncertainty) == ("0.04", "0.012")
    assert found.neighbours[1].slope == pytest.approx(0.25 * 0.001)
    volts = {"nominal_unit": "V", "unit": "V", "uncertainty_unit": "1", "quantity": "dc voltage"}
    relative = between([result("10", "10", "1e-5", **volts), result("30", "30", "1e-5", **volts)], "20", "V")
    assert relative is not None
    assert (relative.value, relative.expanded_uncertainty) == ("20", "0.0002")


def test_different_coverage_factors_are_brought_to_two() -> None:
    """U = 0.006 K with k = 2 and U = 0.009 K with k = 3 are both u = 0.003 K; the smaller dof holds."""
    found = between(
        [result("20", "0", "0.006"), result("40", "0", "0.009", coverage_factor="3", dof="9")], "30", "degC"
    )
    assert found is not None
    assert (found.expanded_uncertainty, found.coverage_factor, found.dof) == ("0.006", "2", "9")


@pytest.mark.parametrize("lacking", [{"coverage_factor": None}, {"expanded": None}])
def test_without_uncertainty_or_factor_there_is_no_value(lacking: dict[str, None]) -> None:
    """A neighbour without U, or without a factor beside one with another statement, gives no value but the place."""
    expanded = None if "expanded" in lacking else "0.01"
    other = {} if "expanded" in lacking else lacking
    found = between([result("20", "0", "0.006"), result("40", "0", expanded, **other)], "30", "degC")
    assert found is not None
    assert found.value is None
    assert not lies_outside(found.neighbours)


@pytest.mark.parametrize("at", ["19.999", "41"])
def test_nothing_is_extrapolated(at: str) -> None:
    """Outside its points a calibration gives no value; its two ends are told."""
    found = between([result("20", "0", "0.006"), result("40", "0", "0.006")], at, "degC")
    assert found is not None
    assert found.value is None
    assert lies_outside(found.neighbours)
    assert [one.nominal for one in found.neighbours] == ["20", "40"]


def test_only_results_of_one_series_are_joined() -> None:
    """Results of another quantity, another measuring range or an incommensurable point are not joined."""
    here = result("20", "0", "0.006", measuring_range="200 mV")
    assert between([here, result("40", "0", "0.1", measuring_range="2 V")], "30", "degC").value is None  # type: ignore[union-attr]
    assert between([here, result("40", "0", "0.1", quantity="humidity")], "30", "degC").value is None  # type: ignore[union-attr]
    assert between([here], "30", "kg") is None


@given(st.integers(1, 999), st.integers(1, 500), st.integers(1, 500))
def test_the_uncertainty_never_flatters(share: int, lower: int, upper: int) -> None:
    """Between two points U is the weighted sum, rounded upwards by less than 0.1 %: never below it."""
    results = [result("0", "0", f"{lower}e-3"), result("1000", "1", f"{upper}e-3")]
    found = between(results, str(share), "degC")
    assert found is not None
    exact = ((1000 - share) * lower + share * upper) / 1e6
    assert exact * (1 - 1e-11) <= float(found.expanded_uncertainty or 0) <= exact * 1.001
