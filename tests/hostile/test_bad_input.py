"""Bad input through the acts: each refused with a sentence in the reader's language, nothing lost, nothing computed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pypdfium2
import pytest
from sqlmodel import select

from lims import accounts, calibration, registering, verifying
from lims.errors import Invalid, Refused, Stated
from lims.paste import parse_paste
from lims.record import read_record
from lims.registering import NewCalibration, NewInstrument, NewName, NewResult
from lims.store.tables import AuditRecord, Certificate, CertificateIssue
from tests.laboratories import MASS, SmallLaboratory, standard, weighing

NOT_NUMBERS = (
    "NaN", "nan", "inf", "-inf", "Infinity", "1e400", "1e-400000", "1_000", "１２", "٣", "0x10", "1.2.3", "1,2,3",
    "1.234,5", "1,234.5", "--1", "+", "-", ".", ",", "5 mg", "=1+1", "1\u202e2", "1\u200b2", "１", "½", "1/2", "٠",
    "9" * 10_000, "1e", "e5", "１０", "𝟎", "True", "None", "'; DROP TABLE job; --",
)  # fmt: skip
UNSEEN = ("\u202e", "\u200b", "\u2066", "\ufeff", "\x00", "\x07", "\x1b[31m", "\u200f")
MARKUP = (
    "Công ty <b>Cân</b> & Đo", "<script>alert(1)</script>", "{{ 7 * 7 }}", "${jndi:x}", "%s %n %(a)s",
    "'; DROP TABLE job; --", '" OR "1"="1', "<img src=x onerror=y>", "=HYPERLINK(1)", "<para>x</para>",
)  # fmt: skip


def key_of(act: Callable[[], object]) -> str:
    """The key of what is answered; the answer has a sentence in both languages that names a remedy."""
    with pytest.raises(Stated) as answer:
        act()
    for language in ("vi", "en"):
        assert len(answer.value.text(language)) > 10
        assert "$" not in answer.value.text(language)
    return answer.value.key


def test_no_wrong_number_becomes_a_reading(small: SmallLaboratory) -> None:
    """NaN, infinities, foreign digits, mixed marks, formulas and endless digits stay drafts with their reason."""
    job_id = small.job_in("ASSIGNED")
    small.equipped(job_id)
    cells = [weighing(row, "A1", text) for row, text in enumerate(NOT_NUMBERS)]
    outcomes = calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=cells)
    for text, outcome in zip(NOT_NUMBERS, outcomes, strict=True):
        assert not outcome.saved, text[:40]
        assert outcome.fault is not None
        for language in ("vi", "en"):
            assert len(outcome.fault.text(language)) < 600
    with small.lab.store.reading() as session:
        record = read_record(session, small.job(job_id))
    assert record.readings == {}
    assert len(record.drafts) == len(NOT_NUMBERS)
    assert all(len(one.text) <= 200 for one in record.drafts.values())
    assert calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=[weighing(0, "A1", "1")])[0].saved


def test_no_wrong_number_becomes_a_condition_a_property_or_a_result(small: SmallLaboratory) -> None:
    """The grammar of typed numbers holds at every door."""
    lab, trang = small.lab, small.actors["trang"]
    job_id = small.job_in("ASSIGNED")
    fresh = standard(small, "CT-KL-200", "Quả cân", "Weight", "working").id
    for text in ("NaN", "1e400", "1_000", "=1", "", "1.2,3.4"):
        with pytest.raises(Stated):
            calibration.record_environment(
                lab, small.actors["hang"], job_id, quantity="humidity", moment="start", text=text
            )
        with pytest.raises(Stated):
            registering.set_property(lab, trang, fresh, name="drift_limit", text=text, unit="mg", source="x")
        with pytest.raises(Stated):
            calibrated_with(small, fresh, value=text)
    for unit in ("kilo", "mg; rm", "m\x00", "9**9**9", "µ" * 2000):
        with pytest.raises(Stated):
            registering.set_property(lab, trang, fresh, name="drift_limit", text="1", unit=unit, source="x")
        with pytest.raises(Stated):
            calibrated_with(small, fresh, unit=unit)


def calibrated_with(small: SmallLaboratory, instrument_id: str, value: str = "10", unit: str = "kg") -> None:
    """Record a calibration with a hostile value or unit."""
    result = NewResult("conventional mass", value, unit, "45", "mg")
    new = NewCalibration(
        small.ids["institute"], "X-1", date(2026, 2, 3), date(2026, 2, 5), None, "cipm_mra", results=[result],
        upstream=[small.ids["top"]],
    )  # fmt: skip
    registering.record_calibration(small.lab, small.actors["trang"], instrument_id, new=new)


def doors(small: SmallLaboratory) -> dict[str, Callable[[str], object]]:
    """The acts by which a text of a person enters, each with one hostile field."""
    lab, hang, trang, admin = small.lab, small.actors["hang"], small.actors["trang"], small.actors["admin"]
    job_id = small.job_in("RECEIVED")

    def receive(**given: Any) -> object:
        plain = {"condition": ("tốt", "good"), "languages": "vi-en"}
        return calibration.receive(
            lab, hang, centre_id=small.ids["centre"], item_id=small.ids["item"], customer_id=small.ids["customer"],
            procedure=MASS, **(plain | given),
        )  # fmt: skip

    def item(text: str, field: str) -> object:
        new = {"name_vi": "Quả cân", "name_en": "Weight", field: text}
        return registering.register_item(lab, hang, owner_id=small.ids["customer"], new=NewInstrument(**new))

    return {
        "condition_vi": lambda text: receive(condition=(text, "good")),
        "condition_en": lambda text: receive(condition=("tốt", text)),
        "reason": lambda text: calibration.cancel(lab, trang, job_id, reason=f"một lý do {text}"),
        "item name": lambda text: item(text, "name_vi"),
        "item maker": lambda text: item(text, "maker"),
        "item serial number": lambda text: item(text, "serial_number"),
        "item code": lambda text: item(text, "asset_code"),
        "customer name": lambda text: registering.register_customer(
            lab, hang, code="KH-9", name=NewName(text, "x", "địa chỉ", "address")
        ),
        "customer address": lambda text: registering.register_customer(
            lab, hang, code="KH-9", name=NewName("tên", "x", text, "address")
        ),
        "person": lambda text: accounts.create_account(lab, admin, user_name="moi", name=text),
        "user name": lambda text: accounts.create_account(lab, admin, user_name=f"x{text}", name="Mới"),
    }


def test_texts_without_end_are_refused_by_field(small: SmallLaboratory) -> None:
    """A name of 10,000 characters is refused with its field and its limit, at every door."""
    for door, act in doors(small).items():
        with pytest.raises(Invalid) as answer:
            act("Đ" * 10_000)
        assert len(answer.value.text("vi")) < 600, door


def test_characters_that_cannot_be_seen_are_refused(small: SmallLaboratory) -> None:
    """Control, bidirectional and zero-width characters are refused at every door, and keep nothing."""
    for door, act in doors(small).items():
        for sign in UNSEEN:
            with pytest.raises(Invalid) as answer:
                act(f"abc{sign}def")
            assert sign not in answer.value.text("vi"), door
    with small.lab.store.reading() as session:
        kept = " ".join(one.reason + one.changes for one in session.exec(select(AuditRecord)))
    assert not [sign for sign in UNSEEN if sign in kept]


def test_texts_are_composed_at_the_door(small: SmallLaboratory) -> None:
    """A name typed with combining marks is kept, and printed, in normalisation form C."""
    body = registering.register_customer(
        small.lab, small.actors["hang"], code="KH-7",
        name=NewName("Ca\u0302n Vie\u0323\u0302t", "Can Viet", "Ha\u0300 No\u0323\u0302i", "Hanoi"),
    )  # fmt: skip
    small.ids["seventh"] = body.id
    item = registering.register_item(
        small.lab, small.actors["hang"], owner_id=body.id,
        new=NewInstrument("Qua\u0309 ca\u0302n", "Weight", serial_number="7", quantity="conventional mass",
                          nominal="10", nominal_unit="kg", accuracy_class="M1"),
    )  # fmt: skip
    assert item.name_vi == "Quả cân"
    job_id = small.job_in("REVIEWED", customer="seventh")
    said = printed(small.lab.vault.get(file_hash(small, small.issued(job_id))))
    assert "Cân Việt" in said and "Hà Nội" in said


def file_hash(small: SmallLaboratory, number: str) -> str:
    """The hash of a certificate's file."""
    with small.lab.store.reading() as session:
        return session.get_one(CertificateIssue, small.certificate(number).id).file_sha256


