"""The main job as a quality manager would tell it: a 10 kg weight, from reception to a verified certificate.

The readings and the published result are those of EA-4/02 M:2022, S2.
"""

import re
from datetime import timedelta

import pypdfium2
import pytest
from sqlmodel import select

from lims import access, calibration, issuing, registering, submission, verifying
from lims.entering import TypedCell
from lims.errors import Refused
from lims.record import read_record
from lims.store.tables import EnvironmentDecision, Job
from tests.laboratories import CONDITIONS, MASS, PASSWORD, WEIGHINGS, SmallLaboratory, authorised, weighing

PUBLISHED_DIFFERENCES = (("0", "10", "10", "0"), ("0", "30", "30", "0"), ("0", "20", "20", "0"))
PUBLISHED_RESULT = "(10 000,025 ± 0,059) g"


def printed(file: bytes) -> str:
    """The text of a certificate, blanks of any kind as one blank."""
    document = pypdfium2.PdfDocument(file)
    try:
        pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()
    return re.sub(r"\s+", " ", " ".join(pages))


def test_a_weight_is_received_measured_reviewed_approved_issued_downloaded_and_verified(
    small: SmallLaboratory,
) -> None:
    """A 10 kg weight leaves with the published result on a certificate that anyone can verify."""
    lab = small.lab
    hang, bao, trang, customer = (small.actors[name] for name in ("hang", "bao", "trang", "khach1"))

    # Reception: the technician takes the weight in and notes its condition.
    job: Job = calibration.receive(
        lab, hang, centre_id=small.ids["centre"], item_id=small.ids["item"], customer_id=small.ids["customer"],
        procedure=MASS, condition=("Nguyên vẹn, sạch", "Undamaged, clean"),
    )  # fmt: skip
    assert (job.number, job.state) == ("KL-2026-0001", "RECEIVED")

    # The reviewer gives the job to a technician who is authorised for the procedure.
    calibration.assign(lab, bao, job.id, technician_id=small.person("hang"))

    # At the bench: the standard and the comparator, the conditions, and the readings in the order S X X S.
    calibration.choose_standard(lab, hang, job.id, role="reference", instrument_id=small.ids["standard"])
    calibration.choose_standard(lab, hang, job.id, role="comparator", instrument_id=small.ids["comparator"])
    for quantity, text in CONDITIONS:
        calibration.record_environment(lab, hang, job.id, quantity=quantity, moment="start", text=text)
    for repetition, texts in enumerate(PUBLISHED_DIFFERENCES):
        for column, text in zip(WEIGHINGS, texts, strict=True):
            small.clock.put(small.clock.moment + timedelta(seconds=20))
            outcome = calibration.record_readings(lab, hang, job.id, cells=[weighing(repetition, column, text)])
            assert outcome[0].saved

    # The uncertainty is evaluated from the readings and the standard's certificate, and goes to review.
    prepared = submission.prepare(lab, hang, job.id)
    evaluated = calibration.evaluate(lab, hang, job.id, submission=submission.submit(prepared))
    assert evaluated.points[0]["value"] == "10000.025"
    assert evaluated.points[0]["expanded_uncertainty"] == "0.059"

    # A second person reviews; a third sees the certificate as it will be, gives the password again, and signs.
    calibration.review(lab, bao, job.id)
    shown = issuing.preview(lab, trang, job.id)
    number = issuing.approve_and_issue(lab, trang, job.id, seen=shown.seen, password=PASSWORD)
    assert number == "MB-KL-26-000001"
    assert small.job(job.id).state == "ISSUED"

    # The customer downloads the certificate: it says what was measured, by whom, and how it is traceable.
    file = calibration.download(lab, customer, number)
    said = printed(file)
    for expected in (
        PUBLISHED_RESULT, number, "Công ty Cân số 1", "Nguyễn Thị Hằng", "Trần Quốc Bảo", "Phạm Thu Trang",
        "VDL-26-0088", "QG-01", "20,3 °C", "1 008,4 hPa", "Undamaged, clean", "EA-4/02 M:2022, S2", "Page 1 of 2",
    ):  # fmt: skip
        assert expected in said, expected

    # Anyone verifies it: by the QR code, by number and check code, by the file; one changed byte is noticed.
    by_file = verifying.of_file(lab, file)
    assert (by_file.verdict.verdict, by_file.number) == ("genuine", number)
    assert verifying.by_token(lab, by_file.token).verdict.verdict == "genuine"
    altered = bytearray(file)
    altered[len(altered) // 2] ^= 1
    assert verifying.of_file(lab, bytes(altered)).verdict.verdict == "altered"


def test_a_returned_job_is_corrected_and_the_first_reading_stays(small: SmallLaboratory) -> None:
    """The reviewer returns a job; the correction names its reason, and the reading that it replaces stays readable."""
    lab, hang = small.lab, small.actors["hang"]
    slipped = (("0", "10", "10", "0"), ("0", "30", "3", "0"), ("0", "20", "20", "0"))
    job_id = small.receive()
    small.prepared(job_id)
    small.measured(job_id, slipped)
    small.submitted(job_id)

    calibration.return_for_correction(lab, small.actors["bao"], job_id, reason="Lần 2, B2: thiếu một chữ số?")
    assert small.job(job_id).state == "MEASURING"
    with lab.store.reading() as session:
        wrong = read_record(session, small.job(job_id)).readings[0, "weighing", 1, "B2"]
    calibration.correct_reading(
        lab, hang, job_id, cell=TypedCell(0, "weighing", 1, "B2", "30"), replaces=wrong.id,
        reason="Gõ thiếu số 0, sổ đo ghi 30",
    )  # fmt: skip

    with lab.store.reading() as session:
        first, second = read_record(session, small.job(job_id)).history[0, "weighing", 1, "B2"]
    assert (first.text, second.text) == ("3", "30")
    assert (second.replaces_id, second.reason) == (first.id, "Gõ thiếu số 0, sổ đo ghi 30")
    assert second.person_id == small.person("hang")
    assert second.at > first.at

    small.submitted(job_id)
    small.reviewed(job_id)
    file = calibration.download(lab, small.actors["khach1"], small.issued(job_id))
    assert PUBLISHED_RESULT in printed(file)


def test_conditions_outside_their_limits_need_a_decision_that_is_printed(small: SmallLaboratory) -> None:
    """A temperature outside the limits stops the job until the quality manager decides, and the decision is printed."""
    lab = small.lab
    job_id = small.receive()
    small.prepared(job_id, (("temperature", "24,6"), ("humidity", "52"), ("pressure", "1008,4")))
    small.measured(job_id)
    with pytest.raises(Refused) as refused:
        small.submitted(job_id)
    assert refused.value.key == "lims.environment_outside"
    assert "24,6" in refused.value.text("vi") or "24.6" in refused.value.text("vi")

    calibration.decide_environment(
        lab, small.actors["trang"], job_id, reason="Đã tính lại phần đóng góp của nhiệt độ",
        text_vi="Nhiệt độ 24,6 °C vượt giới hạn; ảnh hưởng không đáng kể.",
        text_en="The temperature of 24.6 °C left its limits; the effect is negligible.",
    )  # fmt: skip
    with lab.store.reading() as session:
        decided = session.exec(select(EnvironmentDecision).where(EnvironmentDecision.job_id == job_id)).one()
    assert decided.person_id == small.person("trang")
    small.submitted(job_id)
    small.reviewed(job_id)
    said = printed(calibration.download(lab, small.actors["khach1"], small.issued(job_id)))
    assert "Nhiệt độ 24,6 °C vượt giới hạn; ảnh hưởng không đáng kể." in said
    assert "The temperature of 24.6 °C left its limits; the effect is negligible." in said


def test_an_amended_certificate_replaces_the_first_one(small: SmallLaboratory) -> None:
    """An amendment gets a number of its own, names what it replaces and why, and the first one verifies as replaced."""
    lab, trang, customer = small.lab, small.actors["trang"], small.actors["khach1"]
    job_id, first = small.whole_job()
    old_file = calibration.download(lab, customer, first)

    after = calibration.amend(lab, trang, job_id, remeasure=False, reason="Khách hàng đổi địa chỉ trên giấy")
    assert (after.edition, after.state, after.number) == (2, "IN_REVIEW", "KL-2026-0001")
    small.reviewed(after.id)
    second = small.issued(after.id)

    new_file = calibration.download(lab, customer, second)
    assert second == "MB-KL-26-000002"
    assert first in printed(new_file)
    assert "Khách hàng đổi địa chỉ trên giấy" in printed(new_file)
    assert PUBLISHED_RESULT in printed(new_file)
    replaced = verifying.of_file(lab, old_file)
    assert (replaced.verdict.verdict, replaced.replaced_by) == ("replaced", second)
    assert verifying.of_file(lab, new_file).verdict.verdict == "genuine"
    assert calibration.download(lab, customer, first) == old_file


def test_an_amendment_may_go_back_to_the_bench(small: SmallLaboratory) -> None:
    """An amendment that measures again starts from the readings as they were and corrects them with a reason."""
    lab = small.lab
    job_id, _ = small.whole_job()
    after = calibration.amend(
        lab, small.actors["trang"], job_id, remeasure=True, reason="Một số chỉ ghi nhầm trong sổ đo"
    )
    assert after.state == "MEASURING"
    with lab.store.reading() as session:
        kept = read_record(session, after).readings[0, "weighing", 2, "B1"]
    assert (kept.text, kept.person_id) == ("20", small.person("hang"))
    assert kept.kept_from_id is not None
    calibration.correct_reading(
        lab, small.actors["binh"], after.id, cell=weighing(2, "B1", "26"), replaces=kept.id,
        reason="Sổ đo ghi 26 chứ không phải 20",
    )  # fmt: skip
    prepared = submission.prepare(lab, small.actors["binh"], after.id)
    calibration.evaluate(lab, small.actors["binh"], after.id, submission=submission.submit(prepared))
    small.reviewed(after.id)
    said = printed(calibration.download(lab, small.actors["khach1"], small.issued(after.id)))
    assert "(10 000,026 ± 0,059) g" in said


def test_a_withdrawn_certificate_says_so_and_its_file_stays(small: SmallLaboratory) -> None:
    """A withdrawn certificate verifies as withdrawn, and the file that the customer holds is unchanged."""
    lab, trang, customer = small.lab, small.actors["trang"], small.actors["khach1"]
    _, number = small.whole_job()
    file = calibration.download(lab, customer, number)
    certificate_id = small.certificate(number).id
    calibration.withdraw(lab, trang, certificate_id, reason="Chuẩn đã dùng bị phát hiện hỏng")
    assert verifying.of_file(lab, file).verdict.verdict == "withdrawn"
    assert calibration.download(lab, customer, number) == file
    with pytest.raises(Refused) as refused:
        calibration.withdraw(lab, trang, certificate_id, reason="Rút lần thứ hai cho chắc")
    assert refused.value.key == "lims.certificate_withdrawn_already"


def test_a_certificate_withdrawn_while_its_amendment_is_open_stays_withdrawn(small: SmallLaboratory) -> None:
    """The amendment is issued all the same, and the first certificate verifies as withdrawn."""
    lab, trang = small.lab, small.actors["trang"]
    job_id, first = small.whole_job()
    file = calibration.download(lab, small.actors["khach1"], first)
    after = calibration.amend(lab, trang, job_id, remeasure=False, reason="Khách hàng đổi địa chỉ")
    calibration.withdraw(lab, trang, small.certificate(first).id, reason="Chuẩn đã dùng bị phát hiện hỏng")
    small.reviewed(after.id)
    assert small.issued(after.id) == "MB-KL-26-000002"
    assert verifying.of_file(lab, file).verdict.verdict == "withdrawn"


def test_a_cancelled_job_keeps_its_record_and_never_gets_a_number(small: SmallLaboratory) -> None:
    """A job given up before its number stays readable, and the next certificate has the next number all the same."""
    lab, trang = small.lab, small.actors["trang"]
    job_id = small.job_in("REVIEWED")
    calibration.cancel(lab, trang, job_id, reason="Khách hàng rút yêu cầu")
    with lab.store.reading() as session:
        record = read_record(session, small.job(job_id))
    assert len(record.readings) == 12
    assert (record.steps[-1].to_state, record.steps[-1].reason) == ("CANCELLED", "Khách hàng rút yêu cầu")
    assert small.whole_job()[1] == "MB-KL-26-000001"


def test_the_reviewer_may_sign_where_the_centre_says_so(small: SmallLaboratory) -> None:
    """The reviewer approves only under the centre's policy, and then two persons have done the three acts."""
    lab, bao = small.lab, small.actors["bao"]
    authorised(small, "quang", "bao", "sign")
    job_id = small.job_in("REVIEWED")
    seen = small.seen(job_id, "bao")
    access.confirm(lab, bao, PASSWORD, act="approve", target_id=job_id, seen=seen)
    with pytest.raises(Refused) as refused:
        calibration.approve(lab, bao, job_id, seen=seen)
    assert refused.value.key == "lims.reviewer_approves"

    registering.decide_policy(
        lab, small.actors["quang"], centre_id=small.ids["centre"], name="reviewer_may_approve", text="yes"
    )
    number = small.issued(job_id, by="bao")
    assert "Trần Quốc Bảo" in printed(calibration.download(lab, small.actors["khach1"], number))
