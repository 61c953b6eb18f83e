"""The story of 2014-2015: a certificate of BIPM corrected by 35 micrograms, and what that costs down to the centres.

An illustration: the real corrections depended on the date of each certificate.
"""

from functools import partial
from typing import Any

from instruments.impact import Shift
from lims import impact_cases, impact_letters, impact_sheets, registering
from lims.demonstration.stage import Stage
from lims.demonstration.standards import keeper_of
from lims.impact_case_rows import CaseSheet
from lims.registering import NewCalibration, NewResult
from lims.shift_text import amounts_of


def plan_impact(stage: Stage) -> None:
    """Put the story on the agenda: the institute opens the case, two centres take their part; it stays open."""
    told = stage.plan["impact"]
    for days_ago, clock_time, act in (
        (told["days_ago"], "08:10", _open),
        (told["days_ago"], "15:30", _corrected),
        (told["days_ago"] - 1, "09:00", _institute),
        (told["days_ago"] - 2, "10:00", _centre),
    ):
        stage.plan_event(stage.at(days_ago, clock_time), f"impact {told['certificate']}", partial(act, stage, told))


def _by(stage: Stage, place: str) -> Any:
    return stage.actors[keeper_of(stage, place)]


def _open(stage: Stage, told: dict[str, Any]) -> None:
    case = impact_cases.open_impact_case(
        stage.lab, _by(stage, told["at"]), centre_id=stage.ids[told["at"]], kind=told["kind"],
        named=told["certificate"], shift=Shift(amounts_of(told["shift"])), reason=told["reason"],
    )  # fmt: skip
    stage.ids["impact case"] = case.id


def _sheet(stage: Stage, place: str) -> CaseSheet:
    found: CaseSheet = impact_sheets.impact_case(stage.lab, _by(stage, place), stage.ids["impact case"])
    return found


def _corrected(stage: Stage, told: dict[str, Any]) -> None:
    """The corrected certificates come; the standards get their new values and may be used again."""
    for one in told["corrected"]:
        _recalibrated(stage, told, one)


def _recalibrated(stage: Stage, told: dict[str, Any], one: dict[str, Any]) -> None:
    by = _by(stage, told["at"])
    nominal, nominal_unit = one["nominal"]
    value, unit, expanded, u_unit = one["result"]
    result = NewResult(one["quantity"], value, unit, expanded, u_unit, nominal=nominal, nominal_unit=nominal_unit)
    new = NewCalibration(
        stage.ids[one["laboratory"]], one["number"], stage.day(one["performed"]), stage.day(told["days_ago"]), None,
        one["recognition"], results=[result], upstream=[stage.ids[number] for number in one["upstream"]],
        sensitivity="1" if one["upstream"] else "",
    )  # fmt: skip
    entered = registering.record_calibration(stage.lab, by, stage.ids[one["of"]], new=new)
    stage.ids[one["number"]] = entered.id
    for hold in _sheet(stage, told["at"]).holds:
        if hold.instrument == one["of"]:
            impact_cases.release_standard(stage.lab, by, hold.id, reason=one["reason"])


def _institute(stage: Stage, told: dict[str, Any]) -> None:
    """The institute decides about its own certificates, and writes to those who keep what it calibrated."""
    _decide(stage, told["at"], told["decisions"])
    for letter in _sheet(stage, told["at"]).letters:
        if letter.needed and not letter.undecided and letter.customer in told["letters"]:
            impact_letters.send_letter(stage.lab, _by(stage, told["at"]), letter.id, way="email")


def _centre(stage: Stage, told: dict[str, Any]) -> None:
    """One centre has decided about all of its certificates, another has not begun."""
    _decide(stage, told["centre"], told["centre_decisions"])


def _decide(stage: Stage, place: str, decisions: dict[str, list[str]]) -> None:
    by, centre_id = _by(stage, place), stage.ids[place]
    for weight, (decision, reason) in decisions.items():
        chosen = impact_sheets.undecided_records(
            stage.lab, by, stage.ids["impact case"], centre_id=centre_id, weight=weight
        )  # fmt: skip
        if chosen:
            impact_cases.decide_impact(
                stage.lab, by, centre_id=centre_id, record_ids=chosen, decision=decision, reason=reason
            )  # fmt: skip
