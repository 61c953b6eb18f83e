"""The demonstration with schemas: another laboratory's DCC becomes the calibration of a standard by ordinary acts."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from instruments.bodies import body_by_code
from instruments.models import Calibration
from instruments.provenance import checks_of, source_of
from instruments.registry import instrument_by_code
from instruments.standards import standard_on
from lims import access, dcc, registering
from lims.clock import SetClock, local_day
from lims.demonstration.foreign import BECAUSE, CODE, PLACE, take_in
from lims.demonstration.jobs import JobPlay
from lims.demonstration.stage import Stage, read_plan
from lims.laboratory import Laboratory


def test_the_demonstration_uses_a_standard_calibrated_elsewhere(
    own_demonstration: Path, dcc_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is kept, its unknown signer accepted with a reason, its scope found; a job uses the standard."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    lab = Laboratory.open(own_demonstration)
    try:
        dcc.add_schemas(lab.settings, dcc_folder)
        trang = access.sign_in(lab, "trang", read_plan()["password"]).actor
        today = local_day(lab.clock.now(), lab.settings.time_zone)
        with lab.store.reading() as session:
            centre = body_by_code(session, PLACE)
            assert centre is not None
        entered = take_in(lab, trang, centre.id, today - timedelta(days=30))
        with lab.store.reading() as session:
            source = source_of(session, entered.id)
            assert source is not None and (source.signature, source.accepted_because) == ("untrusted", BECAUSE)
            assert lab.received.get(source.file_sha256)
            assert all(one.held and one.scope_line_id for one in checks_of(session, entered.id).values())
            standard = instrument_by_code(session, CODE)
            assert standard is not None
            found = standard_on(session, standard, "conventional mass", "10", "kg", today)
            assert found.chain.unbroken and isinstance(found.calibration, Calibration)
            assert found.result is not None and found.result.value == "10000.0032"
            assert found.usable, [one.text("en") for one in found.reasons]
        number = _job_with_it(lab, today, entered.instrument_id)
        assert b"DELTA-26-00417" in dcc.digital_certificate(lab, trang, number)
    finally:
        lab.close()


def _job_with_it(lab: Laboratory, today: date, standard_id: str) -> str:
    """The number of the certificate of the job that the demonstration plans with the standard."""
    plan = read_plan()
    clock = SetClock(lab.clock.now(), tick_s=1)
    lab.clock = clock
    job = plan["foreign"]["job"] | {"item": "w10"}  # since then the planned item lies elsewhere in another job
    stage = Stage(lab, clock, plan, today, clock.now())
    for name in job["people"]:
        stage.sign_in(name)
    with lab.store.reading() as session:
        item = instrument_by_code(session, "KH-CAN-TB-001")
        comparator = instrument_by_code(session, job["standards"]["comparator"])
        centre = body_by_code(session, PLACE)
        assert item and comparator and centre and item.owner_id
        stage.ids |= {
            "w10": item.id, "owner of w10": item.owner_id,
            CODE: standard_id, PLACE: centre.id, comparator.code: comparator.id,
        }  # fmt: skip
    text, unit, source = plan["foreign"]["drift_limit"]
    keeper = access.sign_in(lab, "trang", plan["password"]).actor
    registering.set_property(lab, keeper, standard_id, name="drift_limit", text=text, unit=unit, source=source)
    play = JobPlay(stage, job)
    for act in (play.receive, play.assign, play.prepare, play.measure, play.submit, play.review, play.issue):
        act()
    return play.number
