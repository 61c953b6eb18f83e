"""The demonstration with schemas: another laboratory's DCC becomes the calibration of a standard by ordinary acts."""

from datetime import timedelta
from pathlib import Path

import pytest

from instruments.bodies import body_by_code
from instruments.models import Calibration
from instruments.provenance import checks_of, source_of
from instruments.registry import instrument_by_code
from instruments.standards import standard_on
from lims import access, dcc
from lims.clock import local_day
from lims.demonstration.foreign import BECAUSE, CODE, PLACE, take_in
from lims.demonstration.stage import read_plan
from lims.laboratory import Laboratory


def test_the_demonstration_uses_a_standard_calibrated_elsewhere(
    own_demonstration: Path, dcc_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is kept, its unknown signer accepted with a reason, its scope line found; the standard can be used."""
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
    finally:
        lab.close()
