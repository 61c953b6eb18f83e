"""The standards of the demonstration with a long history: calibrations, adjustments, checks, reviews."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from instruments.checks import NewCheck, NewFound
from instruments.models import CalibrationResult
from lims import interval_reviews, observing, registering
from lims.demonstration.stage import BEGINNING, Stage
from lims.demonstration.standards import keeper_of
from lims.registering import NewCalibration, NewInstrument, NewResult


def plan_histories(stage: Stage) -> None:
    """Enter the standards now, and what befell them as their days come."""
    for one in stage.plan["histories"]:
        _register(stage, one)
        for calibration in one["calibrations"]:
            entered = min(calibration["performed"] - 2, BEGINNING)
            _later(stage, entered, calibration["number"], lambda it=one, this=calibration: _calibrated(stage, it, this))
        for check in one["checks"]:
            _later(stage, check["performed"], one["code"], lambda it=one, this=check: _checked(stage, it, this))
        for review in one["reviews"]:
            _later(stage, review["days_ago"], one["code"], lambda it=one, this=review: _reviewed(stage, it, this))


def _later(stage: Stage, days_ago: int, said: str, act: Any) -> None:
    stage.plan_event(stage.at(days_ago, "09:40"), said, act)


def _register(stage: Stage, one: dict[str, Any]) -> None:
    keeper = stage.actors[keeper_of(stage, one["at"])]
    new = NewInstrument(
        name_vi=one["name"][0], name_en=one["name"][1], code=one["code"], quantity=one["quantity"],
        nominal=one["nominal"][0], nominal_unit=one["nominal"][1], accuracy_class=one["accuracy_class"],
        level=one["level"], kind="standard", maker="Minh Họa", serial_number=f"MH-{one['code']}",
    )  # fmt: skip
    made = registering.register_standard(stage.lab, keeper, centre_id=stage.ids[one["at"]], new=new)
    stage.ids[one["code"]] = made.id
    for name, (text, unit, source) in one["properties"].items():
        registering.set_property(stage.lab, keeper, made.id, name=name, text=text, unit=unit, source=source)


def _calibrated(stage: Stage, one: dict[str, Any], this: dict[str, Any]) -> None:
    keeper = stage.actors[keeper_of(stage, one["at"])]
    performed = stage.day(this["performed"])
    result = NewResult(
        one["quantity"], this["value"], one["unit"], one["uncertainty"][0], one["uncertainty"][1],
        nominal=one["nominal"][0], nominal_unit=one["nominal"][1],
    )  # fmt: skip
    new = NewCalibration(
        stage.ids[one["laboratory"]], this["number"], performed, performed + timedelta(days=1), None,
        one["recognition"], results=[result],
    )  # fmt: skip
    entry = registering.record_calibration(stage.lab, keeper, stage.ids[one["code"]], new=new)
    if "found" not in this:
        return
    with stage.lab.store.reading() as session:
        left = session.exec(select(CalibrationResult).where(CalibrationResult.calibration_id == entry.id)).one()
    found = NewFound(left.id, this["found"], one["unit"], *one["uncertainty"])
    observing.record_adjustment(
        stage.lab, keeper, stage.ids[one["code"]], performed_on=performed, description=this["description"],
        calibration_id=entry.id, found=[found],
    )  # fmt: skip


def _checked(stage: Stage, one: dict[str, Any], this: dict[str, Any]) -> None:
    lower, upper = this.get("limits", ("", ""))
    new = NewCheck(
        stage.day(this["performed"]), one["quantity"], this["value"], one["unit"], one["nominal"][0],
        one["nominal"][1], lower, upper,
    )  # fmt: skip
    observing.record_intermediate_check(stage.lab, stage.actors[one["checked_by"]], stage.ids[one["code"]], new=new)
    if "released" in this:
        keeper = stage.actors[keeper_of(stage, one["at"])]
        observing.release_hold(stage.lab, keeper, stage.ids[one["code"]], reason=this["released"])


def _reviewed(stage: Stage, one: dict[str, Any], this: dict[str, Any]) -> None:
    """A proposal, and where a decision is written what the quality manager decided."""
    keeper, instrument = stage.actors[keeper_of(stage, one["at"])], stage.ids[one["code"]]
    proposal = interval_reviews.propose_interval(stage.lab, keeper, instrument, policy=this["policy"])
    if "decision" in this:
        interval_reviews.decide_interval(
            stage.lab, keeper, instrument, proposal_id=proposal.id, accepted=this["decision"] == "accept",
            reason=this["reason"],
        )  # fmt: skip
