"""An instrument held from use, by whatever: one rule for the bench, the approval, its page and the chains."""

from collections.abc import Callable
from datetime import date

import pytest

from instruments.chain import chain_path
from instruments.checks import NewCheck
from lims import calibration, centre_chains, chain_drawing, chains, impact_sheets, observing
from lims.errors import Refused
from lims.holds import held_on
from tests.laboratories import REASON, SmallLaboratory, weighing
from ui.chain_view import chain_nodes
from ui.components.chain_graph import chain_graph

CODE = "CT-KL-017"


def failed_check(small: SmallLaboratory) -> None:
    """A check of the standard out of its limits."""
    new = NewCheck(date(2026, 11, 10), "conventional mass", "10,3", "kg", "10", "kg", "9,9", "10,1", "cân lại")
    made = observing.record_intermediate_check(small.lab, small.actors["hang"], small.ids["standard"], new=new)
    assert made.held


def test_a_failed_check_keeps_the_standard_from_every_use(small: SmallLaboratory) -> None:
    """It is neither chosen, nor read with, nor approved with; the refusal names check, day, value and limits."""
    lab, hang, trang = small.lab, small.actors["hang"], small.actors["trang"]
    waiting = small.job_in("REVIEWED", customer="other_customer", item="other_item")
    assert small.seen(waiting)
    failed_check(small)
    fresh = small.job_in("ASSIGNED", customer="other_customer", item="other_item")

    def choose() -> None:
        calibration.choose_standard(lab, hang, fresh, role="reference", instrument_id=small.ids["standard"])

    acts: tuple[Callable[[], object], ...] = (choose, lambda: small.approved(waiting))
    for act in acts:
        with pytest.raises(Refused) as problem:
            act()
        assert problem.value.key == "holds.held"
        said = str(problem.value)
        assert all(part in said for part in (CODE, "10/11/2026", "10"))
    assert light(small) == "held"
    observing.release_hold(lab, trang, small.ids["standard"], reason=REASON)
    (hold,) = impact_sheets.holds_of_instrument(lab, trang, CODE)
    assert (hold.by, hold.since, hold.released_on) == ("check", date(2026, 11, 10), small.clock.moment.date())
    assert (hold.released_by, hold.released_why) == ("Phạm Thu Trang", REASON)
    said = hold.reason("vi").replace("\u00a0", " ")
    assert said.startswith("khối lượng quy ước: 10,3 kg, ngoài khoảng từ 9,9 kg đến 10,1 kg")
    choose()
    small.approved(waiting)
    assert light(small) != "held"


def light(small: SmallLaboratory) -> str:
    """How the page of the centre's chains shows the standard."""
    found = centre_chains.centre_chains(small.lab, small.actors["trang"], "MB")
    return next(row.light for row in found.rows if row.code == CODE)


def test_readings_with_a_held_standard_are_refused(small: SmallLaboratory) -> None:
    """A job whose standard is held after it was chosen takes no more readings."""
    job = small.job_in("MEASURING", customer="other_customer", item="other_item")
    failed_check(small)
    with pytest.raises(Refused) as problem:
        calibration.record_readings(small.lab, small.actors["hang"], job, cells=[weighing(0, "A1", "0")])
    assert problem.value.key == "holds.held"


def test_the_days_of_a_hold_are_from_the_check_to_the_release(small: SmallLaboratory) -> None:
    """It holds on the day of the check and on every day before that of the release, and on no other."""
    failed_check(small)
    observing.release_hold(small.lab, small.actors["trang"], small.ids["standard"], reason=REASON)
    released = small.clock.moment.date()
    with small.lab.store.reading() as session:
        held = [
            held_on(session, small.ids["standard"], day) is not None
            for day in (date(2026, 11, 9), date(2026, 11, 10), released)
        ]
    assert held == [False, True, False]


def test_a_chain_marks_what_was_held_on_the_day_asked(small: SmallLaboratory) -> None:
    """A chain through a held standard stays unbroken and warns in words, in JSON and drawing, on its days only."""
    failed_check(small)
    trang = small.actors["trang"]
    held = chains.instrument_chain(small.lab, trang, CODE)
    (warning,) = (one for one in held.to_json("vi")["warnings"] if one["key"] == "holds.on_chain")
    assert held.unbroken
    assert warning["link"]["instrument"] == CODE
    assert "10/11/2026" in warning["reason"] and "kiểm tra giữa kỳ không đạt" in warning["reason"]
    drawn = str(chain_drawing.whole(held, "vi"))
    assert "TẠM GIỮ" in drawn and "bị tạm giữ" in drawn
    node = next(one for one in chain_nodes(chain_path(held), "en", chain=held) if one.code == CODE)
    assert "held from use" in node.held and "HELD" in str(chain_graph((node,), "en"))
    before = chains.instrument_chain(small.lab, trang, CODE, on=date(2026, 11, 9))
    assert "holds.on_chain" not in {one.key for one in before.warnings}
    assert "TẠM GIỮ" not in str(chain_drawing.whole(before, "vi"))
