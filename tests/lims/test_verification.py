"""Verifications as the law has them: regime and period, officers' cards, labels and seals, and what a failure ends."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from certificates.content import CertificateContent
from instruments.models import Calibration
from lims import bench, calibration, legal_periods, officers, service_labels, verifying
from lims.dcc import digital_certificate
from lims.entering import TypedCell
from lims.errors import Invalid, Refused, Stated
from lims.legal_periods import legal_period, regimes_on
from lims.sheets import job_sheet
from tests.certificates.reading import one_spaced, text_of
from tests.documents import BALANCE, carried_out, issued, officer, roles_of
from tests.laboratories import REASON, SmallLaboratory, copied
from tests.laboratory_fixtures import Templates
from ui.public import shown_verdict
from uncertainty.data_folder import data_folder

FAILING = replace(
    BALANCE, readings=["5,0 0,05", "500,1 0,03", "1000,0 0,08", "2000,1 0,10"], seals=(), regime="after_repair"
)


@pytest.fixture(scope="module")
def law(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLaboratory]:
    """A laboratory in which a balance passed its periodic verification and failed that after a repair."""
    template, _ = templates.get("sqlite", "founded")
    small = copied(template, tmp_path_factory.mktemp("law") / "home")
    small.ids["job passed"], small.ids["passed"] = issued(small, BALANCE)
    passed = small.job(small.ids["job passed"])
    small.ids["balance"] = passed.item_id
    small.ids["job failed"] = carried_out(small, FAILING, passed.item_id, roles_of(small, passed.id))
    small.submitted(small.ids["job failed"])
    small.reviewed(small.ids["job failed"])
    small.ids["failed"] = small.issued(small.ids["job failed"])
    yield small
    small.lab.close()


def content_of(small: SmallLaboratory, name: str) -> CertificateContent:
    """The frozen content of a certificate."""
    return CertificateContent.from_json(json.loads(small.certificate(small.ids[name]).content))


def paper_of(small: SmallLaboratory, name: str) -> str:
    """The text of the issued file."""
    return one_spaced(text_of(bytes(calibration.download(small.lab, small.actors["trang"], small.ids[name]))))


def key_of(answer: pytest.ExceptionInfo[Stated]) -> str:
    """What an act answered."""
    return answer.value.key


def opened(small: SmallLaboratory, regime: str = "periodic") -> str:
    """The balance taken in once more; the id of the job."""
    return calibration.receive(
        small.lab, small.actors["hang"], centre_id=small.ids["centre"], item_id=small.ids["balance"],
        customer_id=small.ids["customer"], procedure=BALANCE.procedure, condition=("tốt", "good"), regime=regime,
    ).id  # fmt: skip


def test_the_regime_stands_on_paper_and_in_the_dcc(law: SmallLaboratory) -> None:
    """The regime chosen at reception is on the certificate, with the officer's card, and in the DCC, as one text."""
    content, text = content_of(law, "passed"), paper_of(law, "passed")
    assert content.verification is not None and content.verification.regime == "periodic"
    assert content.people.officer_card == "KĐV 0417"
    file = digital_certificate(law.lab, law.actors["trang"], law.ids["passed"]).decode()
    for said in ("Chế độ kiểm định", "định kỳ", "KĐV 0417", "MB 26 018842", "N-26-55041", "15/11/2027"):
        assert said in text and said in file
    assert "Kiểm định viên" in text and "<dcc:role>Verification officer</dcc:role>" in file


def test_a_failed_verification_is_a_notice_that_voids_the_marks_before(law: SmallLaboratory) -> None:
    """It is no certificate, names the labels and seals that are void with their certificate, and has no last day."""
    content, text = content_of(law, "failed"), paper_of(law, "failed")
    assert content.verification is not None
    assert (content.verification.valid_until, content.verification.regime) == (None, "after_repair")
    assert [one.number for one in content.verification.void] == ["MB 26 018842", "N-26-55041"]
    assert f"MB 26 018842 (giấy số {law.ids['passed']})" in text
    assert "THÔNG BÁO KẾT QUẢ KIỂM ĐỊNH" in text and "Rejection notice" in text and "sau sửa chữa" in text
    assert "GIẤY CHỨNG NHẬN" not in text
    file = digital_certificate(law.lab, law.actors["trang"], law.ids["failed"]).decode()
    assert "Thông báo kết quả kiểm định" in file and "N-26-55041" in file