def printed(file: bytes) -> str:
    """The text of a certificate."""
    document = pypdfium2.PdfDocument(file)
    try:
        return " ".join(document[page].get_textpage().get_text_range() for page in range(len(document)))
    finally:
        document.close()


@pytest.mark.parametrize("name", MARKUP)
def test_markup_and_sql_in_a_name_print_as_typed(laboratory: Callable[[str], SmallLaboratory], name: str) -> None:
    """A customer's name that looks like markup, a formula or a statement stands on the certificate as typed."""
    small = laboratory("sqlite")
    body = registering.register_customer(
        small.lab, small.actors["hang"], code="KH-8", name=NewName(name, name, "Địa chỉ", "Address")
    )
    small.ids["eighth"] = body.id
    job_id = small.job_in("REVIEWED", customer="eighth")
    said = printed(small.lab.vault.get(file_hash(small, small.issued(job_id))))
    assert name in " ".join(said.split())
    assert small.job(job_id).state == "ISSUED"


def test_another_customers_certificate_does_not_exist(staged: SmallLaboratory) -> None:
    """The answer to another customer's number is the answer to a number that nobody has (T4-3)."""
    with staged.lab.store.reading() as session:
        numbers = sorted(session.exec(select(Certificate.number)))
    answers = set()
    for number in (*numbers, "MB-KL-26-999999", "", "%", "' OR 1=1 --", "x" * 5000):
        with pytest.raises(Refused) as answer:
            calibration.download(staged.lab, staged.actors["khach2"], number)
        answers.add((answer.value.key, answer.value.text("vi"), answer.value.text("en")))
    assert len(answers) == 1
    issued = staged.certificate("MB-KL-26-000002").number
    assert calibration.download(staged.lab, staged.actors["khach1"], f" {issued.lower()} ")


