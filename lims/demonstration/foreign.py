"""A DCC from another, invented laboratory, taken over as the calibration of a standard by the acts that a person uses.

It is written by our own writer and signed under a test authority of that laboratory, whom nobody here knows: so the
import marks the signer, and a person says why the file is accepted. It needs PTB's schemas, as every import does.
"""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from certificates.authority import PERSON, certify, found_authority
from certificates.content import CertificateContent
from certificates.dcc import write_dcc
from certificates.xades import sign_dcc
from instruments.models import Calibration, ScopeLine
from lims import dcc, foreign_laboratories, registering
from lims.dcc_import import accept_dcc, preview_dcc
from lims.dcc_received import read_received
from lims.demonstration.jobs import JobPlay, plan_job
from lims.demonstration.stage import Stage
from lims.demonstration.standards import keeper_of
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.registering import NewInstrument, NewName
from uncertainty.data_folder import data_folder

FILE = "foreign-certificate.json"
PLACE, CODE, LABORATORY = "MB", "MB-CC-KL-31", "PTN-DELTA"
PERFORMED, ENTERED = 75, 60
"""Days ago."""
NUMBER = "VILAS 999 (minh họa)"
LASTS = timedelta(days=730)
BECAUSE = "Đã gọi phòng hiệu chuẩn Delta, họ đọc đúng số giấy và mã băm của tệp"


def plan_foreign(stage: Stage, schemas: Path) -> None:
    """Bring the schemas, and put the import and the first job with the standard on the agenda."""
    dcc.add_schemas(stage.lab.settings, schemas)
    keeper = stage.actors[keeper_of(stage, PLACE)]
    text, unit, source = stage.plan["foreign"]["drift_limit"]

    def enter() -> None:
        taken = take_in(stage.lab, keeper, stage.ids[PLACE], stage.day(PERFORMED))
        stage.ids[CODE] = taken.instrument_id
        registering.set_property(
            stage.lab, keeper, taken.instrument_id, name="drift_limit", text=text, unit=unit, source=source
        )

    stage.plan_event(stage.at(ENTERED, "14:10"), CODE, enter)
    plan_job(JobPlay(stage, stage.plan["foreign"]["job"]))


def foreign_file(performed: date, at: datetime) -> bytes:
    """The signed DCC of the invented laboratory, of work done on a day."""
    text = (data_folder() / "demo" / FILE).read_text(encoding="utf-8")
    content = CertificateContent.from_json(json.loads(text))
    assert content.issue is not None
    chain = tuple(
        replace(node, performed_on=performed - (timedelta() if node.is_item else LASTS / 2))
        if node.performed_on
        else node
        for node in content.traceability
    )
    dated = replace(
        content,
        item=replace(content.item, received_on=performed - timedelta(days=3)),
        performance=replace(content.performance, started_on=performed - timedelta(days=1), finished_on=performed),
        traceability=chain,
        issue=replace(content.issue, issued_on=performed + timedelta(days=1)),
    )
    authority = found_authority(content.body.name.vi, at - LASTS / 2)
    signer = content.people.signatory.name
    holder = certify(authority, signer, content.body.name.vi, PERSON, at - LASTS / 2)
    return sign_dcc(write_dcc(dated), holder.key, (holder.certificate, *authority.chain), signed_at=at)


def take_in(lab: Laboratory, keeper: Actor, centre_id: str, performed: date) -> Calibration:
    """Register the laboratory, its accreditation and the standard, then preview the DCC and accept it."""
    file = foreign_file(performed, lab.clock.now())
    said = CertificateContent.from_json(json.loads((data_folder() / "demo" / FILE).read_text(encoding="utf-8")))
    name, address = said.body.name, said.body.address
    body = foreign_laboratories.register_laboratory(
        lab, keeper, code=LABORATORY, name=NewName(name.vi, name.en, address.vi, address.en)
    )
    since = performed - LASTS
    line = ScopeLine(
        body_id=body.id, kind="ilac", number=NUMBER, line="1", quantity="conventional mass", lower="1", upper="20",
        unit="kg", cmc="12", cmc_unit="mg", valid_from=since,
    )  # fmt: skip
    registering.record_recognition(
        lab, keeper, centre_id=centre_id, body_id=body.id, kind="ilac", number=NUMBER,
        evidence="trang tra cứu của tổ chức công nhận (minh họa)", valid_from=since, valid_to=None, lines=[line],
    )  # fmt: skip
    item = said.item
    standard = registering.register_standard(
        lab, keeper, centre_id=centre_id,
        new=NewInstrument(
            item.name.vi, item.name.en, code=CODE, maker=item.maker or "", serial_number=item.serial_number or "",
            quantity="conventional mass", nominal="10", nominal_unit="kg", accuracy_class="F1", level="working",
            kind="standard",
        ),
    )  # fmt: skip
    received = read_received(lab, keeper, file, "DELTA-26-00417.xml")
    proposed = preview_dcc(lab, keeper, CODE, received=received).choice
    choice = replace(proposed, valid_until=performed + LASTS, because=BECAUSE)
    return accept_dcc(lab, keeper, standard.id, received=received, choice=choice)
