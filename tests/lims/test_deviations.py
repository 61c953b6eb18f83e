"""Deviations from the method and sampling: stated, accepted, printed, and asked for where the procedure has a plan."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from lims import calibration, deviations, submission
from lims.dcc import digital_certificate
from lims.errors import Stated
from lims.procedure_format import Label
from tests.certificates.reading import one_spaced, text_of
from tests.documents import ECCENTRICITY, performed
from tests.laboratories import REASON, SmallLaboratory, copied
from tests.laboratory_fixtures import Templates

PLAN = Label("kế hoạch lấy mẫu KH-01:2026", "sampling plan KH-01:2026")
SAMPLED = {
    "sampled_on": date(2026, 11, 15), "text_vi": "tại kho của khách hàng, chọn ngẫu nhiên",
    "text_en": "at the customer's store, at random",
}  # fmt: skip
DEVIATED = {
    "text_vi": "Tải thử 1,9 kg.", "text_en": "Test load 1.9 kg.", "accepted_by": "Bà Lý Thị Hoa",
    "accepted_on": date(2026, 11, 16),
}  # fmt: skip


@pytest.fixture(scope="module")
def tested(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLaboratory]:
    """A laboratory with a test at the bench, by a procedure that has a sampling plan."""
    template, _ = templates.get("sqlite", "founded")
    small = copied(template, tmp_path_factory.mktemp("tested") / "home")
    library = small.lab.procedures
    planned = replace(library[ECCENTRICITY.procedure], sampling=PLAN)
    small.lab.__dict__["procedures"] = replace(library, offered={**library.offered, planned.key: planned})
    small.ids["job"] = performed(small, ECCENTRICITY)
    yield small
    small.lab.close()


def key_of(act: object, *given: object, **named: object) -> str:
    """What an act answers."""
    with pytest.raises(Stated) as answer:
        act(*given, **named)  # type: ignore[operator]
    return answer.value.key


def test_deviation_and_sampling_stand_in_the_report(tested: SmallLaboratory) -> None:
    """Without its sampling the job is held back; both are printed with acceptance and plan, and in the DCC."""
    lab, hang, quang, job_id = tested.lab, tested.actors["hang"], tested.actors["quang"], tested.ids["job"]
    prepared = submission.prepare(lab, hang, job_id)
    evaluated = submission.submit(prepared, trials=10_000)
    assert key_of(calibration.evaluate, lab, hang, job_id, submission=evaluated) == "deviations.sampling_missing"
    ahead = SAMPLED | {"sampled_on": date(2026, 12, 24)}
    assert key_of(deviations.record_sampling, lab, hang, job_id, **ahead) == "deviations.day_ahead"
    assert key_of(deviations.record_sampling, lab, hang, job_id, **(SAMPLED | {"text_en": " "})) == "lims.field_empty"
    deviations.record_sampling(lab, hang, job_id, **SAMPLED)
    assert key_of(deviations.record_sampling, lab, hang, job_id, **SAMPLED) == "deviations.sampled_already"
    for change, key in (({"accepted_by": ""}, "lims.field_empty"), ({"accepted_on": date(2027, 1, 1)},
                        "deviations.day_ahead")):  # fmt: skip
        given = DEVIATED | change
        assert key_of(deviations.record_deviation, lab, quang, job_id, **given, reason=REASON) == key
    assert key_of(deviations.record_deviation, lab, hang, job_id, **DEVIATED, reason=REASON) == "lims.not_permitted"
    deviations.record_deviation(lab, quang, job_id, **DEVIATED, reason=REASON)
    tested.submitted(job_id)
    tested.reviewed(job_id)
    number = tested.issued(job_id)
    text = one_spaced(text_of(bytes(calibration.download(lab, tested.actors["trang"], number))))
    file = digital_certificate(lab, tested.actors["trang"], number).decode()
    for said in ("Tải thử 1,9 kg.", "Bà Lý Thị Hoa, 16/11/2026", "15/11/2026", "KH-01:2026", "như khi nhận"):
        assert said in text and said in file
    after = calibration.amend(lab, tested.actors["trang"], job_id, remeasure=False, reason=REASON).id
    tested.reviewed(after)
    assert "KH-01:2026" in one_spaced(text_of(bytes(calibration.download(lab, hang, tested.issued(after)))))


def test_a_procedure_without_a_plan_takes_no_sampling(small: SmallLaboratory) -> None:
    """Of an item that the customer sent no sampling is recorded."""
    job_id = small.job_in("ASSIGNED")
    given = (small.lab, small.actors["hang"], job_id)
    assert key_of(deviations.record_sampling, *given, **SAMPLED) == "deviations.no_sampling"
