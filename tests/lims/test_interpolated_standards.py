"""A standard used between two points of its calibration: in the example, in a whole job, on paper, and refused."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from certificates.content import CertificateContent
from instruments.models import Calibration, CalibrationResult, TraceabilityLink
from lims import calibration
from lims.circumstances import Circumstances
from lims.dcc import digital_certificate
from lims.impact_evaluation import _shift_of
from lims.procedures import EDITIONS, check_examples, circumstances_of, file_hash, library, read_procedure
from lims.record import last_evaluation
from lims.results import evaluate_point, needs
from lims.store.tables import Job
from tests.certificates.good_practice import GoodPractice
from tests.certificates.reading import one_spaced, text_of
from tests.documents import THERMOMETER, issued
from tests.laboratories import SmallLaboratory, copied
from tests.laboratory_fixtures import Templates
from ui.result_view import of_live, of_record, shown_budget
from uncertainty.data_folder import data_folder

FILE = Path(__file__).parents[1] / "procedures" / "thermometer-between-points.toml"
PROCEDURE = read_procedure(FILE)
REFERENCE = {
    **THERMOMETER.standards["reference"],
    "results": [
        ("temperature", "20", "degC", "0.030", "K", "0.010", "K"),
        ("temperature", "40", "degC", "0.070", "K", "0.018", "K"),
    ],
    "properties": {},
}
JOB = replace(
    THERMOMETER, procedure=PROCEDURE.key, standards={"reference": REFERENCE}, equipment={}, readings=["0,100; 0,100"]
)


@pytest.fixture(scope="module")
def made(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLaboratory]:
    """A laboratory with the procedure beside those on offer, in which one job was done."""
    folder = tmp_path_factory.mktemp("procedures") / "procedures"
    shutil.copytree(data_folder() / "procedures", folder)
    shutil.copy(FILE, folder)
    with (folder / EDITIONS).open("a", encoding="utf-8") as editions:
        editions.write(f'\n[{PROCEDURE.id}."2026-1"]\nfile = "{FILE.name}"\nsha256 = "{file_hash(FILE)}"\n')
    template, _ = templates.get("sqlite", "founded")
    small = copied(template, tmp_path_factory.mktemp("between") / "home")
    small.lab.__dict__["procedures"] = library(folder)
    small.ids["job"], small.ids["number"] = issued(small, JOB)
    yield small
    small.lab.close()


def test_the_example_computed_by_hand_is_reproduced() -> None:
    """0.060 K with u = √(36e-6 + 12e-6) K: value and uncertainty on the line, interpolation itself as stated."""
    assert check_examples(PROCEDURE) == ()


def test_the_circumstances_keep_the_two_points() -> None:
    """What was interpolated can be computed again from the record: both neighbours with their weights."""
    at_hand = circumstances_of(PROCEDURE.examples[0])
    again = Circumstances.from_json(json.loads(json.dumps(at_hand.to_json())))
    assert again == at_hand
    assert [one.weight for one in again.standards["reference"].between] == [0.75, 0.25]


def test_a_point_outside_is_refused_in_words() -> None:
    """Outside the calibrated points there is no result, and the sentence names both ends in both languages."""
    example = PROCEDURE.examples[0]
    outside = replace(example, data={**example.data, "point": {"nominal": "45 degC"}})
    at_hand = circumstances_of(outside)
    found = evaluate_point(PROCEDURE, {}, at_hand)
    assert found.value is None
    said = next(one for one in needs(PROCEDURE, at_hand) if one.place == "standards.reference")
    assert "from 0\u00a0°C to 40\u00a0°C" in said.text("en")
    assert "không ngoại suy" in said.text("vi")


def test_the_certificate_says_that_the_value_was_interpolated(made: SmallLaboratory) -> None:
    """Budget, the standard's line of the chain and the printed page say between which points."""
    content = CertificateContent.from_json(json.loads(made.certificate(made.ids["number"]).content))
    assert [one.note for one in content.traceability if one.note] == [
        next(one.note for one in content.traceability if one.code == "CT-ND-01")
    ]
    assert content.budget is not None
    notes = {one.label.en: one.note.en for one in content.budget.lines if one.note}
    assert notes == {"Correction of the reference": "interpolated linearly between 20\u00a0°C and 40\u00a0°C"}
    paper = one_spaced(text_of(bytes(calibration.download(made.lab, made.actors["trang"], made.ids["number"]))))
    assert paper.replace("\u00a0", " ").count("nội suy tuyến tính giữa 20 °C và 40 °C") >= 2


def test_the_dcc_says_it_too(made: SmallLaboratory) -> None:
    """The DCC of such a certificate is valid and names the two points where it tells the chain."""
    file = digital_certificate(made.lab, made.actors["trang"], made.ids["number"])
    assert GoodPractice().findings(file) == []
    assert "interpolated linearly between 20" in file.decode()


def test_the_screen_names_the_two_points(made: SmallLaboratory) -> None:
    """The budget on the screen names the input with the points, live and from the record."""
    at_hand = replace(circumstances_of(PROCEDURE.examples[0]), environment={"temperature": ("23",)})
    live = of_live(evaluate_point(PROCEDURE, {}, at_hand))
    with made.lab.store.reading() as session:
        evaluation = last_evaluation(session, session.get_one(Job, made.ids["job"]))
    assert evaluation is not None
    for stated in (live, of_record(evaluation.points[0], "vi")):
        assert stated is not None
        sources = " / ".join(line.source for line in shown_budget(PROCEDURE, stated, "vi").lines)
        assert "nội suy tuyến tính giữa 20\u00a0°C và 40\u00a0°C" in sources


def test_the_result_rests_on_both_points(made: SmallLaboratory) -> None:
    """The chain holds a link to each neighbour, and a shift of one is carried with its weight."""
    with made.lab.store.reading() as session:
        job = session.get_one(Job, made.ids["job"])
        evaluation = last_evaluation(session, job)
        assert evaluation is not None
        (point,) = evaluation.points
        own = session.exec(select(Calibration).where(Calibration.instrument_id == job.item_id)).one()
        links = session.exec(select(TraceabilityLink).where(TraceabilityLink.calibration_id == own.id)).all()
        upper = [session.get_one(CalibrationResult, str(one.upstream_result_id)) for one in links]
    by_nominal = {one.nominal: one.id for one in upper}
    assert set(by_nominal) == {"20", "40"}
    assert point["value"] == "0.060"
    sensitivities = {row[0]: row[2] for row in point["influences"]}
    assert sensitivities[by_nominal["20"]] == pytest.approx(-0.75)
    assert sensitivities[by_nominal["40"]] == pytest.approx(-0.25)
    again = _shift_of(point, PROCEDURE, {by_nominal["20"]: 0.004, by_nominal["40"]: -0.004})
    assert again == pytest.approx(-0.002)
