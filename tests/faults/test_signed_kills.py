"""A power cut while a signed certificate is issued: one number, one file, none left over."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from sqlmodel import select

from lims import issuing
from lims.key_making import make_keys
from lims.store.tables import CertificateIssue
from tests.faults.test_kills import audited, killed, worker_of
from tests.laboratories import SmallLaboratory

KILLS, LONG_KILLS, KILLS_OF_A_JOB = 12, 300, 4
BETWEEN, MOST_KILLS = 3, 60  # so many have to land between the two transactions, however the machine is loaded


@pytest.mark.timeout(600)
@pytest.mark.long_form("kills")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_kill_while_signing_leaves_one_file_for_one_number(
    database: str, laboratory: Callable[[str], SmallLaboratory], figure: Callable[[str], None], long_form: bool
) -> None:
    """Signed bytes differ on every run, yet after SIGKILL at any instant the vault holds each number's one file."""
    small, chance, found = laboratory(database), random.Random(2026), Counter[str]()
    make_keys(small.lab)
    with worker_of(small) as worker:
        jobs = [small.job_in("REVIEWED")]
        assert worker.here(jobs[0]) == 0
        kills = LONG_KILLS if long_form else KILLS
        while found.total() < kills or (found["NUMBERED"] < BETWEEN and found.total() < max(kills, MOST_KILLS)):
            jobs.append(small.job_in("REVIEWED"))
            for _ in range(KILLS_OF_A_JOB):
                state = killed(worker, small, jobs[-1], chance.uniform(0, 4), aimed=True)
                found[state] += 1
                if state == "ISSUED":
                    break
            if small.job(jobs[-1]).state != "ISSUED":
                assert worker.here(jobs[-1]) == 0
            assert small.job(jobs[-1]).state == "ISSUED"
    audited(small, len(jobs))
    with small.lab.store.reading() as session:
        issued = set(session.exec(select(CertificateIssue.file_sha256)).all())
    assert small.lab.vault.hashes() == issued
    assert found["NUMBERED"] >= BETWEEN, "too few kills landed between the two transactions"
    states = ", ".join(f"{state} {count}" for state, count in sorted(found.items()))
    figure(f"{found.total()} kills on {len(jobs)} signed jobs; found afterwards: {states}; no file left over")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_file_that_was_kept_is_found_again(database: str, laboratory: Callable[[str], SmallLaboratory]) -> None:
    """A crash after the file was kept: the next try issues that very file; before it was kept, a new one."""
    small = laboratory(database)
    make_keys(small.lab)
    kept, lost = small.job_in("NUMBERED"), small.job_in("NUMBERED")
    first = issuing.rendered(small.lab, kept)[1]
    sha256 = small.lab.vault.put(first)
    assert issuing.rendered(small.lab, kept)[1] == first
    promised = issuing.rendered(small.lab, lost)[1]  # noted, and never kept
    issuing.resume(small.lab)
    with small.lab.store.reading() as session:
        issued = set(session.exec(select(CertificateIssue.file_sha256)).all())
    assert sha256 in issued
    assert len(issued) == 2
    assert small.lab.vault.hashes() == issued
    assert promised not in (small.lab.vault.get(one) for one in issued)
    assert issuing.resume(small.lab) == []
    assert list((small.lab.vault.folder / "promised").iterdir()) == []
