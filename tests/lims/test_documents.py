"""Every kind of document, made by a whole job: what it says on paper and in its DCC, and what refuses it."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from certificates.carried import carried
from certificates.content import CertificateContent
from certificates.dcc_reading import read_dcc
from certificates.dcc_schema import read_schemas
from instruments.models import ScopeLine
from lims import bench, calibration, registering, submission
from lims.attached_data import BUDGET, MODELS, READINGS
from lims.dcc import digital_certificate
from lims.errors import Invalid, Refused
from lims.record import last_evaluation
from lims.service_labels import draw_service_label, service_label
from tests.certificates.good_practice import GoodPractice
from tests.certificates.reading import one_spaced, overlaps, text_of, words_of
from tests.documents import BALANCE, ECCENTRICITY, MULTIMETER, SET, THERMOMETER, DocumentJob, issued, performed
from tests.laboratories import REASON, TRIALS, SmallLaboratory, copied
from tests.laboratory_fixtures import Templates
from uncertainty.rounding import report

EARLY = date(2026, 1, 1)
RANGE = {"quantity", "lower", "upper", "unit"}
JOBS = {
    "balance": BALANCE,
    "multimeter": MULTIMETER,
    "eccentricity": ECCENTRICITY,
    "set": SET,
    "thermometer": THERMOMETER,
}


@pytest.fixture(scope="module")
def made(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLaboratory]:
    """A laboratory in which one job of every kind was done; `ids` has the number of each certificate."""
    template, _ = templates.get("sqlite", "founded")
    small = copied(template, tmp_path_factory.mktemp("documents") / "home")
    designated(small, "verification", ScopeLine(quantity="conventional mass", lower="1", upper="1000", unit="g"))
    for name, one in JOBS.items():
        small.ids[f"job {name}"], small.ids[name] = issued(small, one)
    yield small
    small.lab.close()


def designated(small: SmallLaboratory, service: str, line: ScopeLine) -> None:
    """The centre is designated for a service over one line of scope, which states no CMC."""
    given = {"body_id": small.ids["centre"], "kind": "designation", "number": "12/QĐ-MAU", "valid_from": EARLY}
    line = ScopeLine(**line.model_dump(include=RANGE), **given, line="1", service=service, cmc="", cmc_unit="")
    registering.record_recognition(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"], evidence="bản mẫu", valid_to=None,
        authority_id=small.ids["institute"], lines=[line], **given,
    )  # fmt: skip


def content_of(small: SmallLaboratory, name: str) -> CertificateContent:
    """The frozen content of a certificate."""
    return CertificateContent.from_json(json.loads(small.certificate(small.ids[name]).content))


def paper_of(small: SmallLaboratory, name: str) -> bytes:
    """The issued file."""
    return bytes(calibration.download(small.lab, small.actors["trang"], small.ids[name]))


@pytest.mark.parametrize("name", JOBS)
def test_every_kind_has_a_valid_dcc(made: SmallLaboratory, name: str, dcc_folder: Path) -> None:
    """The DCC of every kind is valid by XSD and Schematron and is read back."""
    file = digital_certificate(made.lab, made.actors["trang"], made.ids[name])
    assert GoodPractice().findings(file) == []
    assert read_dcc(file, read_schemas(dcc_folder)).number == made.ids[name]


@pytest.mark.parametrize("name", JOBS)
def test_every_kind_is_printed_cleanly(made: SmallLaboratory, name: str) -> None:
    """No two words overlap, nothing stands outside the text, every number of the tables is on paper."""
    file = paper_of(made, name)
    words = words_of(file)
    assert overlaps(words) == []
    assert all(word.left >= 23.0 and word.right <= 195.0 for word in words)
    text = one_spaced(text_of(file)).replace(" ", "").replace("\u00a0", "")
    for table in content_of(made, name).results:
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                if column.kind == "number" and cell:
                    assert cell.replace(".", ",").replace("-", "−") in text


def test_the_three_services_are_never_mixed(made: SmallLaboratory) -> None:
    """Calibration, verification and test have titles of their own, and no word of another service."""
    titles = {"balance": "kiểm định", "multimeter": "hiệu chuẩn", "eccentricity": "thử nghiệm"}
    for name, service in titles.items():
        text = one_spaced(text_of(paper_of(made, name))).lower()
        assert f"giấy chứng nhận {service}" in text
        for other in set(titles.values()) - {service}:
            assert f"giấy chứng nhận {other}" not in text
            assert f"trong thời gian {other}" not in text


def test_a_verification_states_verdict_period_and_seals(made: SmallLaboratory) -> None:
    """A verification that passed says so, until when, under which regulation, with its label and seals."""
    content, text = content_of(made, "balance"), one_spaced(text_of(paper_of(made, "balance")))
    assert content.conformity is not None and content.conformity.verdict == "pass"
    assert content.verification is not None and content.verification.valid_until == date(2027, 11, 15)
    for said in ("ĐẠT", "15/11/2027", "12 tháng", "MB 26 018842", "N-26-55041", "Thông tư 23/2013/TT-BKHCN"):
        assert said in text
    assert "Bên ngoài" in text


def test_results_as_found_and_as_left_stand_side_by_side(made: SmallLaboratory) -> None:
    """One row has both errors; outside the limits as found, within them as left; the DCC has them one by one."""
    content = content_of(made, "multimeter")
    assert [(one.passed, one.failed, one.phase) for one in content.answer.outcomes] == [
        (6, 2, "as_found"), (8, 0, "as_left"),
    ]  # fmt: skip
    assert [table.title.en for table in content.results if table.title] == ["DC voltage", "AC voltage", "Resistance"]
    table = content.results[0]
    keys = [column.key for column in table.columns]
    row = table.rows[2]
    assert (row[keys.index("value_as_found")], row[keys.index("outcome_as_found")]) == ("1.400", "fail")
    assert (row[keys.index("value_as_left")], row[keys.index("outcome_as_left")]) == ("0.100", "pass")
    dcc = digital_certificate(made.lab, made.actors["trang"], made.ids["multimeter"]).decode()
    assert dcc.count("<dcc:measurementResult>") == 2
    assert "basic_beforeAdjustment" in dcc or "beforeAdjustment" in dcc


def test_a_set_says_which_class_each_weight_meets(made: SmallLaboratory) -> None:
    """One weight outside its class fails the set; each has the finest class that it meets, U included."""
    content = content_of(made, "set")
    table = content.results[0]
    keys = [column.key for column in table.columns]
    rows = [(row[keys.index("outcome")], row[keys.index("class_met")]) for row in table.rows]
    assert rows == [("pass", "F₂"), ("pass", "F₂"), ("fail", "M₁"), ("pass", "M₁")]
    assert content.conformity is not None and content.conformity.verdict == "fail"
    counted = content.answer.outcomes[0]
    assert (counted.passed, counted.failed) == (3, 1)


def test_a_thermometer_has_its_function_with_covariance(made: SmallLaboratory) -> None:
    """Coefficients, uncertainties and correlations are those of generalised least squares done by hand."""
    content = content_of(made, "thermometer")
    curve = content.curve
    assert curve is not None
    with made.lab.store.reading() as session:
        evaluation = last_evaluation(session, made.job(made.ids["job thermometer"]))
    assert evaluation is not None
    t, r = np.array([0.0, 50.0, 100.0, 150.0]), [one["output"]["estimate"] for one in evaluation.points]
    u = np.array([one["output"]["standard_uncertainty"] for one in evaluation.points])
    drift, bridge = 0.385 * 0.002 / np.sqrt(3), 0.001 / np.sqrt(3)  # what all points share
    shared = np.full((4, 4), drift**2 + bridge**2)
    weight = np.linalg.inv(shared - np.diag(np.diag(shared)) + np.diag(u**2))
    powers = np.vander(t, 3, increasing=True)
    covariance = np.linalg.inv(powers.T @ weight @ powers)
    expected = covariance @ powers.T @ weight @ np.array(r)
    spread = np.sqrt(np.diag(covariance))
    for one, value, deviation in zip(curve.coefficients, expected, spread, strict=True):
        assert float(one.value) == pytest.approx(value, abs=0.006 * deviation)
        assert float(one.standard_uncertainty) == pytest.approx(deviation, rel=0.005)
    assert float(curve.correlations[1][2]) == pytest.approx(covariance[1, 2] / (spread[1] * spread[2]), abs=1e-4)
    assert curve.coefficients[2].value.endswith("e-5")  # over a power of ten, its uncertainty over the same
    assert curve.coefficients[2].standard_uncertainty.endswith("e-5")
    back = curve.inverse[0]
    at = float(back.value)
    assert expected @ [1, at, at**2] == pytest.approx(float(back.response), abs=0.39 * 5e-4)


def test_the_registry_learns_the_state_as_left(made: SmallLaboratory) -> None:
    """The results that go on into the registry are those after the adjustment, each under its own quantity."""
    from sqlmodel import select

    from instruments.models import Calibration, CalibrationResult

    with made.lab.store.reading() as session:
        found = session.exec(
            select(CalibrationResult.quantity, CalibrationResult.value)
            .join(Calibration, CalibrationResult.calibration_id == Calibration.id)  # type: ignore[arg-type]
            .where(Calibration.certificate_number == made.ids["multimeter"])
        ).all()
    assert len(found) == 8
    assert ("dc voltage", "0.100") in found and ("resistance", "0.00099") in found


@pytest.fixture
def fresh(templates: Templates, tmp_path: Path) -> Iterator[SmallLaboratory]:
    """A laboratory of its own."""
    template, _ = templates.get("sqlite", "founded")
    small = copied(template, tmp_path / "home")
    yield small
    small.lab.close()


def sent(small: SmallLaboratory, job_id: str) -> None:
    """Send a job for review."""
    prepared = submission.prepare(small.lab, small.actors["hang"], job_id)
    calibration.evaluate(small.lab, small.actors["hang"], job_id, submission=submission.submit(prepared, trials=TRIALS))


def refused(small: SmallLaboratory, one: DocumentJob) -> str:
    """Why a job cannot be sent for review."""
    job_id = performed(small, one)
    with pytest.raises(Refused) as answer:
        sent(small, job_id)
    return answer.value.key


def test_a_verification_that_passed_needs_its_label(fresh: SmallLaboratory) -> None:
    """Without a label number what passed does not go to review; with it, it does."""
    job_id = performed(fresh, replace(BALANCE, seals=()))
    with pytest.raises(Refused) as answer:
        sent(fresh, job_id)
    assert answer.value.key == "documents.label_missing"
    bench.record_seal(fresh.lab, fresh.actors["hang"], job_id, kind="label", number="mb 26 1")
    sent(fresh, job_id)


def test_a_verification_that_failed_carries_no_label_and_no_date(fresh: SmallLaboratory) -> None:
    """One point outside its limits fails the whole: no seal, no last valid day."""
    failing = replace(BALANCE, readings=["5,0 0,05", "500,1 0,03", "1000,0 0,08", "2000,1 0,10"])
    assert refused(fresh, failing) == "documents.sealed_though_failed"


def test_what_is_looked_at_counts(fresh: SmallLaboratory) -> None:
    """A check without outcome holds the job back; a failed one fails the verification."""
    job_id = performed(fresh, replace(BALANCE, checks={"external": "pass"}, seals=()))
    with pytest.raises(Refused) as answer:
        sent(fresh, job_id)
    assert answer.value.key == "documents.checks_missing"
    hang = fresh.actors["hang"]
    bench.record_check(fresh.lab, hang, job_id, name="technical", outcome="fail")
    with pytest.raises(Refused):
        bench.record_check(fresh.lab, hang, job_id, name="technical", outcome="pass")
    sent(fresh, job_id)
    fresh.reviewed(job_id)
    fresh.ids["failed"] = fresh.issued(job_id)
    content = content_of(fresh, "failed")
    assert content.verification is not None and content.verification.valid_until is None
    text = one_spaced(text_of(paper_of(fresh, "failed")))
    assert "KHÔNG ĐẠT" in text and "Không có thời hạn" in text
    assert "THÔNG BÁO KẾT QUẢ KIỂM ĐỊNH" in text and "GIẤY CHỨNG NHẬN KIỂM ĐỊNH" not in text


def test_a_label_number_serves_once(fresh: SmallLaboratory) -> None:
    """A number that another job of the centre has used is refused, and names that job."""
    first = performed(fresh, BALANCE)
    hang, given = fresh.actors["hang"], {"kind": "label", "number": "MB 26 018842"}
    with pytest.raises(Refused) as answer:
        bench.record_seal(fresh.lab, hang, first, **given)
    assert answer.value.key == "documents.seal_used"
    for wrong in ({"kind": "stamp", "number": "1"}, {"kind": "label", "number": " "}, {"kind": "seal", "number": "2"}):
        with pytest.raises(Invalid):
            bench.record_seal(fresh.lab, hang, first, **wrong)


def test_readings_as_left_need_an_adjustment(fresh: SmallLaboratory) -> None:
    """Before the adjustment there are no readings as left, after it none as found are added."""
    job_id = performed(fresh, replace(MULTIMETER, adjustment=None, readings=MULTIMETER.readings[:7]))
    hang, left = fresh.actors["hang"], [one for one in cells_left() if one.point == 8]
    with pytest.raises(Refused) as early:
        calibration.record_readings(fresh.lab, hang, job_id, cells=left)
    assert early.value.key == "documents.not_adjusted_yet"
    with pytest.raises(Refused) as missing:
        bench.record_item_adjustment(fresh.lab, hang, job_id, text_vi="Chỉnh", text_en="Adjusted")
    assert missing.value.key == "documents.as_found_first"


def cells_left() -> list[calibration.TypedCell]:
    """The first reading as left."""
    return [calibration.TypedCell(8, "indications", 0, "indication", "10,01")]


def test_without_adjustment_there_is_one_phase(fresh: SmallLaboratory) -> None:
    """A multimeter that was not adjusted has its results once, with the verdict in words."""
    inside = replace(MULTIMETER, adjustment=None, readings=MULTIMETER.readings_left, readings_left=())
    _, fresh.ids["once"] = issued(fresh, inside)
    content = content_of(fresh, "once")
    assert content.adjustment is None and content.answer.outcomes[0].phase is None
    assert {column.phase for table in content.results for column in table.columns} == {None}


def test_an_amendment_keeps_seals_and_checks(made: SmallLaboratory) -> None:
    """The next edition of a verification has the checks, labels and seals of the one before."""
    after = calibration.amend(
        made.lab, made.actors["trang"], made.ids["job balance"], remeasure=True, reason=REASON
    )  # fmt: skip
    sent(made, after.id)


def test_a_designation_shows_only_on_the_service_that_it_names(made: SmallLaboratory) -> None:
    """The verification carries mark, decision and authority, its result outside a sign; no other certificate does."""
    content, text = content_of(made, "balance"), one_spaced(text_of(paper_of(made, "balance")))
    assert [(one.kind, one.number) for one in content.body.marks] == [("designation", "12/QĐ-MAU")]
    marks = [row[-1] for table in content.results for row in table.rows if table.columns[-1].kind == "mark"]
    assert marks == [None, None, None, "§"]
    said = "Tổ chức được chỉ định kiểm định theo Quyết định số 12/QĐ-MAU của"
    dcc = digital_certificate(made.lab, made.actors["trang"], made.ids["balance"]).decode()
    assert said in text and said in dcc and "calibrationLaboratoryCode" not in dcc
    assert "§ Ngoài phạm vi được chỉ định." in text
    assert all(content_of(made, name).body.marks == () for name in JOBS if name != "balance")


def test_a_mark_stands_only_where_a_result_is_in_scope(fresh: SmallLaboratory) -> None:
    """With the centre's decision the mark appears for results in scope, and each result outside is marked."""
    designated(fresh, "calibration", ScopeLine(quantity="ac voltage", lower="0", upper="1000", unit="V"))
    trang, centre = fresh.actors["trang"], fresh.ids["centre"]
    given = {"body_id": centre, "kind": "ilac", "number": "MAU-1", "valid_from": date(2026, 1, 1)}
    line = ScopeLine(
        **given, line="1", quantity="dc voltage", lower="-100", upper="1000", unit="V", cmc="0.001", cmc_unit="V"
    )
    registering.record_recognition(
        fresh.lab, trang, centre_id=centre, evidence="bản mẫu", valid_to=None, lines=[line], **given
    )
    registering.decide_policy(fresh.lab, trang, centre_id=centre, name="accreditation_mark", text="yes")
    _, fresh.ids["inside"] = issued(fresh, MULTIMETER)
    _, fresh.ids["outside"] = issued(fresh, ECCENTRICITY)
    content = content_of(fresh, "inside")
    assert [one.number for one in content.body.marks] == ["MAU-1", "12/QĐ-MAU"]
    titles = [table.title.vi for table in content.results if table.title]
    assert [title.split()[-1] for title in titles] == ["§", "‡", "‡§"]
    assert overlaps(words_of(paper_of(fresh, "inside"))) == []
    assert "Ngoài phạm vi công nhận" in one_spaced(text_of(paper_of(fresh, "inside")))
    assert content_of(fresh, "outside").body.marks == ()


