"""Approving, issuing and downloading many at once: each certificate by the same two steps, none twice, none lost."""

import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from lims import calibration, issuing, issuing_runs, verifying
from lims.bulk_approval import approve_several, candidate
from lims.bundles import bundle
from lims.errors import Invalid, Refused
from lims.issuing_runs import LEASE, MOST_TRIES, _take, cancel_issuing, start_issuing, work
from lims.issuing_workers import start_workers
from lims.people import SYSTEM_ACTOR
from lims.store.tables import AuditRecord, Certificate, CertificateIssue
from tests.laboratories import PASSWORD, S2_ROWS, SmallLaboratory


def started(small: SmallLaboratory, *job_ids: str) -> str:
    """A run of these jobs; its id."""
    run_id: str = start_issuing(small.lab, small.actors["trang"], centre_id=small.ids["centre"], job_ids=job_ids).id
    return run_id


def counts(small: SmallLaboratory) -> dict[str, int]:
    """How far the newest run is."""
    return issuing_runs.progress(small.lab, small.actors["trang"])[0].counts


def issued(small: SmallLaboratory) -> list[tuple[str, str]]:
    """Number and file of everything issued."""
    with small.lab.store.reading() as session:
        return list(
            session.exec(
                select(Certificate.number, CertificateIssue.file_sha256)
                .join(CertificateIssue, col(CertificateIssue.certificate_id) == col(Certificate.id))
                .order_by(Certificate.number)
            ).all()
        )


def test_a_run_issues_every_job_by_the_two_steps(small: SmallLaboratory) -> None:
    """Each job of a run gets its number and its file in two steps on record, in order; progress tells it."""
    jobs = [small.job_in("APPROVED") for _ in range(3)]
    started(small, *jobs)
    assert counts(small) == {"waiting": 3}
    assert work(small.lab, most=1) == 1 and counts(small) == {"waiting": 2, "done": 1}
    assert work(small.lab) == 2 and work(small.lab) == 0
    found = issuing_runs.progress(small.lab, small.actors["trang"])[0]
    assert found.over and [one.number for one in found.tasks] == [f"MB-KL-26-00000{place}" for place in (1, 2, 3)]
    assert [small.job(one).state for one in jobs] == ["ISSUED"] * 3
    assert {sha256 for _, sha256 in issued(small)} == small.lab.vault.hashes()
    with small.lab.store.reading() as session:
        for job_id in jobs:
            acts = session.exec(
                select(AuditRecord.act).where(AuditRecord.object_id == job_id).order_by(col(AuditRecord.sequence))
            ).all()
            assert list(acts[-2:]) == ["bind_number", "complete_issue"]


def test_a_task_whose_worker_died_is_taken_again(small: SmallLaboratory) -> None:
    """A task is held by one worker alone; after its lease another one finishes it, with the number it has."""
    job_id = small.job_in("APPROVED")
    started(small, job_id)
    taken = _take(small.lab)
    assert taken is not None and taken[1] == job_id and _take(small.lab) is None
    calibration.bind_number(small.lab, SYSTEM_ACTOR, job_id)  # and here it died
    small.later(LEASE + timedelta(seconds=1))
    assert work(small.lab) == 1 and counts(small) == {"done": 1}
    assert [number for number, _ in issued(small)] == ["MB-KL-26-000001"]


def test_what_another_process_issued_counts_as_done(small: SmallLaboratory) -> None:
    """A job that was issued meanwhile by a person is done, with its number; nothing is issued twice."""
    job_id = small.job_in("APPROVED")
    started(small, job_id)
    number = issuing.issue(small.lab, small.actors["trang"], job_id)
    assert work(small.lab) == 1 and counts(small) == {"done": 1}
    assert [one for one, _ in issued(small)] == [number]


def test_a_job_that_cannot_be_issued_says_why(small: SmallLaboratory) -> None:
    """A refusal is kept with its reason in both languages, and the others are issued all the same."""
    lost, good = small.job_in("APPROVED"), small.job_in("APPROVED")
    started(small, lost, good)
    calibration.cancel(small.lab, small.actors["trang"], lost, reason="khách hàng rút yêu cầu")
    assert work(small.lab) == 2 and counts(small) == {"refused": 1, "done": 1}
    (task,) = [
        one for one in issuing_runs.progress(small.lab, small.actors["trang"])[0].tasks if one.state == "refused"
    ]
    assert task.job_id == lost and set(task.answer) == {"vi", "en"} and all(task.answer.values())


def test_a_cancelled_run_takes_no_further_job(small: SmallLaboratory) -> None:
    """What waits stays approved and is told as cancelled; it can enter a new run, and is cancelled only once."""
    jobs = [small.job_in("APPROVED") for _ in range(2)]
    run_id = started(small, *jobs)
    assert work(small.lab, most=1) == 1
    cancel_issuing(small.lab, small.actors["trang"], run_id)
    assert work(small.lab) == 0 and counts(small) == {"done": 1, "cancelled": 1}
    assert small.job(jobs[1]).state == "APPROVED"
    with pytest.raises(Refused):
        cancel_issuing(small.lab, small.actors["trang"], run_id)
    started(small, jobs[1])
    assert work(small.lab) == 1 and small.job(jobs[1]).state == "ISSUED"


def test_only_approved_jobs_of_the_centre_enter_a_run(staged: SmallLaboratory) -> None:
    """A job in another state, an unknown one, and a run of none are refused, and nothing is queued."""
    for job_id in (staged.ids["REVIEWED"], staged.ids["ISSUED"], "0" * 36):
        with pytest.raises(Refused):
            started(staged, staged.ids["APPROVED"], job_id)
    with pytest.raises(Invalid):
        started(staged)
    assert work(staged.lab) == 0
    started(staged, staged.ids["NUMBERED"], staged.ids["APPROVED"])
    assert work(staged.lab) == 2


