"""Impact cases on both databases: opened, frozen, standards held, decided about by each centre, closed."""

import hashlib

import pytest
from sqlmodel import select

from instruments.impact import Amount, Shift
from lims import accounts, calibration, impact_cases, impact_letters, impact_sheets, registering
from lims.errors import Invalid, Refused, Stated
from lims.impact_case_rows import CaseSheet, Portion
from lims.people import OPERATOR_ACTOR
from lims.registering import NewCalibration, NewResult
from lims.store.impact_tables import ImpactCase
from lims.store.tables import Certificate
from tests.bench.registry_certificates import copied_certificates
from tests.certificates.reading import one_spaced, overlaps, text_of, words_of
from tests.laboratories import REASON, SmallLaboratory, centre, invited

SHIFT = Shift((Amount("300", "mg"),))
"""More than five times U = 59 mg of a weight calibrated with the standard."""


def opened(small: SmallLaboratory, *, shift: Shift = SHIFT, named: str = "CT-KL-017") -> ImpactCase:
    """Issue a certificate with the standard, then open a case about the standard."""
    job_id = small.receive(conformity={"rule": "simple"})
    small.prepared(job_id)
    small.measured(job_id)
    small.submitted(job_id)
    small.reviewed(job_id)
    small.ids["number"] = small.issued(job_id)
    small.ids["job"] = job_id
    case: ImpactCase = impact_cases.open_impact_case(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"], kind="out_of_tolerance", named=named,
        shift=shift, reason="Lệch khi hiệu chuẩn lại",
    )  # fmt: skip
    return case


def sheet(small: SmallLaboratory, case: ImpactCase, name: str = "trang") -> CaseSheet:
    """The case as a person sees it now."""
    found: CaseSheet = impact_sheets.impact_case(small.lab, small.actors[name], case.id)
    return found


def decided(small: SmallLaboratory, case: ImpactCase, decision: str) -> None:
    """Decide about every certificate of the centre."""
    records = [one.id for one in sheet(small, case).records]
    impact_cases.decide_impact(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"], record_ids=records, decision=decision,
        reason=REASON,
    )  # fmt: skip


def key_of(problem: pytest.ExceptionInfo[Stated]) -> str:
    """The key of a refusal."""
    return problem.value.key


def test_a_case_freezes_what_was_found_and_is_closed_when_all_is_done(small: SmallLaboratory) -> None:
    """From the standard out of tolerance to the closed case: hold, recall, letter, release, conclusion.

    By hand: the weight follows its standard with c = 1, so it moves by 0.3 g; U = 0.059 g, 0.3/0.059 = 5.08; its error
    of +0.025 g becomes +0.325 g, still inside 0.5 g.
    """
    lab, trang = small.lab, small.actors["trang"]
    case = opened(small)
    assert case.number == "MB-AH-26-001"
    found = sheet(small, case)
    (record,) = found.records
    assert (record.certificate, record.weight, record.state, record.proposal) == (
        small.ids["number"], "large", "open", "amend",
    )  # fmt: skip
    assert record.finding["shift"] == pytest.approx(0.3)
    assert record.finding["shift_over_U"] == pytest.approx(0.3 / 0.059)
    assert (record.finding["verdict_before"], record.finding["verdict_after"]) == ("pass", "pass")
    assert [(one.instrument, one.released_on) for one in found.holds] == [("CT-KL-017", None)]
    (letter,) = found.letters
    with pytest.raises(Refused) as problem:
        impact_letters.send_letter(lab, trang, letter.id, way="post")
    assert key_of(problem) == "impact.letter_undecided"
    decided(small, case, "recall")
    assert sheet(small, case).records[0].state == "waiting"
    with pytest.raises(Refused) as problem:
        impact_cases.close_impact_case(lab, trang, case.id, reason=REASON)
    assert key_of(problem) == "impact.case_still_open"
    draft = impact_letters.letter_file(lab, trang, letter.id)
    sent = impact_letters.send_letter(lab, trang, letter.id, way="post")
    kept = impact_letters.letter_file(lab, trang, letter.id)
    assert hashlib.sha256(kept).hexdigest() == sent.file_sha256
    assert draft != kept
    with pytest.raises(Refused) as problem:
        impact_letters.send_letter(lab, trang, letter.id, way="post")
    assert key_of(problem) == "impact.sent_already"
    text = one_spaced(text_of(kept)).replace("\u00a0", " ")
    for said in (
        small.ids["number"],
        "Công ty Cân số 1",
        "+0,3",
        "0,059",
        "MB-AH-26-001/01",
        "Notice about calibration",
    ):
        assert said in text
    assert overlaps(words_of(kept)) == []
    impact_cases.release_standard(lab, trang, found.holds[0].id, reason="Đã hiệu chuẩn lại")
    assert sheet(small, case).may_close
    impact_cases.close_impact_case(lab, trang, case.id, reason="Khách hàng đã gửi lại quả cân")
    closed = sheet(small, case)
    assert (closed.row.closed_on, closed.conclusion) == (lab_day(small), "Khách hàng đã gửi lại quả cân")
    for act in (
        lambda: impact_cases.close_impact_case(lab, trang, case.id, reason=REASON),
        lambda: decided(small, case, "inform"),
    ):
        with pytest.raises(Refused) as problem:
            act()
        assert key_of(problem) == "impact.case_closed"


