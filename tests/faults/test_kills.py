"""A power cut at any instant of issuing: nothing lost, nothing twice, no gap, on both databases."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from certificates.content import CertificateContent
from lims import audit, calibration, issuing, verifying
from lims.store.tables import AuditRecord, Certificate, CertificateIssue, Job
from tests.laboratories import SmallLaboratory

ROOT = Path(__file__).resolve().parents[2]
KILLS, KILLS_OF_A_JOB = 100, 12
LONG_KILLS = 500
LEAST_BETWEEN = 10  # on each database: twenty of two hundred


class Worker:
    """The process whose children are killed."""

    def __init__(self, small: SmallLaboratory) -> None:
        actor = json.dumps(asdict(small.actors["trang"]))
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.issuing_worker", str(small.lab.settings.home), actor],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        assert self._answer() == "ready"
        self._small = small

    def here(self, job_id: str) -> int:
        """Let the process itself issue a job, which warms it up; the status with which it ended."""
        return int(self._ask(f"here {job_id} {self._moment()}"))

    def issue(self, job_id: str) -> int:
        """Let a child issue a job; its process id."""
        return int(self._ask(f"fork {job_id} {self._moment()}"))

    def _moment(self) -> str:
        self._small.clock.put(self._small.clock.moment + timedelta(seconds=2))
        return self._small.clock.moment.isoformat()

    def ended(self) -> int:
        """Wait for the child; the status with which it ended."""
        return os.waitstatus_to_exitcode(int(self._ask("wait")))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def _ask(self, command: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def worker_of(small: SmallLaboratory) -> Iterator[Worker]:
    """A worker of a laboratory, ended at the end."""
    worker = Worker(small)
    try:
        yield worker
    finally:
        worker.close()


def audited(small: SmallLaboratory, expected: int) -> None:
    """Nothing lost, nothing twice, no gap; every file is what its hash says; the chain is sound."""
    with small.lab.store.reading() as session:
        certificates = session.exec(select(Certificate).order_by("sequence")).all()
        issues = {one.certificate_id: one for one in session.exec(select(CertificateIssue)).all()}
        heads: list[str] = []
        for one in certificates:
            assert CertificateContent.from_json(json.loads(one.content)).issue is None
            record = session.exec(
                select(AuditRecord.hash).where(
                    AuditRecord.object_id == one.job_id, AuditRecord.act == "bind_number",
                    AuditRecord.outcome == "done",
                )
            ).all()  # fmt: skip
            assert len(record) == 1
            heads += record
        assert audit.verify(session, small.ids["centre"], heads).sound
    assert len({one.job_id for one in certificates}) == len(certificates) == expected
    assert [one.sequence for one in certificates] == list(range(1, expected + 1))
    assert set(issues) == {one.id for one in certificates}
    for issue in issues.values():
        file = small.lab.vault.get(issue.file_sha256)
        assert hashlib.sha256(file).hexdigest() == issue.file_sha256
        assert len(file) == issue.size
    for one in certificates[:: max(1, expected // 5)]:
        assert calibration.download(small.lab, small.actors["khach1"], one.number)
        assert verifying.by_token(small.lab, one.token).verdict.verdict == "genuine"


@pytest.mark.timeout(600)
@pytest.mark.long_form("kills")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_kill_at_any_instant_of_issuing_loses_and_doubles_nothing(
    database: str, laboratory: Callable[[str], SmallLaboratory], figure: Callable[[str], None], long_form: bool
) -> None:
    """After SIGKILL at a random instant the job is finished with the same number, however often it is killed."""
    small, chance, found = laboratory(database), random.Random(2026), Counter[str]()
    reach_s = 0.3  # kills fall between 0 and this; it follows the speed of the computer
    with worker_of(small) as worker:
        jobs = [small.job_in("REVIEWED")]
        assert worker.here(jobs[0]) == 0
        while found.total() < (LONG_KILLS if long_form else KILLS):
            jobs.append(small.job_in("REVIEWED"))
            numbers: set[str] = set()
            for kill in range(KILLS_OF_A_JOB):
                aimed = kill % 4 == 3
                state = killed(worker, small, jobs[-1], chance.uniform(0, reach_s), aimed=aimed)
                reach_s *= 1.0 if aimed else {"ISSUED": 0.75, "REVIEWED": 1.07}.get(state, 1.0)
                found[state] += 1
                numbers |= set(numbers_of(small, jobs[-1]))
                if state == "ISSUED":
                    break
            issuing.resume(small.lab)
            if small.job(jobs[-1]).state != "ISSUED":
                assert worker.here(jobs[-1]) == 0
            assert small.job(jobs[-1]).state == "ISSUED"
            assert len(numbers) <= 1 and numbers <= set(numbers_of(small, jobs[-1]))
    audited(small, len(jobs))
    states = ", ".join(f"{state} {count}" for state, count in sorted(found.items()))
    figure(f"{found.total()} kills on {len(jobs)} jobs; found afterwards: {states}")
    assert found["NUMBERED"] >= LEAST_BETWEEN, "too few kills landed between the two transactions"
    assert len(found) >= 3, "the kills landed in too few states"


def killed(worker: Worker, small: SmallLaboratory, job_id: str, after_s: float, *, aimed: bool) -> str:
    """Kill a child that issues a job, and say the state that is found.

    Args:
        worker: the process whose child it is.
        small: its laboratory.
        job_id: the job.
        after_s: how long the child may work.
        aimed: count from the moment at which the number is bound, so that the kill falls between the transactions
            on a computer of any speed; the other kills fall anywhere.
    """
    child = worker.issue(job_id)
    until = time.monotonic() + 20
    while aimed and small.job(job_id).state in ("REVIEWED", "APPROVED") and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(after_s / 8 if aimed else after_s)
    os.kill(child, signal.SIGKILL)
    worker.ended()
    return small.job(job_id).state


def numbers_of(small: SmallLaboratory, job_id: str) -> list[str]:
    """The numbers that are bound to a job: none or one."""
    with small.lab.store.reading() as session:
        assert session.get(Job, job_id) is not None
        return list(session.exec(select(Certificate.number).where(Certificate.job_id == job_id)).all())
