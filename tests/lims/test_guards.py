"""The guards of the main job: each refuses by name, with what was compared and the remedy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from instruments.models import Instrument, ScopeLine
from lims import access, calibration, instrument_facts, issuing, registering, submission
from lims.approval_sheet import approval_sheet
from lims.errors import Refused, Stated
from lims.record import read_record
from lims.store.tables import Person
from tests.laboratories import (
    PASSWORD,
    REASON,
    TRIALS,
    WEIGHINGS,
    SmallLaboratory,
    authorised,
    calibrated,
    invited,
    standard,
    weighing,
)


def answer_of(act: Callable[[], object]) -> Stated:
    """What an act answers instead of its result."""
    with pytest.raises(Stated) as answer:
        act()
    return answer.value


def choose(small: SmallLaboratory, job_id: str, instrument_id: str) -> Callable[[], object]:
    """Taking an instrument as the reference weight."""
    return lambda: calibration.choose_standard(
        small.lab, small.actors["hang"], job_id, role="reference", instrument_id=instrument_id
    )


def assigned(small: SmallLaboratory) -> str:
    """A job that waits for its technician."""
    return small.job_in("ASSIGNED")


def test_a_standard_out_of_date_on_the_day_of_the_readings_is_refused(small: SmallLaboratory) -> None:
    """A standard that expired between its choice and the readings takes no reading; both days are named."""
    job_id = assigned(small)
    small.equipped(job_id)
    small.later(date(2027, 3, 15) - date(2026, 11, 16))
    found = answer_of(
        lambda: calibration.record_readings(
            small.lab, small.actors["hang"], job_id, cells=[weighing(0, "A1", "0")]
        )
    )  # fmt: skip
    assert found.key == "lims.standard_out_of_date"
    for said in ("CT-KL-017", "14/03/2027", "15/03/2027"):
        assert said in found.text("vi")
    assert answer_of(choose(small, job_id, small.ids["standard"])).key == "lims.standard_out_of_date"


def test_the_day_of_the_readings_counts_not_the_day_of_the_approval(small: SmallLaboratory) -> None:
    """Readings taken while the standard was in date are approved after it has expired."""
    small.later(date(2027, 3, 14) - date(2026, 11, 16))
    job_id = small.job_in("REVIEWED")
    small.later(timedelta(days=5))
    assert small.issued(job_id)


def test_an_uncalibrated_an_idle_and_a_foreign_standard_are_refused(small: SmallLaboratory) -> None:
    """A standard without certificate, out of service, of another quantity or of another centre is refused by name."""
    job_id, trang = assigned(small), small.actors["trang"]
    fresh = standard(small, "CT-KL-099", "Quả cân chưa hiệu chuẩn", "Weight not calibrated", "working")
    assert answer_of(choose(small, job_id, fresh.id)).key == "lims.standard_not_calibrated"
    instrument_facts.set_status(
        small.lab, trang, small.ids["standard"], status="out_of_service", reason="Rơi xuống sàn"
    )
    found = answer_of(choose(small, job_id, small.ids["standard"]))
    assert found.key == "lims.standard_not_in_use"
    assert "CT-KL-017" in found.text("en")
    assert answer_of(choose(small, job_id, small.ids["comparator"])).key == "lims.standard_other_quantity"
    assert answer_of(choose(small, job_id, small.ids["item"])).key == "lims.not_found"
    assert answer_of(choose(small, job_id, "0" * 36)).key == "lims.not_found"


def test_a_broken_chain_names_the_link(small: SmallLaboratory) -> None:
    """Once the calibration above the standard is withdrawn, neither choice nor review goes on; the link is named."""
    waiting, measured = assigned(small), small.job_in("MEASURING")
    registering.withdraw_calibration(
        small.lab, small.actors["trang"], small.ids["top"], reason="Chuẩn quốc gia bị nghi ngờ"
    )
    found = answer_of(choose(small, waiting, small.ids["standard"]))
    assert found.key in ("lims.chain_broken", "lims.standard_not_calibrated")
    later = answer_of(lambda: small.submitted(measured))
    assert later.key == "lims.chain_broken"
    assert "CQG-1" in later.text("vi") or "CT-KL-017" in later.text("vi")


def test_a_standard_recalibrated_meanwhile_has_to_be_chosen_again(small: SmallLaboratory) -> None:
    """A new certificate of the standard between choice and review asks for the choice again, and that is enough."""
    job_id = small.job_in("MEASURING")
    calibrated(small, small.ids["standard"], "VDL-26-0500", "40 mg", small.ids["top"], performed_on=date(2026, 11, 10))
    assert answer_of(lambda: small.submitted(job_id)).key == "lims.standard_recalibrated"
    choose(small, job_id, small.ids["standard"])()
    small.submitted(job_id)
    assert small.job(job_id).state == "IN_REVIEW"


def test_an_incomplete_job_does_not_go_to_review(small: SmallLaboratory) -> None:
    """What is missing is counted and the first named; a cell that waits for its repair is pointed at."""
    job_id = assigned(small)
    small.equipped(job_id)
    small.measured(job_id, (("0", "10", "10", "0"), ("0", "30", "30", "0")))
    found = answer_of(lambda: small.submitted(job_id))
    assert found.key in ("lims.job_incomplete", "lims.not_evaluated")
    small.conditioned(job_id)
    small.measured(job_id)
    calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=[weighing(3, "A1", "1O")])
    assert answer_of(lambda: small.submitted(job_id)).key == "lims.cells_to_mend"
    calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=[weighing(3, "A1", "")])
    small.submitted(job_id)


def test_a_decision_on_the_environment_covers_the_values_it_was_made_for(small: SmallLaboratory) -> None:
    """A further value outside the limits needs a further decision, and none is taken where nothing is outside."""
    lab, trang = small.lab, small.actors["trang"]
    said = {"text_vi": "Ảnh hưởng không đáng kể.", "text_en": "The effect is negligible.", "reason": REASON}
    job_id = small.job_in("MEASURING")
    assert answer_of(lambda: calibration.decide_environment(lab, trang, job_id, **said)).key == "lims.nothing_to_decide"
    calibration.record_environment(lab, small.actors["hang"], job_id, quantity="humidity", moment="end", text="71")
    assert answer_of(lambda: small.submitted(job_id)).key == "lims.environment_outside"
    calibration.decide_environment(lab, trang, job_id, **said)
    calibration.record_environment(lab, small.actors["hang"], job_id, quantity="temperature", moment="end", text="17")
    assert answer_of(lambda: small.submitted(job_id)).key == "lims.environment_outside"
    calibration.decide_environment(lab, trang, job_id, **said)
    small.submitted(job_id)


def accredited(small: SmallLaboratory, cmc: str) -> None:
    """Give the centre an accredited scope for 10 kg with a CMC in mg."""
    centre = small.ids["centre"]
    registering.record_recognition(
        small.lab, small.actors["trang"], centre_id=centre, body_id=centre, kind="ilac", number="VLAC 999 (mẫu)",
        evidence="quyết định mẫu", valid_from=date(2020, 1, 1), valid_to=None,
        lines=[
            ScopeLine(
                body_id=centre, kind="ilac", number="VLAC 999 (mẫu)", line="1", quantity="conventional mass",
                lower="1", upper="20", unit="kg", cmc=cmc, cmc_unit="mg", valid_from=date(2020, 1, 1),
            )
        ],
    )  # fmt: skip


def test_an_uncertainty_below_the_cmc_is_refused(small: SmallLaboratory) -> None:
    """Inside the scope a U below the CMC, compared as printed, is refused with both values; an equal one is not."""
    accredited(small, "80")
    job_id = small.job_in("MEASURING")
    found = answer_of(lambda: small.submitted(job_id))
    assert found.key == "lims.below_cmc"
    assert "0,059\u00a0g" in found.text("vi") and "80\u00a0mg" in found.text("vi")


def test_an_uncertainty_equal_to_the_cmc_as_printed_passes(small: SmallLaboratory) -> None:
    """U = 58.6 mg printed as 0.059 g is not below a CMC of 59 mg."""
    accredited(small, "59")
    job_id = small.job_in("IN_REVIEW")
    assert small.job(job_id).state == "IN_REVIEW"


def test_a_centre_may_state_the_cmc_instead(small: SmallLaboratory) -> None:
    """By the centre's policy U is raised to the CMC, and the record says that it was."""
    accredited(small, "80")
    registering.decide_policy(small.lab, small.actors["trang"], centre_id=small.ids["centre"], name="cmc", text="raise")
    job_id = small.job_in("MEASURING")
    prepared = submission.prepare(small.lab, small.actors["hang"], job_id)
    point = submission.submit(prepared, trials=TRIALS).points[0]
    assert (point["expanded_uncertainty"], point["raised_to_cmc"]) == ("0.080", True)
    small.submitted(job_id)
    small.reviewed(job_id)
    assert issuing.preview(small.lab, small.actors["trang"], job_id).content.answer.expanded_uncertainty == "0.080"


