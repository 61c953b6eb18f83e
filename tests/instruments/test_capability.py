"""Who can calibrate a point or a range: scopes in force, units, relative CMCs, the order of the answer."""

from datetime import date

import pytest
from sqlmodel import Session

from instruments.capability import Wanted, quantities_in_scopes, units_of_scopes, who_can
from instruments.models import ScopeLine
from tests.instruments.network import Network

DAY = date(2026, 6, 1)


def asked(lower: str, upper: str = "", unit: str = "kg", quantity: str = "mass") -> Wanted:
    """A point or a range of mass."""
    return Wanted(quantity, lower, upper or lower, unit)


def test_the_smallest_uncertainty_comes_first_in_any_unit(session: Session, network: Network) -> None:
    """10 kg and 10 000 g find the same: the institute with 0.000 02 mg, the centre with 0.01 g."""
    for wanted in (asked("10"), asked("10000", unit="g")):
        found = who_can(session, wanted, DAY)
        assert [one.body.code for one in found] == ["VIEN", "MB"]
        grams = 1000 if wanted.unit == "kg" else 1
        assert [one.cmc * grams for one in found] == pytest.approx([2e-8, 0.01])


def test_a_range_has_to_lie_in_one_line(session: Session, network: Network) -> None:
    """1 to 20 kg lies in both scopes, 1 to 50 kg in that of the institute only, 1 to 500 kg in none."""
    assert len(who_can(session, asked("1", "20"), DAY)) == 2
    assert [one.body.code for one in who_can(session, asked("1", "50"), DAY)] == ["VIEN"]
    assert who_can(session, asked("1", "500"), DAY) == []
    assert who_can(session, asked("1", unit="m"), DAY) == []
    assert who_can(session, asked("1", quantity="length"), DAY) == []


def test_a_relative_cmc_is_taken_at_the_value(session: Session, network: Network) -> None:
    """0.0001 % of 10 kg is 10 mg; over 1 to 20 kg it is at most 20 mg."""
    network.recognise(network.other, "ilac", "D-9", lower="1", upper="20", cmc="0.0001", cmc_unit="%")
    (at,) = [one for one in who_can(session, asked("10"), DAY) if one.body.code == "LAB"]
    (over,) = [one for one in who_can(session, asked("1", "20"), DAY) if one.body.code == "LAB"]
    assert (at.cmc, over.cmc) == pytest.approx((1e-5, 2e-5))


def test_only_what_is_in_force_on_the_day_counts(session: Session, network: Network) -> None:
    """A line that ended, a recognition that ran out and a line of later days are not offered."""
    assert [one.body.code for one in who_can(session, asked("10"), date(2009, 1, 1))] == []
    network.scope(network.centre, "ilac", "D-1", lower="1", upper="20", ended=True, valid_from=date(2026, 1, 1))
    assert [one.body.code for one in who_can(session, asked("10"), DAY)] == ["VIEN"]
    assert [one.body.code for one in who_can(session, asked("10"), date(2025, 12, 31))] == ["VIEN", "MB"]


def test_what_meets_the_wanted_u_stands_before_what_does_not(session: Session, network: Network) -> None:
    """With 5 mg wanted the institute's CMC meets it and the centre's 10 mg does not; both are shown."""
    found = who_can(session, asked("10"), DAY, most_u=5e-6)
    assert [(one.body.code, one.meets) for one in found] == [("VIEN", True), ("MB", False)]
    assert quantities_in_scopes(session) == ["Mass"]
    assert isinstance(found[0].line, ScopeLine)


def test_a_growing_cmc_is_taken_at_the_larger_end(session: Session, network: Network) -> None:
    """2 mg + 0.5 mg/kg × m is at most 12 mg over 1 to 20 kg, and 7 mg at 10 kg."""
    network.recognise(
        network.other, "ilac", "D-9", lower="1", upper="20", cmc="2", cmc_unit="mg", cmc_slope="0.5",
        cmc_slope_unit="mg/kg", cmc_form="sum",
    )  # fmt: skip
    (at,) = [one for one in who_can(session, asked("10"), DAY) if one.body.code == "LAB"]
    (over,) = [one for one in who_can(session, asked("1", "20"), DAY) if one.body.code == "LAB"]
    assert (at.cmc, over.cmc) == pytest.approx((7e-6, 12e-6))


def test_a_relative_u_is_asked_at_each_value(session: Session, network: Network) -> None:
    """2 mg + 0.5 mg/kg × m is 2.5 ppm at 1 kg: within 2.6 ppm over 1 to 20 kg; 0.0001 % is so within 2 ppm, too."""
    network.recognise(network.other, "ilac", "D-8", lower="1", upper="20", cmc="0.0001", cmc_unit="%")
    network.recognise(
        network.other, "ilac", "D-9", lower="1", upper="20", cmc="2", cmc_unit="mg", cmc_slope="0.5",
        cmc_slope_unit="mg/kg", cmc_form="sum",
    )  # fmt: skip

    def met(share: float, *ends: str) -> dict[str, bool | None]:
        found = who_can(session, asked(*ends), DAY, most_u=share, relative=True)
        return {one.recognition.number: one.meets for one in found if one.body.code == "LAB"}

    assert met(2.0e-6, "1", "20") == {"D-8": True, "D-9": False}
    assert met(2.6e-6, "1", "20") == {"D-8": True, "D-9": True}
    assert met(0.8e-6, "10") == {"D-8": False, "D-9": True}


def test_a_relative_u_over_zero_is_met_by_a_relative_cmc_only(session: Session, network: Network) -> None:
    """From -20 to 20 kg no constant CMC is within a share of the value at zero, a smaller share is."""
    network.recognise(network.other, "ilac", "D-7", lower="-20", upper="20", cmc="1", cmc_unit="mg")
    network.recognise(network.other, "ilac", "D-8", lower="-20", upper="20", cmc="0.0001", cmc_unit="%")
    found = who_can(session, asked("-20", "20"), DAY, most_u=1e-5, relative=True)
    assert {one.recognition.number: one.meets for one in found} == {"D-7": False, "D-8": True}
    assert units_of_scopes(session, found[0].line.quantity) == ["kg"]
