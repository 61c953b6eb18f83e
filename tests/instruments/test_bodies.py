"""Bodies on a day: name, policy, recognition and scope."""

from datetime import date

import pytest
from sqlmodel import Session

from instruments.bodies import (
    POLICIES,
    body_by_code,
    decide_policy,
    name_on,
    policy_on,
    recognised,
    scope_line,
)
from instruments.capability import Wanted, who_can
from instruments.models import DESIGNATION, Recognition
from tests.instruments.network import DAY, Network
from uncertainty.errors import Invalid


def test_a_body_has_the_name_of_the_day(session: Session, network: Network) -> None:
    """The name in force on the day is given, and none before the first."""
    network.name(network.centre, "Tên mới", date(2025, 1, 1))
    names = [name_on(session, network.centre.id, day) for day in (date(1999, 1, 1), date(2024, 12, 31), DAY)]
    assert [None if name is None else name.name_vi for name in names] == [None, "Tên MB", "Tên mới"]


def test_a_body_is_found_by_its_code(session: Session, network: Network) -> None:
    """A code names one body."""
    assert body_by_code(session, "MB") is network.centre
    assert body_by_code(session, "mb") is None


def test_the_first_choice_holds_where_nothing_was_decided(session: Session, network: Network) -> None:
    """Without a decision an uncertainty below the CMC is refused and the reviewer does not approve."""
    assert {name: policy_on(session, network.centre.id, name, DAY) for name in POLICIES} == {
        "cmc": "refuse",
        "reviewer_may_approve": "no",
        "data_attachments": "no",
        "accreditation_mark": "no",
    }


def test_a_policy_holds_from_its_day_for_its_body(session: Session, network: Network) -> None:
    """A decision changes neither the past nor another body."""
    decide_policy(session, network.centre.id, "cmc", "raise", DAY)
    assert policy_on(session, network.centre.id, "cmc", DAY) == "raise"
    assert policy_on(session, network.centre.id, "cmc", date(2026, 5, 31)) == "refuse"
    assert policy_on(session, network.institute.id, "cmc", DAY) == "refuse"


@pytest.mark.parametrize(("name", "text"), [("cmc", "ignore"), ("colour", "blue"), ("cmc", "")])
def test_an_unknown_decision_is_refused(session: Session, network: Network, name: str, text: str) -> None:
    """Only what the policy permits can be decided."""
    with pytest.raises(Invalid, match="There are"):
        decide_policy(session, network.centre.id, name, text, DAY)


def test_a_point_inside_the_scope_is_recognised(session: Session, network: Network) -> None:
    """The recognition and the line of scope that cover a point are given; quantities compare without case."""
    found = recognised(session, network.centre.id, "mass", "20000", "g", DAY)
    assert found is not None
    assert (found.recognition.kind, found.recognition.number) == ("ilac", "D-1")
    assert found.line is not None
    assert found.line.cmc == "0.01"


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "service", "day"),
    [
        ("mass", "21", "kg", "calibration", DAY),
        ("length", "10", "kg", "calibration", DAY),
        ("mass", "10", "m", "calibration", DAY),
        ("mass", "10", "kg", "verification", DAY),
        ("mass", "10", "kg", "calibration", date(2009, 12, 31)),
    ],
)
def test_a_point_outside_is_not(
    session: Session, network: Network, quantity: str, value: str, unit: str, service: str, day: date
) -> None:
    """Another range, quantity, unit, service or day is outside."""
    assert recognised(session, network.centre.id, quantity, value, unit, day, service=service) is None
    assert scope_line(session, network.centre.id, quantity, value, unit, service, day) is None


def test_an_ended_accreditation_covers_nothing(session: Session, network: Network) -> None:
    """From the day on which an accreditation is withdrawn, its scope lines cover nothing; before it they do."""
    ending = Recognition(body_id=network.centre.id, kind="ilac", number="D-1", valid_from=DAY, ended=True)
    session.add(ending)
    session.flush()
    before = date(2026, 5, 31)
    assert recognised(session, network.centre.id, "mass", "10", "kg", DAY) is None
    assert recognised(session, network.centre.id, "mass", "10", "kg", before) is not None


def test_a_renewed_accreditation_keeps_its_lines(session: Session, network: Network) -> None:
    """A new period of the same accreditation covers what the lines of its number say."""
    row = Recognition(body_id=network.centre.id, kind="ilac", number="D-1", valid_from=DAY, valid_to=date(2029, 1, 1))
    session.add(row)
    session.flush()
    found = recognised(session, network.centre.id, "mass", "10", "kg", date(2028, 1, 1))
    assert found is not None
    assert found.recognition.id == row.id
    assert recognised(session, network.centre.id, "mass", "10", "kg", date(2029, 1, 2)) is None


def test_each_accreditation_has_its_own_scope(session: Session, network: Network) -> None:
    """A line of one accreditation number is not covered by another number of the same body."""
    network.recognise(network.other, "ilac", number="A", lower="1", upper="2")
    row = Recognition(body_id=network.other.id, kind="ilac", number="B", valid_from=date(2010, 1, 1))
    ending = Recognition(body_id=network.other.id, kind="ilac", number="A", valid_from=DAY, ended=True)
    session.add_all([row, ending])
    session.flush()
    assert recognised(session, network.other.id, "mass", "2", "kg", date(2026, 5, 31)) is not None
    assert recognised(session, network.other.id, "mass", "2", "kg", DAY) is None


def test_evidence_without_scope_covers_all_and_with_scope_only_that(session: Session, network: Network) -> None:
    """Recorded evidence holds for everything until a line narrows it; accreditation without lines covers nothing."""
    network.recognise(network.other, "evidence")
    network.recognise(network.other, "ilac", number="X")
    assert recognised(session, network.other.id, "mass", "10", "kg", DAY, kind="ilac") is None
    assert recognised(session, network.other.id, "mass", "10", "kg", DAY) is not None
    network.scope(network.other, "evidence", lower="1", upper="2")
    assert recognised(session, network.other.id, "mass", "10", "kg", DAY) is None
    assert recognised(session, network.other.id, "mass", "2", "kg", DAY) is not None


def test_where_two_lines_meet_the_smaller_cmc_is_given(session: Session, network: Network) -> None:
    """At the common end of two ranges the best capability counts, absolute or relative."""
    network.scope(network.centre, "ilac", "D-1", line="2", lower="20", upper="50", cmc="0.2", cmc_unit="ppm")
    line = scope_line(session, network.centre.id, "mass", "20", "kg", "calibration", DAY)
    assert line is not None
    assert line.line == "2"  # 0.2 ppm of 20 kg is 4 mg; line 1 says 10 mg


def test_a_designation_stands_in_for_no_accreditation(session: Session, network: Network) -> None:
    """It covers a point of its own service where it is asked for, and makes no result acceptable in a chain."""
    network.recognise(network.other, "designation", "12/QD", lower="1", upper="20", cmc="", cmc_unit="")
    network.scope(network.other, "designation", "12/QD", line="2", service="verification", lower="1", upper="5", cmc="")
    at = (session, network.other.id, "mass", "10", "kg")
    assert recognised(*at, DAY) is None
    assert scope_line(*at, "calibration", DAY) is None
    found = [scope_line(*at, service, DAY, DESIGNATION) for service in ("calibration", "verification", "testing")]
    assert [one.line if one else None for one in found] == ["1", None, None]
    assert [one.body.code for one in who_can(session, Wanted("mass", "10", "10", "kg"), DAY)] == ["VIEN", "MB"]
