"""The standards and the equipment of the demonstration, and their calibrations entered as the certificates came."""

from datetime import timedelta
from functools import partial
from typing import Any

from lims import instrument_facts, registering
from lims.demonstration.stage import BEGINNING, Stage
from lims.registering import NewCalibration, NewInstrument, NewResult

DAYS_ON_THE_WAY = 2


def plan_standards(stage: Stage) -> None:
    """Enter instruments and their first calibrations now; later calibrations come when their days come."""
    for one in stage.plan["instruments"]:
        _register(stage, one)
    quantities = {one["code"]: one.get("quantity", "") for one in stage.plan["instruments"]}
    for one in stage.plan["calibrations"]:
        _plan_calibration(stage, one, quantities[one["of"]])
    for code, days_ago, act in (("VQG-MH-KL-MN-5B", 205, _withdraw), ("MB-CT-KL-12", 150, _take_out)):
        place = "MN" if act is _withdraw else "MB"
        stage.plan_event(stage.at(days_ago, "08:30"), code, partial(act, stage, keeper_of(stage, place), code))


def keeper_of(stage: Stage, place: str) -> str:
    """The user name of the quality manager who answers for the standards of a body."""
    managers = (one for one in stage.plan["people"] if one["at"] == place and "quality_manager" in one["roles"])
    return str(next(managers)["user_name"])


def _register(stage: Stage, one: dict[str, Any]) -> None:
    nominal, unit = one.get("nominal", ("", ""))
    keeper = stage.actors[keeper_of(stage, one["at"])]
    new = NewInstrument(
        name_vi=one["name"][0], name_en=one["name"][1],
        code=one["code"], quantity=one.get("quantity", ""), nominal=nominal, nominal_unit=unit,
        accuracy_class=one.get("accuracy_class", ""), level=one.get("level", ""), kind=one["kind"],
        maker="Minh Họa", serial_number=f"MH-{one['code']}",
    )  # fmt: skip
    instrument = registering.register_standard(
        stage.lab, keeper, centre_id=stage.ids[one["at"]], new=new, owner_id=stage.ids[one.get("owner", one["at"])]
    )
    stage.ids[one["code"]] = instrument.id
    if "certified" in one:
        number, days_ago, lasts = one["certified"]
        instrument_facts.record_certification(
            stage.lab, keeper, instrument.id, body_id=stage.ids[stage.plan["institute"]["code"]], number=number,
            issued_on=stage.day(days_ago), valid_until=stage.day(days_ago) + timedelta(days=lasts),
        )  # fmt: skip
    for name, (text, unit, source) in one.get("properties", {}).items():
        registering.set_property(stage.lab, keeper, instrument.id, name=name, text=text, unit=unit, source=source)


def _plan_calibration(stage: Stage, one: dict[str, Any], quantity: str) -> None:
    place = next(other["at"] for other in stage.plan["instruments"] if other["code"] == one["of"])
    entered = min(one["performed"] - DAYS_ON_THE_WAY, BEGINNING)

    def enter() -> None:
        performed = stage.day(one["performed"])
        results = [
            NewResult(of[0] if of else quantity, value, unit, u, u_unit, nominal=nominal, nominal_unit=nominal_unit)
            for nominal, nominal_unit, value, unit, u, u_unit, *of in one["results"]
        ]
        new = NewCalibration(
            stage.ids[one["laboratory"]], one["number"], performed, performed,
            performed + timedelta(days=one["lasts"]) if "lasts" in one else None, one["recognition"],
            results=results, upstream=[stage.ids[number] for number in one.get("upstream", ())],
            sensitivity=one.get("sensitivity", ""),
        )  # fmt: skip
        entry = registering.record_calibration(
            stage.lab, stage.actors[keeper_of(stage, place)], stage.ids[one["of"]], new=new
        )
        stage.ids[one["number"]] = entry.id

    stage.plan_event(stage.at(entered, one.get("entered_at", "08:05")), one["number"], enter)


def _withdraw(stage: Stage, by: str, number: str) -> None:
    reason = "Viện phát hiện sai số của mẫu chuyển; kết quả không còn dùng được"
    registering.withdraw_calibration(stage.lab, stage.actors[by], stage.ids[number], reason=reason)


def _take_out(stage: Stage, by: str, code: str) -> None:
    reason = "Quả cân bị rơi khi di chuyển, chờ kiểm tra lại"
    instrument_facts.set_status(stage.lab, stage.actors[by], stage.ids[code], status="out_of_service", reason=reason)