def lab_day(small: SmallLaboratory) -> object:
    """The laboratory's present day."""
    return small.clock.moment.date()


def test_a_held_standard_is_neither_chosen_nor_approved_with(small: SmallLaboratory) -> None:
    """A job measured before cannot be approved, a new one cannot take the standard, until it is released."""
    lab = small.lab
    waiting = small.job_in("REVIEWED", customer="other_customer", item="other_item")
    seen = small.seen(waiting)
    case = opened(small)
    fresh = small.job_in("ASSIGNED", customer="other_customer", item="other_item")

    def choose() -> None:
        calibration.choose_standard(
            lab, small.actors["hang"], fresh, role="reference", instrument_id=small.ids["standard"]
        )

    for act in (choose, lambda: small.approved(waiting)):
        with pytest.raises(Refused) as problem:
            act()
        assert key_of(problem) == "holds.held"
        assert case.number in str(problem.value) and "Lệch khi hiệu chuẩn lại" in str(problem.value)
    (held,) = impact_sheets.holds_of_instrument(lab, small.actors["hang"], "CT-KL-017")
    assert (held.by, held.case, held.open) == ("case", case.number, True)
    with pytest.raises(Refused):
        impact_cases.release_standard(lab, small.actors["hang"], held.id, reason=REASON)
    impact_cases.release_standard(lab, small.actors["trang"], held.id, reason=REASON)
    with pytest.raises(Refused) as problem:
        impact_cases.release_standard(lab, small.actors["trang"], held.id, reason=REASON)
    assert key_of(problem) == "impact.released_already"
    choose()
    small.approved(waiting)
    (held,) = impact_sheets.holds_of_instrument(lab, small.actors["hang"], "CT-KL-017")
    assert seen and not held.open and (held.released_by, held.released_why) == ("Phạm Thu Trang", REASON)


def test_to_amend_and_to_withdraw_come_before_their_decision(small: SmallLaboratory) -> None:
    """A decision names the act that it rests on: without amendment or withdrawal it is refused."""
    lab, trang = small.lab, small.actors["trang"]
    case = opened(small)
    for decision, key in (("amend", "impact.amend_first"), ("withdraw", "impact.withdraw_first")):
        with pytest.raises(Refused) as problem:
            decided(small, case, decision)
        assert key_of(problem) == key
    edition = calibration.amend(lab, trang, small.ids["job"], reason=REASON, remeasure=False)
    decided(small, case, "amend")
    impact_letters.send_letter(lab, trang, sheet(small, case).letters[0].id, way="email")
    (record,) = sheet(small, case).records
    assert (record.job_id, record.state) == (edition.id, "waiting")  # the amended certificate is not issued yet
    calibration.withdraw(lab, trang, small.certificate(small.ids["number"]).id, reason=REASON)
    decided(small, case, "withdraw")
    assert sheet(small, case).records[0].state == "done"
    for given in ({"decision": "forget", "record_ids": [record.id]}, {"decision": "inform", "record_ids": []}):
        with pytest.raises(Invalid):
            impact_cases.decide_impact(lab, trang, centre_id=small.ids["centre"], reason=REASON, **given)  # type: ignore[arg-type]


