"""A process that issues certificates in children of its own, so that a test can kill them at any instant.

It reads one command a line and answers one line. `here JOB MOMENT` issues a job in the process itself, as its signatory
would by pressing the button again, and warms everything up; `fork JOB MOMENT` lets a child do so and prints the
child's process id; `wait` waits for that child and prints how it ended. No connection is open when it forks.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from lims import issuing
from lims.clock import SetClock
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.people import SYSTEM_ACTOR, Actor
from lims.store.tables import Job
from tests.laboratories import MORNING, PASSWORD


def press_the_button(lab: Laboratory, actor: Actor, job_id: str) -> int:
    """What the signatory does, also the second time: approve where it is still to approve, then issue."""
    with lab.store.reading() as session:
        state = session.get_one(Job, job_id).state
    try:
        if state == "REVIEWED":
            seen = issuing.preview(lab, actor, job_id).seen
            issuing.approve_and_issue(lab, actor, job_id, seen=seen, password=PASSWORD)
        elif state != "ISSUED":
            issuing.issue(lab, actor if state == "APPROVED" else SYSTEM_ACTOR, job_id)
    except Refused as answer:
        print(answer, file=sys.stderr)
        return 3
    return 0


def main(home: Path, actor: Actor) -> None:
    """Serve commands until the input ends."""
    clock = SetClock(MORNING, tick_s=0.001)
    lab = Laboratory.open(home, clock)
    lab.close()
    child = 0
    print("ready", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "wait":
            answer = os.waitpid(child, 0)[1]
        else:
            clock.put(datetime.fromisoformat(words[1]))
            child = answer = os.fork() if command == "fork" else 0
            if child == 0:
                answer = press_the_button(lab, actor, words[0])
                if command == "fork":
                    os._exit(answer)
                lab.close()
        print(answer, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Actor(**json.loads(sys.argv[2])))
