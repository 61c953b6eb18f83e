"""The demonstration: everything promised is in it, made by acts, and plainly a demonstration's."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from sqlmodel import col, select

from instruments.models import Calibration, Instrument, Recognition
from instruments.traceability import chain
from lims import access, calibration, certificate_lists, issuing, sanity
from lims.audit import REFUSED
from lims.clock import SetClock
from lims.config import Settings
from lims.demonstration import build, describe, is_demonstration, last_moment
from lims.demonstration.stage import read_plan
from lims.demonstration.stories import REFUSALS, STORIES
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.store.tables import STATES, AuditRecord, Certificate, EvaluationRecord, Job
from tests.demonstration_fixtures import ADDRESS, TODAY

pytestmark = pytest.mark.timeout(300)
EVENING = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
NOTICES = ("BẢN MINH HỌA", "DEMONSTRATION –", "Demonstration –")


@pytest.fixture
def lab(demonstration: Path, monkeypatch: pytest.MonkeyPatch) -> Laboratory:
    """The demonstration, open on the evening of its last day; only read from."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    return Laboratory.open(demonstration, SetClock(EVENING, tick_s=0.01))


def test_it_holds_what_it_promises(lab: Laboratory) -> None:
    """Institutes, centres, customers, thirty-six finished jobs, open jobs in every state, the same each time."""
    found = describe(lab)
    assert found["counts"]["bodies"] == {"centre": 3, "customer": 3, "nmi": 3, "regulator": 1}
    assert found["counts"]["by_status"] == {"issued": 34, "replaced": 1, "withdrawn": 1}
    assert found["counts"]["jobs"] == {
        "APPROVED": 1, "ASSIGNED": 2, "CANCELLED": 1, "IN_REVIEW": 1, "ISSUED": 36, "MEASURING": 1, "NUMBERED": 1,
        "RECEIVED": 1, "REVIEWED": 1,
    }  # fmt: skip
    assert set(found["counts"]["jobs"]) == set(STATES)
    assert found["counts"]["people"] == 20 == len(found["accounts"])
    for role, number in (("technician", 6), ("reviewer", 4), ("quality_manager", 7), ("administrator", 1)):
        assert sum(role in one["roles"] for one in found["accounts"]) == number


def test_each_guard_has_refused_somebody(lab: Laboratory) -> None:
    """The record holds a refusal for each guard, with who tried it; every story of the plan was told."""
    assert set(REFUSALS) <= set(describe(lab)["counts"]["refused"])
    told = {story for job in read_plan()["jobs"] for story in job.get("stories", ())}
    assert told == set(STORIES)
    with lab.store.reading() as session:
        records = session.exec(select(AuditRecord).where(AuditRecord.outcome == REFUSED)).all()
    assert all(record.person_name for record in records)


def test_the_history_is_two_years_long_and_ends_today(lab: Laboratory) -> None:
    """The first entry is two years old, the last one is from the last day, and none is later than the clock."""
    with lab.store.reading() as session:
        records = session.exec(select(AuditRecord).order_by(col(AuditRecord.chain), col(AuditRecord.sequence))).all()
    moments = [record.at for record in records]
    assert timedelta(days=725) < EVENING - min(moments) < timedelta(days=740)
    assert timedelta(0) < EVENING - max(moments) < timedelta(hours=9), "not on the last day"
    assert all(before.at <= after.at for before, after in pairwise(records) if before.chain == after.chain)


def test_the_record_is_whole(lab: Laboratory) -> None:
    """Chains, files and the heads printed on the certificates agree; the interrupted issues are told, not hidden."""
    found = sanity.examine(lab)
    assert found.sound
    assert (found.files, found.outside_heads) == (36, 36)
    assert [one.text("en") for one in found.findings] == [
        "2 jobs are approved and not issued yet: MT KL-2026-0003, MN KL-2026-0003."
    ]


def test_chains_lead_from_national_to_working_standards(lab: Laboratory) -> None:
    """Each centre has unbroken chains of three levels; that of mass goes on to KRISS and BIPM."""
    with lab.store.reading() as session:
        for centre in ("MB", "MT", "MN"):
            for code in (f"{centre}-CT-DD-01", f"{centre}-CT-DI-010", f"{centre}-CT-KL-0{5 if centre != 'MB' else 1}"):
                standard = session.exec(select(Instrument).where(Instrument.code == code)).one()
                found = chain(session, standard.id, TODAY)
                assert found.unbroken, (code, [str(one) for one in found.breaks])
                above = ["national"] if "-KL-" in code else []
                assert [link.level for link in found.links] == ["working", "principal", "national", *above]


def test_one_chain_is_broken(lab: Laboratory) -> None:
    """The chain of one working standard breaks at its principal standard, whose certificate was withdrawn."""
    with lab.store.reading() as session:
        standard = session.exec(select(Instrument).where(Instrument.code == "MN-CT-KL-06")).one()
        found = chain(session, standard.id, TODAY)
    assert [one.link.instrument_code for one in found.breaks if one.link] == ["MN-CC-KL-06"]
    assert found.breaks[0].key == "instruments.withdrawn"


