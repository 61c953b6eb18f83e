"""Many at once on PostgreSQL: the same act by several processes happens once, and nobody sees an error of locks."""

import json
import multiprocessing
from collections import Counter
from collections.abc import Callable

import pytest
from sqlmodel import select

from lims import access, audit
from lims.store.tables import Certificate, CertificateIssue, Job
from tests.faults.issuing_crowd import Task, work
from tests.laboratories import PASSWORD, SmallLaboratory

PROCESSES, JOBS, LONG_JOBS = 8, 40, 400
APPROVERS = ("trang", "quang")
Answers = dict[int, list[tuple[str, str]]]


def tasks(small: SmallLaboratory, jobs: list[str]) -> list[Task]:
    """What each process is to do: half of them as one quality manager, half as the other, all confirmed beforehand."""
    of_person = []
    for name in APPROVERS:
        seen = {job_id: small.seen(job_id, name) for job_id in jobs}
        for job_id, content in seen.items():
            access.confirm(small.lab, small.actors[name], PASSWORD, act="approve", target_id=job_id, seen=content)
        of_person.append(Task(small.lab.settings.home, small.actors[name], seen, small.clock.moment))
    return [of_person[number % len(of_person)] for number in range(PROCESSES)]


def answers_of(given: list[Task]) -> Answers:
    """Let the processes work at once; what each was answered."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.issuing_crowd"])
    barrier, said = context.Barrier(len(given)), context.Queue()
    processes = [context.Process(target=work, args=(n, task, barrier, said)) for n, task in enumerate(given)]
    for process in processes:
        process.start()
    answers = dict(said.get(timeout=500) for _ in processes)
    for process in processes:
        process.join(timeout=60)
    return answers


@pytest.mark.timeout(600)
@pytest.mark.long_form("many-at-once")
def test_eight_processes_on_forty_jobs_issue_each_once(
    laboratory: Callable[[str], SmallLaboratory], figure: Callable[[str], None], long_form: bool
) -> None:
    """Every job gets one certificate with the next number; the others are refused and told who was first."""
    small = laboratory("postgresql")
    jobs = [small.job_in("REVIEWED") for _ in range(LONG_JOBS if long_form else JOBS)]
    answers = answers_of(tasks(small, jobs))

    every = [one for per_process in answers.values() for one in per_process]
    count = Counter(key for key, _ in every)
    figure(f"{PROCESSES} processes on {len(jobs)} jobs: {json.dumps(dict(sorted(count.items())))}")
    assert count["done"] == len(jobs), [one for one in every if one[0] == "crash"]
    assert count["lims.wrong_state"] == len(jobs) * (PROCESSES - 1)
    named = ("Phạm Thu Trang", "Vũ Minh Quang")
    told = [text for key, text in every if key == "lims.wrong_state"]
    assert all(any(name in text for name in named) for text in told), told[:3]

    with small.lab.store.reading() as session:
        certificates = session.exec(select(Certificate)).all()
        assert sorted(one.sequence for one in certificates) == list(range(1, len(jobs) + 1))
        assert {one.job_id for one in certificates} == set(jobs)
        assert len(session.exec(select(CertificateIssue)).all()) == len(jobs)
        assert {one.state for one in session.exec(select(Job)).all()} == {"ISSUED"}
        assert audit.verify(session, small.ids["centre"]).sound