def test_a_cmc_stated_for_u_is_rounded_upwards_and_may_be_relative(small: SmallLaboratory) -> None:
    """Where the CMC has more digits than U may have, U goes up to the next place and never below the CMC."""
    accredited(small, "80.4")
    registering.decide_policy(small.lab, small.actors["trang"], centre_id=small.ids["centre"], name="cmc", text="raise")
    small.submitted(job_id := small.job_in("MEASURING"))
    small.reviewed(job_id)
    answer = issuing.preview(small.lab, small.actors["trang"], job_id).content.answer
    assert (answer.expanded_uncertainty, answer.unit) == ("0.081", "g")


def test_a_certificate_that_lacks_a_field_is_not_approved(small: SmallLaboratory) -> None:
    """The missing field of ISO/IEC 17025, 7.8 is named, and nothing gets a number."""
    invited(small, "vo", "Người Không Chức Danh", "quality_manager", small.ids["centre"])
    authorised(small, "quang", "vo", "sign")
    job_id = small.job_in("REVIEWED")
    with small.lab.store.writing() as session:
        person = session.get_one(Person, small.person("vo"))
        person.name = ""
        session.add(person)
    seen = small.seen(job_id, "vo")
    access.confirm(small.lab, small.actors["vo"], PASSWORD, act="approve", target_id=job_id, seen=seen)
    found = answer_of(lambda: calibration.approve(small.lab, small.actors["vo"], job_id, seen=seen))
    assert found.key == "lims.certificate_incomplete"
    assert small.job(job_id).state == "REVIEWED"


