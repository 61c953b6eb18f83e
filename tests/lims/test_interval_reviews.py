"""Proposals of intervals and what persons decide, on both databases; checks and policies as acts."""

from datetime import date

import pytest

from instruments.checks import NewCheck
from instruments.intervals import INTERVAL
from instruments.models import InstrumentProperty
from instruments.registry import property_on
from lims import interval_policies, interval_reviews, observing, registering
from lims.errors import Refused
from tests.laboratories import REASON, SmallLaboratory, calibrated

pytestmark = pytest.mark.timeout(300)


def prepared(small: SmallLaboratory, *, legal: str = "") -> str:
    """A standard with three calibrations a year apart, all well within 300 mg, and an interval of 12 months."""
    standard, lab, trang = small.ids["standard"], small.lab, small.actors["trang"]
    for year in (2024, 2025):
        days = {"performed_on": date(year, 2, 3), "valid_until": date(year + 1, 2, 3)}
        calibrated(small, standard, f"VDL-{year}", "45 mg", None, **days)
    properties = [("maximum_permissible_error", "300", "mg"), (INTERVAL, "12", "1")]
    properties += [("verification_period_months", legal, "1")] if legal else []
    for name, text, unit in properties:
        registering.set_property(lab, trang, standard, name=name, text=text, unit=unit, source="quyết định 1")
    return standard


def interval_of(small: SmallLaboratory, standard: str) -> InstrumentProperty:
    """The interval in force."""
    with small.lab.store.reading() as session:
        found = property_on(session, standard, INTERVAL, date(2026, 11, 16))
    assert found is not None
    return found


def test_a_proposal_changes_nothing_until_it_is_accepted(small: SmallLaboratory) -> None:
    """5 mg of 300 mg twice: 12 becomes 18 months when a person accepts it with a reason, and the reason is kept."""
    lab, trang, standard = small.lab, small.actors["trang"], prepared(small)
    proposal = interval_reviews.propose_interval(lab, trang, standard, policy="staircase")
    assert (proposal.old_months, proposal.new_months) == (12, 18)
    assert interval_of(small, standard).text == "12"
    with pytest.raises(Refused, match="open proposal"):
        interval_reviews.propose_interval(lab, trang, standard, policy="staircase")
    interval_reviews.decide_interval(lab, trang, standard, proposal_id=proposal.id, accepted=True, reason=REASON)
    changed = interval_of(small, standard)
    assert changed.text == "18"
    assert REASON in changed.source
    sheet = interval_reviews.interval_sheet(lab, trang, "CT-KL-017")
    assert [(row.decision.accepted, row.decision.reason) for row in sheet.rows if row.decision] == [(True, REASON)]
    assert [round(share, 4) for _, _, share in sheet.rows[0].data["calibrations"]] == [0.0167, 0.0167]
    with pytest.raises(Refused, match="has been decided"):
        interval_reviews.decide_interval(lab, trang, standard, proposal_id=proposal.id, accepted=False, reason=REASON)


def test_a_rejected_proposal_is_kept_and_changes_nothing(small: SmallLaboratory) -> None:
    """A rejection leaves the interval as it is; the proposal and the reason stay in the history."""
    lab, trang, standard = small.lab, small.actors["trang"], prepared(small)
    proposal = interval_reviews.propose_interval(lab, trang, standard, policy="staircase")
    interval_reviews.decide_interval(lab, trang, standard, proposal_id=proposal.id, accepted=False, reason=REASON)
    assert interval_of(small, standard).text == "12"
    again = interval_reviews.propose_interval(lab, trang, standard, policy="control-chart")
    rows = interval_reviews.interval_sheet(lab, trang, "CT-KL-017").rows
    assert [row.proposal.id for row in rows] == [again.id, proposal.id]


def test_a_legal_period_is_never_lengthened(small: SmallLaboratory) -> None:
    """What the data allow beyond the legal period is cut to it, and nothing beyond it can be accepted."""
    lab, trang = small.lab, small.actors["trang"]
    standard = prepared(small, legal="12")
    proposal = interval_reviews.propose_interval(lab, trang, standard, policy="staircase")
    assert (proposal.new_months, interval_reviews.interval_sheet(lab, trang, "CT-KL-017").legal) == (12, 12)
    registering.set_property(
        lab, trang, standard, name="verification_period_months", text="6", unit="1", source="thông tư"
    )
    with pytest.raises(Refused, match="legal period of 6"):
        interval_reviews.decide_interval(lab, trang, standard, proposal_id=proposal.id, accepted=True, reason=REASON)


def test_an_interval_changed_since_is_not_overwritten(small: SmallLaboratory) -> None:
    """Where the interval has been changed by hand meanwhile, the proposal must be made again."""
    lab, trang, standard = small.lab, small.actors["trang"], prepared(small)
    proposal = interval_reviews.propose_interval(lab, trang, standard, policy="staircase")
    registering.set_property(lab, trang, standard, name=INTERVAL, text="9", unit="1", source="tạm thời")
    with pytest.raises(Refused, match="from 12 to 9"):
        interval_reviews.decide_interval(lab, trang, standard, proposal_id=proposal.id, accepted=True, reason=REASON)


def test_too_few_data_are_said_and_nobody_else_proposes(small: SmallLaboratory) -> None:
    """Methods without data refuse with the count; a technician and another centre's manager cannot propose."""
    lab, trang, standard = small.lab, small.actors["trang"], prepared(small)
    for policy in ("in-use", "in-service", "rp1-s2"):
        with pytest.raises(Refused, match="not enough data"):
            interval_reviews.propose_interval(lab, trang, standard, policy=policy)
    with pytest.raises(Refused):
        interval_reviews.propose_interval(lab, small.actors["hang"], standard, policy="staircase")


def test_a_check_out_of_limits_shortens_by_service_and_holds(small: SmallLaboratory) -> None:
    """A check out of its limits holds the standard; only the quality manager releases it, with a reason."""
    lab, hang, trang, standard = small.lab, small.actors["hang"], small.actors["trang"], prepared(small)
    new = NewCheck(date(2026, 11, 10), "conventional mass", "10,3", "kg", "10", "kg", "9,9", "10,1", "cân lại")
    made = observing.record_intermediate_check(lab, hang, standard, new=new)
    assert (made.outcome, made.held) == ("out", True)
    proposal = interval_reviews.propose_interval(lab, trang, standard, policy="in-service")
    assert proposal.new_months == 6
    with pytest.raises(Refused):
        observing.release_hold(lab, hang, standard, reason=REASON)
    observing.release_hold(lab, trang, standard, reason=REASON)


def test_every_policy_file_is_sound() -> None:
    """Six methods are offered, each with its name in both languages, its source and its numbers."""
    found = interval_policies.interval_policies()
    assert {one.method for one in found.values()} == {"staircase", "control_chart", "in_use", "in_service", "a3", "s2"}
    assert all(one.name.vi and one.name.en and one.source for one in found.values())
    assert interval_policies.check_rule().when_out in interval_policies.WHEN_OUT
