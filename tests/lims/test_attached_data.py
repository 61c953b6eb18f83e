"""Readings, budget and model inside a certificate: only where wished, the same every time, recomputed by anyone."""

import csv
import io
import tomllib
import zipfile
from collections.abc import Callable

import pytest

from certificates.carried import carried
from lims import calibration, issuing, registering, wishes
from lims.attached_data import MODELS, attached_data
from lims.errors import Invalid, Refused
from lims.record import last_evaluation
from lims.registry_entries import evaluation_points
from lims.toml_text import toml_text
from tests.laboratories import S2_ROWS, SmallLaboratory
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.rounding import report


@pytest.fixture
def wishing(laboratory: Callable[[str], SmallLaboratory]) -> SmallLaboratory:
    """A laboratory whose first customer wishes data inside."""
    small = laboratory("sqlite")
    wish(small, "yes")
    return small


def wish(small: SmallLaboratory, text: str) -> None:
    """The customer says it at the reception."""
    wishes.record_wish(
        small.lab, small.actors["lan"], centre_id=small.ids["centre"], customer_id=small.ids["customer"],
        name="data_attachments", text=text,
    )  # fmt: skip


def files(small: SmallLaboratory, number: str) -> dict[str, bytes]:
    """What the issued file carries, by name."""
    return {one.name: one.content for one in carried(calibration.download(small.lab, small.actors["trang"], number))}


def test_the_model_inside_gives_the_printed_result(wishing: SmallLaboratory) -> None:
    """The model that the file carries, evaluated, gives value and U as printed; readings stand as typed."""
    _, number = wishing.whole_job()
    found = files(wishing, number)
    assert list(found) == ["dcc.xml", "readings.csv", "budget.csv", "model.toml"]
    result = evaluate(read_model(found["model.toml"].decode()), monte_carlo=False).outputs["m_X"]
    stated = report(result.estimate, result.expanded_uncertainty)
    assert (stated.value, stated.expanded_uncertainty) == ("10000.025", "0.059")
    rows = list(csv.DictReader(io.StringIO(found["readings.csv"].decode("utf-8-sig"))))
    assert [row["reading"] for row in rows] == [text for line in S2_ROWS for text in line]
    budget = list(csv.DictReader(io.StringIO(found["budget.csv"].decode("utf-8-sig"))))
    assert {(row["value"], row["expanded_uncertainty"], row["coverage_factor"]) for row in budget} == {
        ("10000.025", "0.059", "2")
    }
    assert sum(float(row["budget_share"]) for row in budget if row["budget_kind"] == "input") == pytest.approx(1)


def test_nothing_is_attached_that_nobody_wished(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """Without a wish the file carries the DCC alone; a centre may decide it for all its customers."""
    small = laboratory("sqlite")
    _, number = small.whole_job()
    assert list(files(small, number)) == ["dcc.xml"]
    registering.decide_policy(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"], name="data_attachments", text="yes"
    )
    _, number = small.whole_job()
    assert len(files(small, number)) == 4


def test_what_was_approved_is_attached(wishing: SmallLaboratory) -> None:
    """A wish taken back after approval changes nothing of the file, which is the same at every try."""
    job_id = wishing.job_in("NUMBERED")
    before = issuing.rendered(wishing.lab, job_id)[1]
    wish(wishing, "no")
    assert issuing.rendered(wishing.lab, job_id)[1] == before
    issuing.issue(wishing.lab, wishing.actors["trang"], job_id)
    job_id = wishing.job_in("REVIEWED")
    seen = wishing.seen(job_id)
    wish(wishing, "yes")
    with pytest.raises(Refused):
        issuing.approve_and_issue(wishing.lab, wishing.actors["trang"], job_id, seen=seen, password="x")


def test_many_points_go_into_one_archive(wishing: SmallLaboratory) -> None:
    """The models of several points stand in one archive, the same bytes on every run."""
    job_id = wishing.job_in("IN_REVIEW")
    with wishing.lab.store.reading() as session:
        job = wishing.job(job_id)
        points = [dict(one) for one in evaluation_points(last_evaluation(session, job))] * 2
    procedure = wishing.lab.procedure(job.procedure_id, job.procedure_edition)
    one, again = (attached_data(procedure, points, (MODELS,), "vi") for _ in range(2))
    assert one == again
    with zipfile.ZipFile(io.BytesIO(one[0].content)) as archive:
        assert archive.namelist() == ["point-001.toml", "point-002.toml"]
        assert tomllib.loads(archive.read("point-001.toml").decode())["model"]


def test_a_wish_is_one_that_is_known(wishing: SmallLaboratory) -> None:
    """An unknown wish, an unknown answer and somebody who is no customer are refused, each by name."""
    small, by = wishing, wishing.actors["lan"]
    centre, customer = small.ids["centre"], small.ids["customer"]
    for name, text, of in (("cmc", "raise", customer), ("data_attachments", "maybe", customer)):
        with pytest.raises(Invalid, match="data_attachments"):
            wishes.record_wish(small.lab, by, centre_id=centre, customer_id=of, name=name, text=text)
    with pytest.raises(Refused):
        wishes.record_wish(small.lab, by, centre_id=centre, customer_id=centre, name="data_attachments", text="yes")


def test_toml_reads_back_the_same() -> None:
    """Texts of any kind, numbers, lists and tables within tables are read back as they were."""
    said = {
        "a": 'quote " and \\ and \n line', "b": 1.5e-8, "c": [["1", "2"], ["3", "4"]], "d": True, "e": -3,
        "f": {"x y": {"đ": "ắ"}, "g": [{"h": 1}, {"h": 2, "i": {"j": []}}]}, "k": [], "l": [1e300, 0.1],
    }  # fmt: skip
    assert tomllib.loads(toml_text(said)) == said