def test_what_the_digital_form_cannot_say_is_not_approved(small: SmallLaboratory) -> None:
    """The approval screen and the act name the field that stands in the way of the DCC; issuing never has to."""
    job_id = small.job_in("REVIEWED")
    with small.lab.store.writing() as session:
        item = session.get_one(Instrument, small.ids["item"])
        item.name_en = "Weight\ufffe"
        session.add(item)
    sheet = approval_sheet(small.lab, small.actors["trang"], job_id)
    refusal = next(one.refusal for one in sheet.checks if one.key == "fields")
    access.confirm(small.lab, small.actors["trang"], PASSWORD, act="approve", target_id=job_id, seen=sheet.seen)
    found = answer_of(lambda: calibration.approve(small.lab, small.actors["trang"], job_id, seen=sheet.seen))
    assert found.key == "dcc.character" and "U+FFFE" in str(found)
    assert refusal is not None and str(refusal) == str(found)
    assert small.job(job_id).state == "REVIEWED"


def test_readings_changed_while_the_evaluation_ran_are_not_sent(small: SmallLaboratory) -> None:
    """An evaluation made from other readings than those on record is refused, and sending once more helps."""
    job_id = small.job_in("MEASURING")
    prepared = submission.prepare(small.lab, small.actors["hang"], job_id)
    correct(small, job_id, "26")
    found = answer_of(
        lambda: calibration.evaluate(
            small.lab, small.actors["hang"], job_id, submission=submission.submit(prepared, trials=TRIALS)
        )
    )  # fmt: skip
    assert found.key == "lims.changed_meanwhile"
    small.submitted(job_id)


def correct(small: SmallLaboratory, job_id: str, text: str) -> None:
    """Correct the reading in the last row."""
    with small.lab.store.reading() as session:
        old = read_record(session, small.job(job_id)).readings[0, "weighing", 2, "B1"]
    calibration.correct_reading(
        small.lab, small.actors["binh"], job_id, cell=weighing(2, "B1", text), replaces=old.id, reason=REASON
    )


def back_and_forth(change: Callable[[SmallLaboratory, str], None]) -> Callable[[SmallLaboratory, str], None]:
    """A change that needs the bench: returned, changed, evaluated and reviewed again while the screen is open."""

    def act(small: SmallLaboratory, job_id: str) -> None:
        calibration.return_for_correction(small.lab, small.actors["bao"], job_id, reason=REASON)
        change(small, job_id)
        small.submitted(job_id)
        small.reviewed(job_id)

    return act