def test_a_numbered_certificate_does_not_exist_before_it_is_issued(staged: SmallLaboratory) -> None:
    """A number that is bound and not issued is unknown to its customer and to the public."""
    numbered = staged.certificate("MB-KL-26-000001")
    assert staged.job(numbered.job_id).state == "NUMBERED"
    with pytest.raises(Refused):
        calibration.download(staged.lab, staged.actors["khach1"], numbered.number)
    assert verifying.by_token(staged.lab, numbered.token).verdict.verdict == "unknown"
    found = verifying.by_number(staged.lab, numbered.number, numbered.check_code, "203.0.113.1")
    assert found.verdict.verdict == "unknown" and not found.number


def test_a_pasted_formula_is_refused_by_its_cell(small: SmallLaboratory) -> None:
    """Formulas in a pasted column are marked by cell, the numbers around them are kept, and nothing is computed."""
    pasted = parse_paste("10\n=SUM(A1:A9)\n@x\n-5\n+CMD|' /C calc'!A0\n30")
    assert [one.canonical for line in pasted for one in line] == ["10", None, None, "-5", None, "30"]
    problems = {one.address: one.problem for line in pasted for one in line if one.problem}
    assert set(problems) == {"A2", "A3", "A5"}
    assert "A2" in problems["A2"].text("vi")


def test_a_wrong_check_code_is_as_unknown_as_no_number(staged: SmallLaboratory) -> None:
    """A right number with a wrong check code tells nothing, and guessing stops."""
    issued = staged.certificate("MB-KL-26-000002")
    wrong = verifying.by_number(staged.lab, issued.number, "0000-0000-0000", "203.0.113.7")
    unknown = verifying.by_number(staged.lab, "MB-KL-26-123456", "0000-0000-0000", "203.0.113.7")
    assert wrong == unknown
    for _ in range(verifying.MOST_TRIES - 2):
        verifying.by_number(staged.lab, issued.number, "x" * 5000, "203.0.113.7")
    assert key_of(lambda: verifying.by_number(staged.lab, issued.number, issued.check_code, "203.0.113.7")) == (
        "lims.too_many_tries"
    )
    right = verifying.by_number(staged.lab, issued.number, issued.check_code.lower().replace("-", " "), "203.0.113.8")
    assert right.verdict.verdict == "genuine"


def test_empty_submissions_are_harmless(small: SmallLaboratory) -> None:
    """No cells, empty cells and an empty reason change nothing but the record of the act."""
    job_id = small.job_in("ASSIGNED")
    assert calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=[]) == []
    outcome = calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=[weighing(0, "A1", "  ")])
    assert outcome[0].saved and outcome[0].text == ""
    assert key_of(lambda: calibration.cancel(small.lab, small.actors["trang"], job_id, reason=" " * 50)) == (
        "lims.reason_needed"
    )
