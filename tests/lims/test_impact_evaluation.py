"""Evaluating a certificate again with shifted standards: only where its model is no sum in their values."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from instruments.models import Calibration, CalibrationResult
from lims.circumstances import Circumstances
from lims.impact_evaluation import EvaluatedAgain, _shift_of, _straight
from lims.laboratory import Laboratory
from lims.store.tables import Certificate, EvaluationRecord, Job

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratories of these tests keep their own files."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("CHUAN_HOME", raising=False)


def test_a_certificate_is_evaluated_again_from_its_record(demonstration: Path) -> None:
    """R_X = (R_S + ...) r_C r - ...: shifted by 1 ohm it moves by the stored sensitivity, by the model itself.

    The model is straight in the standard's value alone, so that both agree, and nothing is computed unless the sum
    of first order vanishes.
    """
    lab = Laboratory.open(demonstration)
    try:
        with lab.store.reading() as session:
            chosen = select(EvaluationRecord, Job, Calibration).join(Job, col(Job.id) == col(EvaluationRecord.job_id))
            chosen = chosen.join(Certificate, col(Certificate.job_id) == col(Job.id))
            chosen = chosen.join(Calibration, col(Calibration.own_certificate_id) == col(Certificate.id))
            row = session.exec(chosen.where(col(Job.procedure_id).startswith("resistance"))).first()
            assert row is not None
            record, job, calibration = row
            procedure = lab.procedure(job.procedure_id, job.procedure_edition)
            point = record.points[0]
            used = next(iter(Circumstances.from_json(point["circumstances"]).standards.values())).result_id
            assert used is not None and session.get(CalibrationResult, used) is not None
            stored = next(one[2] for one in point["influences"] if one[0] == used)
            assert _straight(procedure, record.points)
            assert _shift_of(point, procedure, {used: 1.0}) == pytest.approx(stored, rel=1e-9)
            assert _shift_of(point, procedure, {"another": 1.0}) is None
            again = EvaluatedAgain(lab, session, {calibration.id: (job.procedure_id, job.procedure_edition)})
            assert again(calibration.id, 0, {used: 1.0}, stored) is None
            assert again(calibration.id, 0, {used: 1.0}, 0.0) == pytest.approx(stored, rel=1e-9)
            assert again(calibration.id, 9, {used: 1.0}, 0.0) is None
            assert again("nothing", 0, {used: 1.0}, 0.0) is None
    finally:
        lab.close()
