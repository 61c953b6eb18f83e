"""How long the acts of the main job take on one process."""

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from lims import access, calibration, issuing, sheets
from lims.entering import TypedCell
from lims.passwords import Passwords
from tests.laboratories import PASSWORD, SmallLaboratory, small_laboratory

ROUNDS = 15


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallLaboratory:
    """A small laboratory that has issued one certificate, so that fonts and procedures are ready."""
    found = small_laboratory(Path(tmp_path_factory.mktemp("bench")) / "laboratory")
    found.whole_job()
    return found


def _reviewed(small: SmallLaboratory) -> str:
    job_id = small.receive()
    small.prepared(job_id)
    small.measured(job_id)
    small.submitted(job_id)
    small.reviewed(job_id)
    return job_id


def test_issuing_one_certificate(small: SmallLaboratory, benchmark: BenchmarkFixture) -> None:
    """Approving and issuing, password check, both transactions, file and all: goal 150 ms median."""

    def ready() -> tuple[tuple[str, str], dict[str, object]]:
        job_id = _reviewed(small)
        return (job_id, small.seen(job_id)), {}

    def issue(job_id: str, seen: str) -> str:
        return issuing.approve_and_issue(small.lab, small.actors["trang"], job_id, seen=seen, password=PASSWORD)

    number = benchmark.pedantic(issue, setup=ready, rounds=ROUNDS)
    assert number.startswith("MB-KL-26-")


def test_saving_a_reading_and_evaluating_anew(small: SmallLaboratory, benchmark: BenchmarkFixture) -> None:
    """One cell saved, then readings, result and budget read anew: what leaving a cell costs the server."""
    job_id = small.receive()
    small.prepared(job_id)
    small.measured(job_id)
    rows = iter(range(3, 1000))

    def leave_a_cell() -> str | None:
        cell = TypedCell(0, "weighing", next(rows), "A1", "0")
        calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=[cell])
        return sheets.live_points(small.lab, small.actors["hang"], job_id)[0].result.value

    assert benchmark.pedantic(leave_a_cell, rounds=ROUNDS) is not None


def test_giving_a_password(small: SmallLaboratory, benchmark: BenchmarkFixture) -> None:
    """One sign-in with argon2id at full cost."""
    small.lab.passwords = Passwords()
    small.sign_in("bao")
    signed_in = benchmark.pedantic(access.sign_in, args=(small.lab, "bao", PASSWORD), rounds=ROUNDS)
    assert signed_in.actor.name == "Trần Quốc Bảo"