def test_a_task_that_breaks_its_workers_is_given_up(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """After some workers died over a task it is left, told as refused, and the next one is taken."""
    small = laboratory("sqlite")
    started(small, small.job_in("APPROVED"))
    for _ in range(MOST_TRIES):
        assert _take(small.lab) is not None
        small.later(LEASE + timedelta(seconds=1))
    assert work(small.lab) == 0 and counts(small) == {"refused": 1}


def test_worker_processes_end_when_nothing_waits(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """The processes open the laboratory, find nothing to do and end well."""
    small = laboratory("sqlite")
    workers = start_workers(small.lab.settings.home, 2)
    assert [one.wait(timeout=60) for one in workers] == [0, 0]


CROWD = """
import sys
from datetime import datetime
from pathlib import Path
from lims.clock import SetClock
from lims.issuing_runs import work
from lims.laboratory import Laboratory
lab = Laboratory.open(Path(sys.argv[1]), SetClock(datetime.fromisoformat(sys.argv[2]), tick_s=0.01))
print(work(lab))
lab.close()
"""


@pytest.mark.timeout(300)
def test_several_processes_share_a_run(small: SmallLaboratory) -> None:
    """Two worker processes at once issue every job exactly once: one number, one file each, no gap."""
    jobs = [small.job_in("APPROVED") for _ in range(6)]
    started(small, *jobs)
    words = [sys.executable, "-c", CROWD, str(small.lab.settings.home), small.clock.moment.isoformat()]
    crowd = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    taken = [int(one.communicate(timeout=120)[0]) for one in crowd]
    assert sum(taken) == 6 and counts(small) == {"done": 6}
    assert [number for number, _ in issued(small)] == [f"MB-KL-26-00000{place}" for place in range(1, 7)]
    assert {sha256 for _, sha256 in issued(small)} == small.lab.vault.hashes()


def test_ordinary_jobs_are_approved_together(small: SmallLaboratory) -> None:
    """With one password each ordinary job is approved as it was shown; an unusual one is left, and says why."""
    ordinary, corrected = small.job_in("REVIEWED"), unusual_job(small)
    changed = small.job_in("REVIEWED")
    by = small.actors["trang"]
    shown = [(job_id, candidate(small.lab, by, job_id).seen) for job_id in (ordinary, corrected)]
    assert candidate(small.lab, by, ordinary).refusal is None
    found = approve_several(small.lab, by, shown=[*shown, (changed, "0" * 64)], password=PASSWORD)
    assert [one.refusal.key if one.refusal else "" for one in found] == [
        "", "bulk.unusual", "lims.not_what_was_shown",
    ]  # fmt: skip
    assert [small.job(one).state for one in (ordinary, corrected, changed)] == ["APPROVED", "REVIEWED", "REVIEWED"]


def unusual_job(small: SmallLaboratory) -> str:
    """A reviewed job with a corrected reading."""
    job_id = small.receive()
    small.prepared(job_id)
    small.measured(job_id, (("0", "10", "10", "0"), ("0", "30", "30", "0"), ("0", "20", "20", "1")))
    cell = issuing_cell(small, job_id)
    calibration.correct_reading(
        small.lab, small.actors["hang"], job_id, cell=cell[0], replaces=cell[1], reason="gõ nhầm số cuối cùng"
    )
    small.submitted(job_id)
    small.reviewed(job_id)
    return job_id


def issuing_cell(small: SmallLaboratory, job_id: str) -> tuple[object, str]:
    """The last cell typed, put right, and the id of the reading it replaces."""
    from lims.record import read_record
    from tests.laboratories import weighing

    with small.lab.store.reading() as session:
        record = read_record(session, small.job(job_id))
    place = (0, "weighing", 2, "A2")
    return weighing(2, "A2", S2_ROWS[2][3]), record.readings[place].id


def test_a_wrong_password_approves_nothing(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """With a wrong password, or as somebody without the right, no job of the heap is approved."""
    small = laboratory("sqlite")
    job_id = small.job_in("REVIEWED")
    shown = [(job_id, small.seen(job_id))]
    with pytest.raises(Refused):
        approve_several(small.lab, small.actors["trang"], shown=shown, password="sai mật khẩu")
    (outcome,) = approve_several(small.lab, small.actors["hang"], shown=shown, password=PASSWORD)
    assert outcome.refusal is not None and small.job(job_id).state == "REVIEWED"
    with pytest.raises(Refused):
        approve_several(small.lab, small.actors["trang"], shown=shown * 201, password=PASSWORD)


def test_a_customer_takes_certificates_as_one_archive(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """The archive holds the very files and an index whose hashes are theirs; another's certificate does not exist."""
    small = laboratory("sqlite")
    numbers = [small.whole_job()[1] for _ in range(2)]
    foreign = small.job_in("ISSUED", customer="other_customer", item="other_item")
    assert foreign
    customer = small.actors["khach1"]
    found = bundle(small.lab, customer, [*numbers, numbers[0].lower()])
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        assert archive.namelist() == ["index.csv", *(f"{one}.pdf" for one in numbers)]
        rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        for row in rows:
            file = archive.read(row["file"])
            assert hashlib.sha256(file).hexdigest() == row["sha256"] and row["status"] == "issued"
            assert verifying.of_file(small.lab, file).verdict.verdict == "genuine"
    assert [row["number"] for row in rows] == numbers and found.count == 2
    other = next(number for number, _ in issued(small) if number not in numbers)
    with pytest.raises(Refused):
        bundle(small.lab, customer, [numbers[0], other])
    with pytest.raises(Invalid):
        bundle(small.lab, customer, [])