def test_a_procedure_states_what_every_issued_file_carries(
    made: SmallLaboratory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody wished anything: the procedure asks for readings, budget and models, and `lims evaluate` agrees."""
    from lims.cli import app

    files = {one.name: one.content for one in carried(paper_of(made, "eccentricity"))}
    assert list(files) == ["dcc.xml", READINGS, BUDGET, MODELS]
    assert [one.name for one in carried(paper_of(made, "balance"))] == ["dcc.xml"]
    table = content_of(made, "eccentricity").results[0]
    keys = [column.key for column in table.columns]
    with zipfile.ZipFile(io.BytesIO(files[MODELS])) as archive:
        assert len(archive.namelist()) == len(table.rows) == 4
        (tmp_path / "first.toml").write_bytes(archive.read("point-001.toml"))
    app(["evaluate", str(tmp_path / "first.toml"), "--json"], standalone_mode=False)
    found = json.loads(capsys.readouterr().out)["outputs"]["dI"]
    stated = report(found["estimate"], found["expanded_uncertainty"])
    row = table.rows[0]
    assert (stated.value, stated.expanded_uncertainty) == (row[keys.index("value")], row[keys.index("U")])


def test_a_test_report_says_how_the_test_was_made(made: SmallLaboratory) -> None:
    """The conditions of the test that the procedure states stand on paper and in the DCC (ISO/IEC 17025, 7.8.3.1 a)."""
    said = "một phần ba mức cân lớn nhất"
    assert said in one_spaced(text_of(paper_of(made, "eccentricity")))
    assert said in digital_certificate(made.lab, made.actors["trang"], made.ids["eccentricity"]).decode()


def test_a_label_says_that_points_failed(made: SmallLaboratory) -> None:
    """A set of weights of which one is outside its class gets the label for limited use, with how many."""
    said = service_label(made.lab, made.actors["hang"], made.ids["set"])
    assert (said.service, said.purpose) == ("calibration", "limited")
    assert said.values["limit"] == "1/4 điểm không đạt, xem giấy"
    file = draw_service_label(made.lab, made.actors["hang"], made.ids["set"], size="calibration-50x25")
    assert "SỬ DỤNG HẠN CHẾ" in one_spaced(text_of(file))
    assert service_label(made.lab, made.actors["hang"], made.ids["multimeter"]).purpose == "calibration"