def renamed(key: str) -> Callable[[SmallLaboratory, str], None]:
    """The customer or the centre is given another name."""

    def act(small: SmallLaboratory, job_id: str) -> None:
        name = registering.NewName(f"Tên mới {job_id[-3:]}", "New name", "Địa chỉ mới", "New address")
        registering.rename_body(small.lab, small.actors["admin"], small.ids[key], name=name, reason=REASON)

    return act


def new_letterhead(small: SmallLaboratory, job_id: str) -> None:
    """The centre's certificates are to look otherwise."""
    registering.set_letterhead(
        small.lab, small.actors["admin"], centre_id=small.ids["centre"], monogram="X", accent="#123456",
        city_vi="Huế", city_en="Hue",
    )  # fmt: skip


def condition_noted(small: SmallLaboratory, job_id: str) -> None:
    """Another condition is noted."""
    calibration.record_environment(
        small.lab, small.actors["hang"], job_id, quantity="humidity", moment="end", text="55"
    )  # fmt: skip


def further_row(small: SmallLaboratory, job_id: str) -> None:
    """A fourth repetition is measured."""
    cells = [weighing(3, column, text) for column, text in zip(WEIGHINGS, ("0", "40", "40", "0"), strict=True)]
    calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=cells)


UNSEEN: dict[str, Callable[[SmallLaboratory, str], None]] = {
    "a reading": back_and_forth(lambda small, job_id: correct(small, job_id, "40")),
    "another repetition": back_and_forth(further_row),
    "a condition": back_and_forth(condition_noted),
    "the customer's name": renamed("customer"),
    "the centre's name": renamed("centre"),
    "the institute's name": renamed("institute"),
    "the letterhead": new_letterhead,
}
AT_ONCE = ("the customer's name", "the centre's name", "the letterhead")


@pytest.mark.parametrize("what", UNSEEN)
def test_what_was_not_on_the_screen_is_not_approved(small: SmallLaboratory, what: str) -> None:
    """A content that changed between display and signature is refused, and approved once it has been looked at."""
    job_id = small.job_in("REVIEWED")
    seen = small.seen(job_id)
    access.confirm(small.lab, small.actors["trang"], PASSWORD, act="approve", target_id=job_id, seen=seen)
    UNSEEN[what](small, job_id)
    found = answer_of(lambda: calibration.approve(small.lab, small.actors["trang"], job_id, seen=seen))
    assert found.key == "lims.not_what_was_shown"
    assert small.seen(job_id) != seen
    assert small.issued(job_id) == "MB-KL-26-000001"


@pytest.mark.parametrize("what", AT_ONCE)
def test_what_was_not_approved_gets_no_number(small: SmallLaboratory, what: str) -> None:
    """A content that changed between approval and numbering is not frozen; the job can be cancelled and amended."""
    job_id = small.job_in("APPROVED")
    UNSEEN[what](small, job_id)
    found = answer_of(lambda: calibration.bind_number(small.lab, small.actors["trang"], job_id))
    assert found.key == "lims.changed_since_approval"
    assert issuing.resume(small.lab) == []
    assert small.job(job_id).state == "APPROVED"


def test_a_hash_of_nothing_approves_nothing(small: SmallLaboratory) -> None:
    """A made-up hash, also with a password given for it, is not what was shown."""
    job_id = small.job_in("REVIEWED")
    for seen in ("", "0" * 64):
        access.confirm(small.lab, small.actors["trang"], PASSWORD, act="approve", target_id=job_id, seen=seen)
        with pytest.raises(Refused) as answer:
            calibration.approve(small.lab, small.actors["trang"], job_id, seen=seen)
        assert answer.value.key == "lims.not_what_was_shown"


def test_without_a_public_address_nothing_is_issued(small: SmallLaboratory) -> None:
    """A laboratory without the address that the QR code needs binds no number."""
    job_id = small.job_in("APPROVED")
    small.lab.settings = replace(small.lab.settings, public_address="")
    found = answer_of(lambda: calibration.bind_number(small.lab, small.actors["trang"], job_id))
    assert found.key == "lims.no_public_address"