def test_each_centre_has_its_own_part(small: SmallLaboratory) -> None:
    """A standard of one centre carries a standard of another: each sees, decides and releases its own, no more."""
    lab, admin = small.lab, small.actors["admin"]
    south = centre(small, "MN", "Trung tâm miền Nam (mẫu)", "Southern Centre (model)", monogram="N")
    invited(small, "nam", "Trịnh Văn Nam", "quality_manager", south)
    nam = small.actors["nam"]
    theirs = registering.register_standard(
        lab, nam, centre_id=south,
        new=registering.NewInstrument(
            "Quả cân chuẩn 10 kg", "Weight, 10 kg", code="MN-CT-01", quantity="conventional mass", nominal="10",
            nominal_unit="kg", kind="standard", level="working",
        ),
    )  # fmt: skip
    result = NewResult("conventional mass", "10000.001", "g", "60", "mg", nominal="10", nominal_unit="kg")
    day = small.clock.moment.date()
    new = NewCalibration(
        small.ids["centre"], "MB-26-0999", day, day, None, "ilac", results=[result], upstream=[small.ids["working"]],
        sensitivity="1",
    )  # fmt: skip
    registering.record_calibration(lab, nam, theirs.id, new=new)
    case = opened(small)
    here, there = sheet(small, case), sheet(small, case, "nam")
    assert {one.certificate for one in here.records} == {small.ids["number"], "MB-26-0999"}
    assert [one.certificate for one in there.records] == ["MB-26-0999"]
    assert [(one.instrument, one.mine) for one in there.holds] == [("MN-CT-01", True)]
    assert [one.centre for one in there.parts] == ["MB", "MN"]
    assert there.letters == ()
    assert {one.customer for one in here.letters} == {"KH-1", "MN"}
    with pytest.raises(Refused):
        impact_letters.letter_file(lab, nam, here.letters[0].id)
    own = next(one for one in here.holds if one.instrument == "CT-KL-017")
    for stranger, hold in ((nam, own.id), (small.actors["trang"], there.holds[0].id)):
        with pytest.raises(Refused):
            impact_cases.release_standard(lab, stranger, hold, reason=REASON)
    for record in here.records:
        with pytest.raises(Refused):
            impact_cases.decide_impact(
                lab, nam, centre_id=south, record_ids=[record.id], decision="inform", reason=REASON
            )
    with pytest.raises(Refused) as problem:
        impact_cases.open_impact_case(
            lab, nam, centre_id=south, kind="out_of_tolerance", named="CQG-1", shift=SHIFT, reason=REASON
        )
    assert key_of(problem) == "chains.standard_unknown"
    accounts.grant_role(lab, admin, person_id=small.person("nam"), role="technician", body_id=small.ids["centre"])
    with pytest.raises(Refused) as problem:  # who sees the standard is still not its centre's quality manager
        impact_cases.open_impact_case(
            lab, nam, centre_id=south, kind="out_of_tolerance", named="CQG-1", shift=SHIFT, reason=REASON
        )
    assert key_of(problem) == "impact.not_of_this_centre"


def test_who_is_not_concerned_sees_no_case(small: SmallLaboratory) -> None:
    """A case is listed for its centres and for the operator; for others it does not exist."""
    lab = small.lab
    case = opened(small)
    far = centre(small, "MT", "Trung tâm miền Trung (mẫu)", "Central Centre (model)", monogram="T")
    invited(small, "tam", "Lê Tâm", "quality_manager", far)
    assert impact_sheets.impact_cases(lab, small.actors["tam"]) == []
    with pytest.raises(Refused):
        impact_sheets.impact_case(lab, small.actors["tam"], case.id)
    for actor in (small.actors["hang"], OPERATOR_ACTOR):
        (row,) = impact_sheets.impact_cases(lab, actor)
        assert (row.number, row.records, row.done, row.holds) == (case.number, 1, 0, 1)


def test_a_shift_that_fits_nothing_opens_no_case(small: SmallLaboratory) -> None:
    """A case with volts about a mass is refused, and leaves no row."""
    for shift, kind in ((Shift((Amount("1", "V"),)), "out_of_tolerance"), (SHIFT, "other")):
        with pytest.raises(Invalid):
            impact_cases.open_impact_case(
                small.lab, small.actors["trang"], centre_id=small.ids["centre"], kind=kind, named="CT-KL-017",
                shift=shift, reason=REASON,
            )  # fmt: skip
    with small.lab.store.reading() as session:
        assert session.exec(select(ImpactCase)).all() == []
        assert session.exec(select(Certificate)).all() == []


def test_a_long_case_is_shown_in_portions_and_counted_whole(small: SmallLaboratory) -> None:
    """Sixty of sixty-four certificates stand on the first screen, the others on the next; all are counted and decided.

    They are copies of one certificate, every tenth so near its limit that the shift turns its verdict: seven of 69.
    """
    number = copied_certificates(small, 69)
    case = opened(small)
    lab, trang, centre_id = small.lab, small.actors["trang"], small.ids["centre"]
    found = sheet(small, case)
    assert (found.row.records, found.row.flips, len(found.records)) == (71, 7, 7 + 60)
    assert (found.counts["flips"], found.counts["large"]) == (7, 64)
    assert found.waiting == {"flips": {centre_id: 7}, "large": {centre_id: 64}}
    assert found.next_rank == {"large": 7 + 60 - 1}
    rest = impact_sheets.impact_case(lab, trang, case.id, Portion("large", 66, record=found.records[0].id))
    assert (len(rest.records), rest.next_rank, rest.chosen) == (4, {}, found.records[0])
    numbers = {one.certificate for one in (*found.records, *rest.records)}
    assert len(numbers) == 71
    assert {number, f"{number}-68"} <= numbers
    for weight, count in (("flips", 7), ("large", 64)):
        ids = impact_sheets.undecided_records(lab, trang, case.id, centre_id=centre_id, weight=weight)
        assert len(ids) == count
        impact_cases.decide_impact(
            lab, trang, centre_id=centre_id, record_ids=ids, decision="no_effect", reason=REASON
        )  # fmt: skip
    after = sheet(small, case)
    assert (after.row.all_done, after.waiting) == (71, {})
    with pytest.raises(Refused):
        impact_sheets.undecided_records(lab, trang, case.id, centre_id="another", weight="large")
