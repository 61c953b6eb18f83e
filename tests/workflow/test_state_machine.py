"""Random acts of several people against a model of ten lines: none is skipped, reordered or done by the wrong one."""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from lims import access, audit, calibration, issuing, submission
from lims.errors import Stated
from lims.people import contributors
from lims.record import read_record
from lims.registry_entries import status_of
from lims.store.tables import STATES, Certificate, CertificateIssue, Job, StepRecord
from tests.laboratories import PASSWORD, REASON, TRIALS, SmallLaboratory, copied

NAMES = ("hang", "bao", "trang", "quang", "khach1", "admin")
MOVES = {
    ("assign", "RECEIVED"): "ASSIGNED", ("assign", "ASSIGNED"): "ASSIGNED", ("measure", "ASSIGNED"): "MEASURING",
    ("measure", "MEASURING"): "MEASURING", ("submit", "MEASURING"): "IN_REVIEW", ("review", "IN_REVIEW"): "REVIEWED",
    ("return", "IN_REVIEW"): "MEASURING", ("return", "REVIEWED"): "MEASURING", ("sign", "REVIEWED"): "ISSUED",
    **{("cancel", state): "CANCELLED" for state in STATES[:6]},
}  # fmt: skip
RIGHTS = {
    "assign": {"bao", "trang", "quang"}, "measure": {"hang"}, "submit": {"hang"}, "review": {"bao"},
    "return": {"bao", "trang", "quang"}, "sign": {"trang", "quang"}, "cancel": {"trang", "quang"},
}  # fmt: skip
"""An act moves a job as MOVES says when its person is in RIGHTS; otherwise nothing happens."""


@dataclass
class Modelled:
    """What the model knows of a job: its state, and whether all was entered."""

    id: str
    state: str
    complete: bool
    amended: bool = False
    number: str = ""
    ended: str = "issued"


@dataclass
class World:
    """The laboratory of one run, and the model's jobs."""

    small: SmallLaboratory
    jobs: list[Modelled] = field(default_factory=list)


def acts(small: SmallLaboratory) -> dict[str, Callable[[str, str], object]]:
    """What the people do, by the model's words: (name, job)."""
    lab, actors = small.lab, small.actors

    def measure(name: str, job_id: str) -> None:
        with lab.store.reading() as session:
            complete = bool(read_record(session, session.get_one(Job, job_id)).readings)
        actor = actors[name]
        if complete:
            calibration.record_environment(
                lab, actor, job_id, quantity="humidity", moment="start", text="52", why=REASON
            )  # fmt: skip
            return
        calibration.choose_standard(lab, actor, job_id, role="reference", instrument_id=small.ids["standard"])
        before = small.actors["hang"]
        small.actors["hang"] = actor
        calibration.choose_standard(lab, actor, job_id, role="comparator", instrument_id=small.ids["comparator"])
        small.conditioned(job_id)
        small.measured(job_id)
        small.actors["hang"] = before

    def submit(name: str, job_id: str) -> None:
        prepared = submission.prepare(lab, actors["hang"], job_id)
        calibration.evaluate(lab, actors[name], job_id, submission=submission.submit(prepared, trials=TRIALS))

    def sign(name: str, job_id: str) -> None:
        with lab.store.reading() as session:
            job = session.get_one(Job, job_id)
        seen = issuing.preview(lab, actors["trang" if name not in ("trang", "quang") else name], job_id).seen
        access.confirm(lab, actors[name], PASSWORD, act="approve", target_id=job_id, seen=seen)
        calibration.approve(lab, actors[name], job.id, seen=seen)
        issuing.issue(lab, actors[name], job.id)

    return {
        "assign": lambda name, job: calibration.assign(lab, actors[name], job, technician_id=small.person("hang")),
        "measure": measure,
        "submit": submit,
        "review": lambda name, job: calibration.review(lab, actors[name], job),
        "return": lambda name, job: calibration.return_for_correction(lab, actors[name], job, reason=REASON),
        "sign": sign,
        "cancel": lambda name, job: calibration.cancel(lab, actors[name], job, reason=REASON),
    }