def test_after_a_failure_there_is_a_rejection_label_only(law: SmallLaboratory) -> None:
    """What failed gets a label without period or label number; that of the certificate before is printed no more."""
    said = service_labels.service_label(law.lab, law.actors["hang"], law.ids["failed"])
    assert (said.purpose, said.values["kind"]) == ("rejection", "KHÔNG ĐẠT")
    assert (said.values["due"], said.values["label_number"]) == ("", "")
    for size in ("50x25", "verification-30x15"):
        file = service_labels.draw_service_label(law.lab, law.actors["hang"], law.ids["failed"], size=size)
        assert "KHÔNG ĐẠT" in text_of(file) and "mục đích pháp lý" in one_spaced(text_of(file))
    with pytest.raises(Refused) as answer:
        service_labels.service_label(law.lab, law.actors["hang"], law.ids["passed"])
    assert key_of(answer) == "service_labels.failed_since"


def test_the_public_page_tells_that_a_later_verification_ended_an_earlier_one(law: SmallLaboratory) -> None:
    """The passed one stays genuine and is said to stand no longer, since when, without number, verdict or customer."""
    passed, failed = (law.certificate(law.ids[one]) for one in ("passed", "failed"))
    record = verifying.by_token(law.lab, passed.token)
    assert (record.verdict.verdict, record.failed_since) == ("genuine", failed.performed_on)
    assert verifying.by_token(law.lab, failed.token).failed_since is None
    for language, words in (("vi", "không còn hiệu lực"), ("en", "no longer stands")):
        shown = shown_verdict(law.lab, record, language)
        said = " ".join((shown.headline, shown.says, *(" ".join(fact) for fact in shown.facts)))
        assert words in shown.headline and f"{failed.performed_on:%d/%m/%Y}" in shown.says
        assert shown.tone == "warn"
        assert failed.number not in said and "KH-" not in said and "Current" not in said and "Hiện hành" not in said
    with law.lab.store.reading() as session:
        known = session.exec(select(Calibration).where(Calibration.own_certificate_id == passed.id)).one()
    assert known.valid_until == date(2027, 11, 15)


def test_a_regime_is_chosen_at_reception(law: SmallLaboratory) -> None:
    """A verification without regime, with an unknown one, and another service with one are refused by name."""
    for regime in ("", "monthly"):
        with pytest.raises(Invalid) as answer:
            opened(law, regime)
        assert key_of(answer) == "legal.regime_missing"
    with pytest.raises(Invalid) as other:
        calibration.receive(
            law.lab, law.actors["hang"], centre_id=law.ids["centre"], item_id=law.ids["item"],
            customer_id=law.ids["customer"], procedure=("mass-weight-comparison", "2026-1"), condition=("tốt", "good"),
            regime="periodic",
        )  # fmt: skip
    assert key_of(other) == "legal.no_regime"


def test_the_period_is_dated_and_depends_on_the_regime() -> None:
    """A period holds from its day on and for what the law foresees; a tape measure is verified once, without end."""
    day = date(2026, 1, 1)
    assert legal_period("technical-balance", "after_repair", day).months == 12
    assert regimes_on("tape-measure", day) == ("initial",)
    assert legal_period("tape-measure", "initial", day).last_day(day) is None
    with pytest.raises(Refused) as answer:
        legal_period("tape-measure", "periodic", day)
    assert key_of(answer) == "legal.regime_not_foreseen" and "Thước cuộn" in answer.value.text("vi")
    with pytest.raises(Refused):
        legal_period("technical-balance", "periodic", date(2020, 1, 1))


