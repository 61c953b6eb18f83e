"""The jobs of the demonstration: each from reception as far as the plan takes it, at the times of its days."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lims import access, bench, calibration, issuing, registering, submission
from lims.demonstration.network import PROCEDURES
from lims.demonstration.stage import BEGINNING, Stage
from lims.demonstration.stories import STORIES
from lims.entering import TypedCell
from lims.people import Actor
from lims.registering import NewInstrument
from lims.store.tables import APPROVED, ASSIGNED, CANCELLED, IN_REVIEW, ISSUED, MEASURING, NUMBERED, RECEIVED, REVIEWED

CONDITION = ("Nguyên vẹn, sạch", "Undamaged, clean")
CANCELLED_BECAUSE = "Khách hàng rút yêu cầu và đã nhận lại thiết bị"
HISTORY_TRIALS = 100_000
"""Two years are made in seconds: finished jobs are simulated with a fixed number of trials, as their record says;
open ones until the simulation has settled, as in a laboratory."""
REACHED = (RECEIVED, ASSIGNED, MEASURING, IN_REVIEW, REVIEWED, APPROVED, NUMBERED, ISSUED)


@dataclass
class JobPlay:
    """One job being played."""

    stage: Stage
    plan: dict[str, Any]
    job_id: str = ""
    number: str = ""
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def procedure(self) -> tuple[str, str]:
        """The procedure that the plan names, else that of its discipline."""
        named = self.plan.get("procedure")
        return self.stage.lab.procedures.newest(named).key if named else PROCEDURES[self.plan["discipline"]]

    @property
    def technician(self) -> Actor:
        """Who measures."""
        return self.stage.actors[self.plan["people"][0]]

    @property
    def reviewer(self) -> Actor:
        """Who assigns and reviews."""
        return self.stage.actors[self.plan["people"][1]]

    @property
    def signatory(self) -> Actor:
        """Who approves."""
        return self.stage.actors[self.plan["people"][2]]

    def receive(self) -> None:
        """Take the item in."""
        stage, plan = self.stage, self.plan
        rule = plan.get("conformity")
        job = calibration.receive(
            stage.lab, self.technician, centre_id=stage.ids[plan["centre"]], item_id=stage.ids[plan["item"]],
            customer_id=stage.ids[f"owner of {plan['item']}"], procedure=self.procedure,
            condition=CONDITION, conformity={"rule": rule} if rule else None, languages=plan.get("languages", "vi-en"),
            regime=plan.get("regime", ""),
        )  # fmt: skip
        self.job_id = job.id

    def assign(self) -> None:
        """Give it to the technician."""
        technician_id = self.technician.person_id
        calibration.assign(self.stage.lab, self.reviewer, self.job_id, technician_id=technician_id)

    def prepare(self) -> None:
        """Take the standards and note the conditions."""
        lab, stage = self.stage.lab, self.stage
        for role, code in self.plan["standards"].items():
            calibration.choose_standard(lab, self.technician, self.job_id, role=role, instrument_id=stage.ids[code])
        for quantity, texts in self.plan["conditions"].items():
            for moment, text in zip(("start", "end"), texts, strict=False):
                calibration.record_environment(
                    lab, self.technician, self.job_id, quantity=quantity, moment=moment, text=text
                )

    def measure(self) -> None:
        """Look at what is to be looked at, type the readings, adjust and read again, label and seal: as planned."""
        lab, who, plan = self.stage.lab, self.technician, self.plan
        for name, outcome in plan.get("checks", {}).items():
            bench.record_check(lab, who, self.job_id, name=name, outcome=outcome)
        calibration.record_readings(lab, who, self.job_id, cells=self.cells())
        if "adjustment" in plan:
            vi, en = plan["adjustment"]
            bench.record_item_adjustment(lab, who, self.job_id, text_vi=vi, text_en=en)
            left = self.cells(plan["readings_left"], first=len(plan["readings"]))
            calibration.record_readings(lab, who, self.job_id, cells=left)
        for kind, number, vi, en in plan.get("seals", ()):
            bench.record_seal(lab, who, self.job_id, kind=kind, number=number, place_vi=vi, place_en=en)

    def cells(self, readings: list[str] | None = None, first: int = 0) -> list[TypedCell]:
        """The readings of the plan in the order at the bench."""
        (table,) = self.stage.lab.procedure(*self.procedure).readings.values()
        return [
            TypedCell(point, table.name, row, column.name, text)
            for point, rows in enumerate(readings or self.plan["readings"], start=first)
            for row, cells in enumerate(rows.split(";"))
            for column, text in zip(table.columns, cells.split(), strict=True)
        ]

    def submit(self) -> None:
        """Evaluate and send for review."""
        prepared = submission.prepare(self.stage.lab, self.technician, self.job_id)
        trials = HISTORY_TRIALS if self.plan.get("until", ISSUED) == ISSUED else None
        evaluated = submission.submit(prepared, trials=trials)
        calibration.evaluate(self.stage.lab, self.technician, self.job_id, submission=evaluated)

    def review(self) -> None:
        """Review by the second person."""
        calibration.review(self.stage.lab, self.reviewer, self.job_id)

    def approve(self) -> None:
        """Approve, and stop before the number: a crash in between, as a laboratory finds it afterwards."""
        seen = self.seen()
        self.confirm(self.signatory, seen)
        calibration.approve(self.stage.lab, self.signatory, self.job_id, seen=seen)

    def number_it(self) -> None:
        """Approve and bind the number, and stop before the file."""
        self.approve()
        calibration.bind_number(self.stage.lab, self.signatory, self.job_id)

    def issue(self) -> None:
        """Approve and issue."""
        self.number = issuing.approve_and_issue(
            self.stage.lab, self.signatory, self.job_id, seen=self.seen(), password=self.stage.plan["password"]
        )

    def cancel(self) -> None:
        """Give the job up."""
        calibration.cancel(self.stage.lab, self.signatory, self.job_id, reason=CANCELLED_BECAUSE)

    def seen(self) -> str:
        """The hash of what the signatory is shown."""
        return issuing.preview(self.stage.lab, self.signatory, self.job_id).seen

    def confirm(self, actor: Actor, seen: str) -> None:
        """Give the password again for the approval."""
        password = self.stage.plan["password"]
        access.confirm(self.stage.lab, actor, password, act="approve", target_id=self.job_id, seen=seen)


def plan_jobs(stage: Stage) -> None:
    """Enter the items now and put the jobs on the agenda."""
    clerk = next(one["user_name"] for one in stage.plan["people"] if "technician" in one["roles"])
    for one in stage.plan["items"]:
        _register(stage, stage.actors[clerk], one)
    for one in stage.plan["jobs"]:
        plan_job(JobPlay(stage, one))


def _register(stage: Stage, clerk: Actor, one: dict[str, Any]) -> None:
    nominal, unit = one.get("nominal", ("", ""))
    material_vi, material_en = one.get("material", ("", ""))
    new = NewInstrument(
        name_vi=one["name"][0], name_en=one["name"][1],
        maker=one["maker"], model=one["model"], serial_number=one["serial_number"],
        quantity=one["quantity"], nominal=nominal, nominal_unit=unit, accuracy_class=one.get("accuracy_class", ""),
        material_vi=material_vi, material_en=material_en, asset_code=one.get("asset_code", ""),
    )  # fmt: skip
    item = registering.register_item(stage.lab, clerk, owner_id=stage.ids[one["owner"]], new=new)
    stage.ids[one["key"]] = item.id
    stage.ids[f"owner of {one['key']}"] = stage.ids[one["owner"]]
    for name, (text, unit) in one.get("properties", {}).items():
        registering.describe_item(
            stage.lab, clerk, item.id, name=name, text=text, unit=unit, source="ghi trên thiết bị"
        )


def plan_job(play: JobPlay) -> None:
    """Put the acts of one job on the agenda, with what its stories put before, instead of or after them."""
    stage, plan = play.stage, play.plan
    until = plan.get("until", ISSUED)
    acts: list[tuple[str, str, int, Callable[[], object]]] = [
        ("receive", "08:20", 0, play.receive),
        ("assign", "08:40", 0, play.assign),
        ("prepare", "09:20", 0, play.prepare),
        ("measure", "09:50", 0, play.measure),
        ("submit", "10:50", 0, play.submit),
        ("review", "14:00", 0, play.review),
    ]
    last: dict[str, Callable[[], object]] = {ISSUED: play.issue, APPROVED: play.approve, NUMBERED: play.number_it}
    reached = {RECEIVED: 1, ASSIGNED: 2, CANCELLED: 2, MEASURING: 4, IN_REVIEW: 5}.get(until, len(acts))
    acts = acts[:reached]
    if until in last:
        acts.append(("issue", "09:10", 1, last[until]))
    if until == CANCELLED:
        acts.append(("cancel", "15:00", 0, play.cancel))
    assert 0 <= plan["days_ago"] < BEGINNING
    wrapped = {name: act for name, _, _, act in acts}
    for story in plan.get("stories", ()):
        STORIES[story](play, wrapped)
    for name, clock_time, later, _ in acts:
        said = f"{plan['centre']} {plan['item']}: {name}"
        stage.plan_event(stage.at(plan["days_ago"], clock_time, later=later), said, wrapped[name])