@pytest.mark.parametrize(
    ("code", "value", "expanded"),
    [("CT-KL-017", "10000.025", "0.059"), ("MB-CT-DD-01", "0.10", "0.06"), ("MB-CT-DI-010", "10000.178", "0.017")],
)
def test_published_readings_give_published_results(lab: Laboratory, code: str, value: str, expanded: str) -> None:
    """The newest jobs with the readings of EA-4/02, S2, S10 and S3, have the results that it prints."""
    with lab.store.reading() as session:
        rows = session.exec(
            select(EvaluationRecord, Job).join(Job, col(Job.id) == col(EvaluationRecord.job_id))
            .where(Job.state == "ISSUED").order_by(col(EvaluationRecord.at).desc())
        ).all()  # fmt: skip
        points = next(
            one.points for one, _ in rows
            if one.points[0]["circumstances"]["standards"].get("reference", {}).get("code") == code
        )  # fmt: skip
    assert (points[-1]["value"], points[-1]["expanded_uncertainty"]) == (value, expanded)


def test_every_certificate_says_that_it_is_a_demonstration(lab: Laboratory) -> None:
    """Every page of every issued file carries the notice."""
    for row in certificate_lists.certificates(lab, OPERATOR_ACTOR):
        document = pypdfium2.PdfDocument(calibration.download(lab, OPERATOR_ACTOR, row.number))
        for page in document:
            said = page.get_textpage().get_text_bounded()
            assert any(notice in said for notice in NOTICES), row.number
        document.close()


def test_no_name_or_number_is_a_real_one(lab: Laboratory) -> None:
    """Bodies carry the word demonstration; what stands for accreditation is named as an example."""
    network = read_plan()
    names = [one["name"] for one in (network["institute"], *network["centres"], *network["customers"])]
    assert all("minh họa" in one["name_vi"].lower() and "demonstration" in one["name_en"].lower() for one in names)
    with lab.store.reading() as session:
        for one in session.exec(select(Recognition)):
            assert one.number.startswith("MINH-HOA") or not one.number
            assert "minh họa" in one.evidence


def test_people_sign_in_with_the_password_that_is_told(own_demonstration: Path) -> None:
    """One of each role signs in with the documented password and finds what is theirs."""
    lab = Laboratory.open(own_demonstration, SetClock(EVENING, tick_s=0.01))
    try:
        password = read_plan()["password"]
        for name in ("hang", "bao", "trang", "khach1"):
            actor = access.sign_in(lab, name, password).actor
            assert certificate_lists.certificates(lab, actor)
        assert access.sign_in(lab, "quantri", password).actor.name == "Quản Trị Minh Họa"
    finally:
        lab.close()


def test_what_was_interrupted_can_be_finished(own_demonstration: Path) -> None:
    """The approved and the numbered job are true interruptions: resuming issues both, without a gap."""
    lab = Laboratory.open(own_demonstration, SetClock(EVENING, tick_s=0.01))
    try:
        with lab.store.reading() as session:
            bound = session.exec(select(Certificate.number).join(Job, col(Job.id) == col(Certificate.job_id)).where(
                Job.state == "NUMBERED"
            )).one()  # fmt: skip
        numbers = issuing.resume(lab)
        assert len(numbers) == 2 and bound in numbers
        assert sanity.examine(lab).findings == ()
    finally:
        lab.close()


def test_standards_were_calibrated_more_than_once(lab: Laboratory) -> None:
    """Working standards have a history that a plot can show."""
    with lab.store.reading() as session:
        standard = session.exec(select(Instrument).where(Instrument.code == "CT-KL-017")).one()
        days = session.exec(
            select(Calibration.performed_on).where(Calibration.instrument_id == standard.id).order_by(
                col(Calibration.performed_on)
            )
        ).all()  # fmt: skip
    assert len(days) == 3
    assert days[0] < TODAY - timedelta(days=700) < days[1]


def test_the_history_never_goes_beyond_the_clock() -> None:
    """Made today it ends now at the latest, for another day in its evening."""
    morning = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    clock = SetClock(morning)
    assert last_moment(None, clock, "Asia/Ho_Chi_Minh") == morning
    assert last_moment(date(2026, 11, 20), clock, "Asia/Ho_Chi_Minh") == morning
    assert last_moment(date(2026, 11, 19), clock, "Asia/Ho_Chi_Minh") == datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
    assert last_moment(date(2027, 1, 5), clock, "Asia/Ho_Chi_Minh") == datetime(2027, 1, 5, 10, 0, tzinfo=UTC)


def test_it_takes_nobodys_place(tmp_path: Path) -> None:
    """It is not made where something lives, and a real laboratory is not taken for one."""
    (tmp_path / "file").write_text("here")
    with pytest.raises(Refused) as refused:
        build(tmp_path, ADDRESS)
    assert refused.value.key == "lims.home_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    Settings(home=tmp_path).save()
    with pytest.raises(Refused) as refused:
        is_demonstration(tmp_path)
    assert refused.value.key == "lims.laboratory_exists"


def test_ten_resistors_of_one_standard_have_one_ohm_in_series(lab: Laboratory) -> None:
    """GUM 5.2.2: ten resistors, each with u = 100 mohm from one standard, give 10 x 100 mohm = 1 ohm, not 0.32 ohm.

    The budget says so: a tenth from the resistors one by one, nine tenths from what they have in common.
    """
    with lab.store.reading() as session:
        chosen = select(Job).where(Job.procedure_id == "resistance-ten-resistors-in-series")
        job = session.exec(chosen).one()
        point = session.exec(select(EvaluationRecord).where(EvaluationRecord.job_id == job.id)).one().points[0]
    assert (point["value"], point["expanded_uncertainty"], point["coverage_factor"]) == ("10000.0", "2.0", "2")
    shares = {"input": 0.0, "covariance": 0.0}
    for row in point["output"]["budget"]:
        shares[row["kind"]] += row["share"]
    assert shares == {"input": pytest.approx(0.1, abs=1e-4), "covariance": pytest.approx(0.9, abs=1e-4)}