def test_nobody_verifies_without_a_card_of_the_day(law: SmallLaboratory) -> None:
    """Without a card for the field on the day nobody is offered, assigned, or may read, check, seal, or be reviewed."""
    lab, hang, bao = law.lab, law.actors["hang"], law.actors["bao"]
    job_id, ready = opened(law), opened(law)
    calibration.assign(lab, bao, ready, technician_id=law.person("hang"))
    for role, instrument_id in roles_of(law, law.ids["job passed"]).items():
        calibration.choose_standard(lab, hang, ready, role=role, instrument_id=instrument_id)
    card = officers.officer_cards(lab, hang, centre_id=law.ids["centre"])[0]
    officers.withdraw_officer_card(lab, law.actors["quang"], card.id, reason=REASON)
    reading = TypedCell(0, "loading", 0, "indication", "5,0")
    refused = (
        lambda: calibration.assign(lab, bao, job_id, technician_id=law.person("hang")),
        lambda: calibration.record_readings(lab, hang, ready, cells=[reading]),
        lambda: bench.record_check(lab, hang, ready, name="external", outcome="pass"),
        lambda: bench.spoil_seal(lab, hang, ready, kind="label", number="L-1", reason=REASON),
    )
    for act in refused:
        with pytest.raises(Refused) as answer:
            act()
        assert key_of(answer) == "legal.no_card"
    assert "Nguyễn Thị Hằng" in answer.value.text("vi") and "Cân kỹ thuật" in answer.value.text("vi")
    assert job_sheet(lab, bao, job_id).technicians == ()
    with pytest.raises(Refused) as again:
        officers.withdraw_officer_card(lab, law.actors["quang"], card.id, reason=REASON)
    assert key_of(again) == "legal.card_withdrawn_already"
    law.later(timedelta(days=1))
    officer(law, fields=("taximeter",))  # of another field: covers nothing here
    assert job_sheet(lab, law.actors["bao"], job_id).technicians == ()
    officer(law, fields=("technical-balance",))
    assert job_sheet(lab, law.actors["bao"], job_id).technicians == ((law.person("hang"), "Nguyễn Thị Hằng"),)
    calibration.record_readings(lab, law.actors["hang"], ready, cells=[reading])
    bench.record_seal(lab, law.actors["hang"], ready, kind="label", number="L-7")
    bench.spoil_seal(lab, law.actors["hang"], ready, kind="label", number="L-7", reason=REASON)
    assert job_sheet(lab, law.actors["bao"], ready).seals == ()
    with pytest.raises(Refused) as used:
        bench.record_seal(lab, law.actors["hang"], ready, kind="label", number="l-7")
    assert key_of(used) == "documents.seal_used"


def test_a_card_is_recorded_by_another_and_for_known_fields(law: SmallLaboratory) -> None:
    """Nobody records his own card; an unknown field, an empty number, turned days and another's number are refused."""
    good: dict[str, Any] = {
        "centre_id": law.ids["centre"], "person_id": law.person("binh"), "number": "KĐV 1", "issued_by": "Ủy ban",
        "fields": ["mass"], "valid_from": date(2026, 1, 1), "valid_until": date(2027, 1, 1),
    }  # fmt: skip
    wrong: dict[str, dict[str, Any]] = {
        "lims.own_competence": {"person_id": law.person("quang")}, "lims.not_found": {"person_id": "nobody"},
        "legal.field_unknown": {"fields": ["astrology"]}, "lims.field_empty": {"number": " "},
        "lims.days_reversed": {"valid_until": date(2025, 1, 1)}, "legal.card_of_another": {"number": "kđv 0417"},
    }  # fmt: skip
    for key, change in wrong.items():
        with pytest.raises(Stated) as answer:
            officers.record_officer_card(law.lab, law.actors["quang"], **(good | change))
        assert key_of(answer) == key


def test_a_verification_without_a_period_passes_without_a_last_day(
    law: SmallLaboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the law lays down no period, the certificate and its label say so and name no day."""
    known = legal_periods._table(data_folder() / "legal_periods.toml")
    label, (one,) = known["technical-balance"]
    unending = {**known, "technical-balance": (label, (replace(one, regimes={"initial": 0}),))}
    monkeypatch.setattr(legal_periods, "_table", lambda path: unending)
    seals = (("label", "MB 26 9", "", ""),)
    job_id = carried_out(
        law, replace(BALANCE, regime="initial", seals=seals), law.ids["balance"], roles_of(law, law.ids["job passed"])
    )
    law.submitted(job_id)
    law.reviewed(job_id)
    law.ids["unending"] = law.issued(job_id)
    text = paper_of(law, "unending")
    assert "Không quy định thời hạn" in text and "Có giá trị đến" not in text and "ban đầu" in text
    assert service_labels.service_label(law.lab, law.actors["hang"], law.ids["unending"]).values["due"] == ""
    assert service_labels.service_label(law.lab, law.actors["hang"], law.ids["unending"]).values["officer"] == (
        "KĐV: thẻ KĐV 0417"
    )
