"""The CMC of a scope line: one number or a + b·x, at a point, and what falls below it."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from instruments.bodies import scope_line
from instruments.cmc import CmcText, Coverage, below_cmc, check_cmc, cmc_at, cmc_forms, widening
from instruments.models import ScopeLine
from tests.instruments.network import DAY, Network
from uncertainty.errors import Invalid
from uncertainty.units import convert

NUMBERS = st.integers(1, 99_999).map(lambda one: f"{one / 1000:.3f}")
VALUES = st.integers(-500_000, 500_000).map(lambda one: f"{one / 1000:.3f}")
FORMS = st.sampled_from(tuple(cmc_forms()))
LENGTHS = ("m", "mm", "um", "km")


def length(**changed: Any) -> ScopeLine:
    """A line of length over 0 to 1 m: (0.1 + 0.8·L) µm, with L in m."""
    columns = {
        "body_id": "b", "kind": "ilac", "line": "7", "quantity": "length", "lower": "0", "upper": "1", "unit": "m",
        "cmc": "0.1", "cmc_unit": "um", "cmc_slope": "0.8", "cmc_slope_unit": "um/m", "cmc_form": "sum",
        "valid_from": date(2020, 1, 1),
    }  # fmt: skip
    line = ScopeLine(**{**columns, "service": "calibration", **changed})
    check_cmc(line)
    return line


def test_both_forms_at_a_length() -> None:
    """At 0.5 m (0.1 + 0.8·L) µm is 0.5 µm, and Q[0.1; 0.8·L] µm is √(0.01 + 0.16) µm; at 0 both are 0.1 µm."""
    total, root = length(), length(cmc_form="quadrature")
    assert cmc_at(total, "500", "mm") == pytest.approx(0.5e-3)
    assert cmc_at(root, "0.5", "m") == pytest.approx(math.sqrt(0.17) * 1e-6)
    assert cmc_at(total, "0", "m") == cmc_at(root, "0", "m") == pytest.approx(1e-7)


def test_absolute_and_relative_terms_of_a_voltage() -> None:
    """5e-5·U + 2 mV is 2.5 mV at 10 V and at -10 V, whether its slope is a ratio, in percent, ppm or mV/V."""
    for slope, unit in (("5e-5", "1"), ("0.005", "%"), ("50", "ppm"), ("0.05", "mV/V")):
        line = length(
            quantity="dc voltage", lower="-1000", upper="1000", unit="V", cmc="2", cmc_unit="mV", cmc_slope=slope,
            cmc_slope_unit=unit,
        )  # fmt: skip
        assert [cmc_at(line, one, "V") for one in ("10", "-10")] == pytest.approx([2.5e-3] * 2)


def test_an_uncertainty_equal_to_the_cmc_is_not_below_it() -> None:
    """At 0.5 m U = 0.50 µm and 500 nm pass; 0.49 µm and 499 nm do not; at 1 m 0.50 µm does not either."""
    line = length()
    found = [
        below_cmc(line, u, unit, value, "m")
        for u, unit, value in (("0.50", "um", "0.5"), ("500", "nm", "0.5"), ("0.49", "um", "0.5"), ("499", "nm", "0.5"))
    ]
    assert found == [False, False, True, True]
    assert below_cmc(line, "0.50", "um", "1", "m")


def test_a_growing_cmc_without_its_point_is_never_met_unseen() -> None:
    """Without a value, or with one of another dimension, nothing is compared."""
    for value, unit in (("", "m"), ("5", "kg")):
        with pytest.raises(Invalid, match="cannot be compared"):
            below_cmc(length(), "9", "um", value, unit)


def test_u_and_cmc_are_compared_at_one_probability() -> None:
    """U at 99 % or with k = 1 is brought to that of the CMC; "about 95 %" is compared as printed."""
    line = length(cmc_slope="", cmc="1.00")
    normal = Coverage("2.58", "0.99")
    assert below_cmc(line, "1.28", "um", "0.5", "m", normal)
    assert not below_cmc(line, "1.30", "um", "0.5", "m", normal)
    assert not below_cmc(line, "0.51", "um", "0.5", "m", Coverage("1", "0.6827"))
    assert [widening(Coverage("1.96", "0.95")), widening(Coverage("2", "0.9545"))] == [1.0, 1.0]
    assert widening(Coverage("3.36", "0.99", "8")) == pytest.approx(3.36 / 2.37, rel=2e-3)  # JCGM 100, table G.2


def test_a_line_without_cmc_has_nothing_below_it() -> None:
    """A line of verification may state no CMC; one of calibration has to."""
    bare = {"cmc": "", "cmc_unit": "", "cmc_slope": ""}
    line = length(service="verification", **bare)
    assert not below_cmc(line, "0.001", "um", "0.5", "m")
    assert CmcText(line).text("vi") == "–"
    with pytest.raises(Invalid):
        length(**bare)


def test_a_cmc_is_written_as_scopes_write_it() -> None:
    """The terms carry their units, the value its symbol; Vietnamese has the decimal comma."""
    assert CmcText(length()).text("vi") == "0,1\u00a0µm + 0,8\u00a0µm/m × L"
    assert CmcText(length(cmc_form="quadrature")).text("en") == "Q[0.1\u00a0µm; 0.8\u00a0µm/m × L]"
    assert CmcText(length(cmc="0")).text("en") == "0.8\u00a0µm/m × L"
    assert CmcText(length(cmc_slope="")).text("vi") == "0,1\u00a0µm"


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"cmc_slope_unit": "um"}, "scope_lines.slope_unit"),
        ({"cmc_slope_unit": "um/kg"}, "scope_lines.slope_unit"),
        ({"cmc_unit": "mV", "cmc_slope": ""}, "scope_lines.unit_does_not_fit"),
        ({"cmc_slope": "-0.8"}, "scope_lines.slope_not_positive"),
        ({"cmc_form": "product"}, "scope_lines.form_unknown"),
        ({"cmc": "-0.1"}, "lims.cmc_not_positive"),
        ({"cmc": "0", "cmc_slope": ""}, "lims.cmc_not_positive"),
    ],
)
def test_terms_that_do_not_belong_together_are_refused(changed: dict[str, str], key: str) -> None:
    """The sentence names the unit or number that is wrong."""
    with pytest.raises(Invalid) as refusal:
        length(**changed)
    assert refusal.value.key == key


@given(constant=NUMBERS, slope=NUMBERS, form=FORMS, values=st.tuples(VALUES, VALUES))
@settings(max_examples=60)
def test_a_cmc_grows_with_the_amount_of_the_value(
    constant: str, slope: str, form: str, values: tuple[str, str]
) -> None:
    """It is never smaller where |x| is larger, is the same for x and -x, and lies between each term and their sum."""
    line = length(cmc=constant, cmc_slope=slope, cmc_form=form)
    smaller, larger = sorted(values, key=lambda one: abs(float(one)))
    low, high = cmc_at(line, smaller, "m"), cmc_at(line, larger, "m")
    assert low <= high * (1 + 1e-9)
    assert cmc_at(line, str(-float(larger)), "m") == pytest.approx(high)
    terms = (float(constant) * 1e-6, float(slope) * abs(float(larger)) * 1e-6)
    assert max(terms) * (1 - 1e-9) <= high <= sum(terms) * (1 + 1e-9)


@given(number=NUMBERS, value=VALUES, form=FORMS)
@settings(max_examples=60)
def test_one_term_alone_is_the_old_form(number: str, value: str, form: str) -> None:
    """With b = 0 it is the constant CMC, with a = 0 the relative one."""
    constant = length(cmc=number, cmc_slope="")
    no_slope = constant.model_copy(update={"cmc_slope": "0", "cmc_slope_unit": "um/m", "cmc_form": form})
    assert cmc_at(no_slope, value, "m") == pytest.approx(cmc_at(constant, value, "m"), rel=1e-9)
    relative = length(cmc=number, cmc_unit="%", cmc_slope="")
    only_slope = length(cmc="0", cmc_slope=number, cmc_slope_unit="%", cmc_form=form)
    assert cmc_at(only_slope, value, "m") == pytest.approx(cmc_at(relative, value, "m"), rel=1e-9)


@given(constant=NUMBERS, slope=NUMBERS, form=FORMS, value=NUMBERS, units=st.tuples(*[st.sampled_from(LENGTHS)] * 3))
@settings(max_examples=60)
def test_units_leave_a_cmc_as_it_is(
    constant: str, slope: str, form: str, value: str, units: tuple[str, str, str]
) -> None:
    """The same line written in other units, asked at the same point in another unit, has the same CMC."""
    unit, cmc_unit, asked = units
    here = length(cmc=constant, cmc_slope=slope, cmc_form=form)
    there = length(
        unit=unit, cmc=repr(convert(float(constant), "um", cmc_unit)), cmc_unit=cmc_unit,
        cmc_slope=repr(convert(float(slope), "um/m", f"{cmc_unit}/{unit}")), cmc_slope_unit=f"{cmc_unit}/{unit}",
        cmc_form=form,
    )  # fmt: skip
    at = cmc_at(there, repr(convert(float(value), "m", asked)), asked)
    assert convert(at, asked, "m") == pytest.approx(cmc_at(here, value, "m"), rel=1e-9)


def test_the_line_with_the_smaller_cmc_at_the_point_is_taken(session: Session, network: Network) -> None:
    """Of two lines over one range the constant one counts at 10 kg and the growing one at 1 kg."""
    network.scope(
        network.centre, "ilac", "D-1", line="2", lower="0.001", upper="20", cmc="0", cmc_unit="mg", cmc_slope="2",
        cmc_slope_unit="mg/kg", cmc_form="sum",
    )  # fmt: skip
    found = [scope_line(session, network.centre.id, "mass", value, "kg", "calibration", DAY) for value in ("1", "10")]
    assert [one.line if one else None for one in found] == ["2", "1"]


@pytest.mark.parametrize(
    ("uncertainty", "unit", "below"),
    [("9.9", "mg", True), ("10", "mg", False), ("0.010", "g", False), ("0.0099", "g", True), ("0.9", "ppm", True)],
)
def test_an_uncertainty_is_compared_with_the_cmc_as_printed(
    session: Session, network: Network, uncertainty: str, unit: str, below: bool
) -> None:
    """U equal to the CMC is not below it, whatever the units."""
    line = scope_line(session, network.centre.id, "mass", "10", "kg", "calibration", DAY)
    assert line is not None
    assert below_cmc(line, uncertainty, unit, "10", "kg") is below


def test_a_cmc_that_cannot_be_compared_is_never_met_unseen(session: Session, network: Network) -> None:
    """A U in another dimension, and a relative one without its point, are refused instead of passed."""
    line = scope_line(session, network.centre.id, "mass", "10", "kg", "calibration", DAY)
    assert line is not None
    for uncertainty, unit in (("9", "K"), ("1", "ppm"), ("about 9", "mg")):
        with pytest.raises(Invalid, match="cannot be compared"):
            below_cmc(line, uncertainty, unit)
    assert below_cmc(line, "9", "mg")


def test_a_cmc_is_stated_at_the_point(session: Session, network: Network) -> None:
    """An absolute CMC is converted, a relative one is taken of the point; what does not fit is refused."""
    line = scope_line(session, network.centre.id, "mass", "10", "kg", "calibration", DAY)
    assert line is not None
    assert cmc_at(line, "10", "kg") == pytest.approx(1e-5)
    network.scope(network.centre, "ilac", "D-1", line="3", lower="20", upper="50", cmc="0.2", cmc_unit="ppm")
    relative = scope_line(session, network.centre.id, "mass", "30", "kg", "calibration", DAY)
    assert relative is not None
    assert cmc_at(relative, "30", "kg") == pytest.approx(6e-6)
    with pytest.raises(Invalid, match="cannot be compared"):
        cmc_at(line, "20", "degC")
