"""Files that come from outside: looked at for size, kept under their hash, named by the record that rests on them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from instruments.models import Calibration, CalibrationResult, Instrument
from instruments.provenance import check_recognition, source_of
from instruments.received import CalibrationSource
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.step import Act, query
from uncertainty.typed import clean_text
from uncertainty.wording import Phrase

LARGEST_FILE = 20_000_000
MEGABYTE = 1_000_000
LONGEST_NAME = 120


@dataclass(frozen=True)
class ReceivedFile:
    """A file that was kept: the hash of its bytes, its name where it came from, and what its reading found."""

    sha256: str
    name: str
    size: int
    kind: str = "certificate"  # one of instruments.received.SOURCE_KINDS
    signature: str = ""
    signer: str = ""
    findings: tuple[Phrase, ...] = ()
    accepted_because: str = ""


def file_of(content: bytes, name: str) -> ReceivedFile:
    """Describe a file without keeping it.

    Raises:
        Invalid: it is empty or too large.
    """
    shown = _name(name)
    if not content:
        raise Invalid("received.file_empty", file=shown)
    if len(content) > LARGEST_FILE:
        raise Invalid("received.file_too_large", file=shown, most=LARGEST_FILE // MEGABYTE)
    return ReceivedFile(hashlib.sha256(content).hexdigest(), shown, len(content))


def _name(name: str) -> str:
    """The last part of a name, printable and short: it is shown, and never a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign if sign.isprintable() else "_" for sign in last)[-LONGEST_NAME:]
    return shown or "–"


def keep_file(lab: Laboratory, actor: Actor, content: bytes, name: str) -> ReceivedFile:
    """Keep a file from outside, for an act that will name it; what no act names is left over and counts for nothing.

    Raises:
        Invalid: it is empty or too large.
        Refused: the actor enters nothing into the registry.
    """
    may_receive(lab, actor)
    found = file_of(content, name)
    lab.received.put(content)
    return found


@query(permission="registry.standard")
def may_receive(act: Act) -> None:
    """Whether the actor may bring files of calibrations at all."""


@dataclass(frozen=True)
class KeptFile:
    """A file from which a calibration was entered, as a list shows it."""

    calibration_id: str
    certificate_number: str
    file_name: str
    file_sha256: str
    signature: str


@query(permission="registry.read")
def kept_files(act: Act, code: str) -> tuple[KeptFile, ...]:
    """List the files of an instrument's calibrations, for the people of the centre that keeps it; newest first."""
    rows = act.session.exec(
        select(Calibration, CalibrationSource, Instrument.keeper_id)
        .join(CalibrationSource, col(CalibrationSource.calibration_id) == col(Calibration.id))
        .join(Instrument, col(Instrument.id) == col(Calibration.instrument_id))
        .where(Instrument.code == code)
        .order_by(col(Calibration.performed_on).desc())
    )
    return tuple(
        KeptFile(one.id, one.certificate_number, source.file_name, source.file_sha256, source.signature)
        for one, source, keeper in rows
        if keeper is not None and act.rights.holds("registry.read", keeper)
    )


@query(permission="registry.read")
def received_file(act: Act, calibration_id: str) -> tuple[CalibrationSource, bytes]:
    """Return the file from which a calibration was entered, for the people of the centre that keeps the instrument."""
    calibration = act.session.get(Calibration, calibration_id)
    source = source_of(act.session, calibration_id)
    if calibration is None or source is None:
        raise Refused("lims.not_found")
    keeper = act.session.get_one(Instrument, calibration.instrument_id).keeper_id
    if keeper is None or not act.rights.holds("registry.read", keeper):
        raise Refused("lims.not_found")
    return source, act.lab.received.get(source.file_sha256)


def keep_provenance(
    act: Act, calibration: Calibration, results: Sequence[CalibrationResult], file: ReceivedFile | None
) -> None:
    """Add to an entered calibration what was found about its laboratory, and the file it was entered from.

    Raises:
        Refused: the file is not in the vault.
    """
    if calibration.own_certificate_id is None:
        act.session.add_all(check_recognition(act.session, calibration, results, act.day))
    if file is None:
        return
    if not act.lab.received.path(file.sha256).is_file():
        raise Refused("received.file_not_kept", file=file.name)
    findings = [[one.key, {name: str(value) for name, value in one.values.items()}] for one in file.findings]
    act.session.add(
        CalibrationSource(
            calibration_id=calibration.id, kind=file.kind, file_sha256=file.sha256, file_name=file.name, size=file.size,
            signature=file.signature, signer=file.signer, findings=json.dumps(findings, ensure_ascii=False),
            accepted_because=clean_text(file.accepted_because, field="reason", most=500),
        )
    )  # fmt: skip
    act.session.flush()