def answered(act: Callable[[], object]) -> Stated | None:
    """What an act answers instead of being done."""
    try:
        act()
    except Stated as answer:
        return answer
    return None


class Workflow(RuleBasedStateMachine):
    """People at work: the right ones and the wrong ones, in the right order and in any other."""

    opened: Callable[[], SmallLaboratory]
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(type(self).opened())
        self.acts = acts(self.world.small)
        self.job = Modelled(self.world.small.receive(), "RECEIVED", False)
        self.world.jobs.append(self.job)

    def teardown(self) -> None:
        """Close the laboratory."""
        self.world.small.lab.close()

    @rule()
    def receive(self) -> None:
        """Take another item in and go on with it."""
        if len(self.world.jobs) < 4:
            self.job = Modelled(self.world.small.receive(), "RECEIVED", False)
            self.world.jobs.append(self.job)

    @rule(index=st.integers(0, 3))
    def turn_to(self, index: int) -> None:
        """Go on with another job."""
        self.job = self.world.jobs[index % len(self.world.jobs)]

    @rule(act=st.sampled_from(sorted(RIGHTS)), name=st.sampled_from(NAMES))
    def attempt(self, act: str, name: str) -> None:
        """Anyone tries anything; what happens is what the model says."""
        self.do(act, name)

    @rule(steps=st.integers(1, 3))
    def go_on(self, steps: int) -> None:
        """The right people do what comes next, so that far states are reached; after the issue comes an amendment."""
        following = {"RECEIVED": "assign", "ASSIGNED": "measure", "IN_REVIEW": "review", "REVIEWED": "sign"}
        for _ in range(steps):
            if self.job.state == "ISSUED":
                self.amend_as("trang", remeasure=False)
            elif self.job.state == "CANCELLED":
                self.job = self.world.jobs[0]
            else:
                act = following.get(self.job.state, "submit" if self.job.complete else "measure")
                self.do(act, min(RIGHTS[act]))

    def do(self, act: str, name: str) -> None:
        """Do an act and compare with the model."""
        job, after = self.job, MOVES.get((act, self.job.state))
        legal = after is not None and name in RIGHTS[act] and (act != "submit" or job.complete)
        answer = answered(lambda: self.acts[act](name, job.id))
        assert legal == (answer is None), f"{act} by {name} in {job.state}: {answer or 'done'}"
        if after is None or answer is not None:
            return
        job.state = after
        job.complete = job.complete or act == "measure"
        if after == "ISSUED":
            job.number = self.number_of(job.id)
            if job.amended:
                self.replaced_by(job)

    def replaced_by(self, job: Modelled) -> None:
        """The certificate that an amendment replaces has come to its end, unless it was withdrawn before."""
        with self.world.small.lab.store.reading() as session:
            before = session.get_one(Job, job.id).amends_id
        for one in self.world.jobs:
            if one.id == before and one.ended == "issued":
                one.ended = "replaced"

    def number_of(self, job_id: str) -> str:
        """The number that an issued job has."""
        with self.world.small.lab.store.reading() as session:
            return session.exec(select(Certificate.number).where(Certificate.job_id == job_id)).one()

    @rule(name=st.sampled_from(NAMES), remeasure=st.booleans())
    def amend(self, name: str, remeasure: bool) -> None:
        """Anyone tries to open the next edition of any job."""
        self.amend_as(name, remeasure=remeasure)

    def amend_as(self, name: str, *, remeasure: bool) -> None:
        """Open the next edition of an issued job: quality managers only, one at a time."""
        job = self.job
        with self.world.small.lab.store.reading() as session:
            open_one = session.exec(select(Job).where(Job.amends_id == job.id, Job.state != "CANCELLED")).first()
        legal = job.state == "ISSUED" and name in ("trang", "quang") and open_one is None
        opened: list[Job] = []
        lab, actor = self.world.small.lab, self.world.small.actors[name]
        answer = answered(
            lambda: opened.append(calibration.amend(lab, actor, job.id, remeasure=remeasure, reason=REASON))
        )
        assert legal == (answer is None), f"amend by {name} in {job.state}: {answer or 'done'}"
        if answer is not None:
            return
        after = opened[0]
        self.job = Modelled(after.id, "MEASURING" if remeasure else "IN_REVIEW", True, amended=True)
        self.world.jobs.append(self.job)

    @rule(name=st.sampled_from(NAMES))
    def withdraw(self, name: str) -> None:
        """Withdraw a certificate: quality managers only, once."""
        issued = [one for one in self.world.jobs if one.number]
        if not issued:
            return
        job = issued[-1]
        certificate = self.world.small.certificate(job.number)
        legal = name in ("trang", "quang") and job.ended == "issued"
        lab, actor = self.world.small.lab, self.world.small.actors[name]
        answer = answered(lambda: calibration.withdraw(lab, actor, certificate.id, reason=REASON))
        assert legal == (answer is None), f"withdraw by {name}: {answer or 'done'}"
        if answer is not None:
            return
        job.ended = "withdrawn"

    @invariant()
    def states_are_those_of_the_model(self) -> None:
        """Every job is where the model has it, and every certificate stands as the model says."""
        with self.world.small.lab.store.reading() as session:
            for one in self.world.jobs:
                assert session.get_one(Job, one.id).state == one.state
                if one is self.job:
                    self.reached[one.state] += 1
                if one.number:
                    certificate = session.exec(select(Certificate).where(Certificate.job_id == one.id)).one()
                    assert status_of(session, certificate) == one.ended
                    self.reached[one.ended] += 1

    @invariant()
    def nobody_judges_work_of_his_own(self) -> None:
        """No review and no approval is by somebody who entered content of that job."""
        with self.world.small.lab.store.reading() as session:
            for record in session.exec(select(StepRecord).where(StepRecord.act.in_(["review", "approve"]))):  # type: ignore[attr-defined]
                assert record.person_id not in contributors(session, session.get_one(Job, record.job_id))

    @invariant()
    def numbers_have_no_gap(self) -> None:
        """Certificates are numbered from 1 without gap or repetition, one for each edition, each issued."""
        with self.world.small.lab.store.reading() as session:
            found = session.exec(select(Certificate)).all()
            issued = set(session.exec(select(CertificateIssue.certificate_id)))
        assert sorted(one.sequence for one in found) == list(range(1, len(found) + 1))
        assert len({one.job_id for one in found}) == len(found)
        assert {one.id for one in found} == issued

    @invariant()
    def the_record_is_sound(self) -> None:
        """The audit chains are unbroken."""
        with self.world.small.lab.store.reading() as session:
            for chain in audit.chains(session):
                assert audit.verify(session, chain).sound


@pytest.mark.timeout(300)
@pytest.mark.long_form("workflow")
def test_random_acts_do_what_the_model_says(
    laboratory: Callable[..., SmallLaboratory], tmp_path: Path, long_form: bool, figure: Callable[[str], None]
) -> None:
    """Sequences of right and wrong acts never disagree with the model, and reach every state."""
    template = laboratory("sqlite")
    template.lab.close()
    runs = itertools.count()

    def opened() -> SmallLaboratory:
        return copied(template, tmp_path / f"run-{next(runs)}")

    machine = type("Workflow", (Workflow,), {"opened": staticmethod(opened), "reached": Counter()})
    size = settings(
        max_examples=10_000 if long_form else 12, stateful_step_count=50 if long_form else 30, deadline=None,
        derandomize=not long_form, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=size)
    reached: Counter[str] = machine.reached  # type: ignore[attr-defined]
    figure(f"{next(runs)} sequences of {size.stateful_step_count} acts; states met: {dict(sorted(reached.items()))}")
    assert set(reached) >= {*STATES, "replaced", "withdrawn"} - {"APPROVED", "NUMBERED"}  # passed through in one act
