"""What each of several processes does at once: tries to approve and issue every job. Preloaded before they fork."""

from dataclasses import dataclass
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from lims import calibration, issuing
from lims.clock import SetClock
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.procedures import library
from uncertainty.data_folder import data_folder

PROCEDURES = library(data_folder() / "procedures")


@dataclass(frozen=True)
class Task:
    """Who tries which jobs; `seen` is the hash of what was on each person's screen."""

    home: Path
    actor: Actor
    seen: dict[str, str]
    moment: datetime


def work(number: int, task: Task, barrier: Barrier, said: "Queue[tuple[int, list[tuple[str, str]]]]") -> None:
    """Try every job, as the others do at the same time, and say what was answered."""
    answers: list[tuple[str, str]] = []
    try:
        lab = Laboratory.open(task.home, SetClock(task.moment, tick_s=0.0001))
        lab.__dict__["procedures"] = PROCEDURES
        barrier.wait(timeout=300)
        answers = [tried(lab, task.actor, job_id, seen) for job_id, seen in task.seen.items()]
        lab.close()
    except BaseException as problem:
        answers.append(("crash", repr(problem)))
        raise
    finally:
        said.put((number, answers))


def tried(lab: Laboratory, actor: Actor, job_id: str, seen: str) -> tuple[str, str]:
    """What one person gets for one job: the certificate's number, or the refusal's key and sentence."""
    try:
        calibration.approve(lab, actor, job_id, seen=seen)
        return "done", issuing.issue(lab, actor, job_id)
    except Refused as answer:
        return answer.key, answer.text("vi")
