"""Registers of equipment for other programs: a ZIP with one file for each body and field, and a list of what it lacks.

Source: ISO/IEC 17025:2017, 6.4.13, 7.11.3; docs/export.md tells what stands where.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from lxml import etree
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from instruments.models import Body, Instrument
from lims.export_formats import FIRST_ZIP_DAY, csv_lines
from lims.msl_register import OURS, MslEquipment, msl_equipment
from lims.msl_vocabulary import msl_vocabulary
from lims.register_rows import held_instruments
from uncertainty.wording import LANGUAGES

LEFT_OUT = "left-out.csv"
HEADINGS = ("body", "instrument", "certificate", "reason_vi", "reason_en")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Registers:
    """The registers of one body while they are written, a file for each field."""

    def __init__(self, folder: Path, files: ExitStack, software: str) -> None:
        """Begin; the files lie in `folder` and end with `files`."""
        self.folder, self.files, self.software = folder, files, software
        self.writers: dict[str, Any] = {}

    def add(self, made: MslEquipment) -> None:
        """Write an instrument into the register of its field, where it has one."""
        if made.element is None:
            return
        if made.team not in self.writers:
            self.writers[made.team] = self._begun(made.team)
        self.writers[made.team].write(made.element, pretty_print=True)

    def _begun(self, team: str) -> Any:
        words = msl_vocabulary()
        file = self.files.enter_context((self.folder / team).open("wb"))
        writer = self.files.enter_context(etree.xmlfile(file, encoding="utf-8"))
        writer.write_declaration()
        names = {None: words.namespace, "c": OURS}
        self.files.enter_context(writer.element(f"{{{words.namespace}}}register", {"team": team}, nsmap=names))
        writer.write(etree.Comment(f" {self.software}, equipment-register {words.edition} "))
        writer.write("\n")
        return writer


def write_registers(
    session: Session, path: Path, mine: ColumnElement[bool], day: date, software: str
) -> dict[str, int]:  # fmt: skip
    """Write the registers of the bodies that keep (or else own) some instruments into a new ZIP.

    Args:
        session: a session on the registry.
        path: the file; it must not exist.
        mine: which rows of the table of instruments.
        day: what holds on it is written.
        software: name and version of this software.

    Returns:
        How many registers, pieces of equipment and reports are in it, and how many things were left out; each of these
        stands in `left-out.csv` with its reason.
    """
    counts = {"registers": 0, "equipment": 0, "reports": 0, "left_out": 0}
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".registers-") as place, _zip(path) as archive:
        folder = Path(place)
        with (folder / LEFT_OUT).open("wb") as left_out:
            left_out.write(BYTE_ORDER_MARK + csv_lines([HEADINGS]))
            for code, ids in _by_body(session, mine):
                with ExitStack() as files:
                    registers = _Registers(folder, files, software)
                    for held in held_instruments(session, ids, day):
                        made = msl_equipment(held)
                        left_out.write(csv_lines(_lacking(code, held.row.code, made)))
                        registers.add(made)
                        counts["left_out"] += len(made.left_out)
                        counts["equipment"] += made.element is not None
                        counts["reports"] += made.reports
                counts["registers"] += len(registers.writers)
                for team in sorted(registers.writers):
                    _put(archive, folder / team, f"{_file_name(code)}-{team}.xml")
        _put(archive, folder / LEFT_OUT, LEFT_OUT)
    return counts


def _by_body(session: Session, mine: ColumnElement[bool]) -> Iterator[tuple[str, list[str]]]:
    """The bodies that keep (or else own) some instruments, each with the ids of these in the order of their codes."""
    keeper = sa.func.coalesce(col(Instrument.keeper_id), col(Instrument.owner_id))
    kept = mine, col(Instrument.merged_into_id).is_(None)
    bodies = sa.select(keeper).where(*kept).distinct()
    for body_id, code in session.exec(select(Body.id, Body.code).where(col(Body.id).in_(bodies)).order_by(Body.code)):
        ids = select(Instrument.id).where(*kept, keeper == body_id).order_by(Instrument.code)
        yield code, list(session.exec(ids))


def _zip(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED)


def _put(archive: zipfile.ZipFile, file: Path, name: str) -> None:
    """Put a file into the archive without a time of its own, and take it away."""
    info = zipfile.ZipInfo(name, FIRST_ZIP_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member, file.open("rb") as source:
        while some := source.read(1 << 20):
            member.write(some)
    file.unlink()


def _lacking(body: str, instrument: str, made: MslEquipment) -> list[tuple[str, ...]]:
    """What could not be said of an instrument, a line for each, in every language."""
    return [
        (body, instrument, certificate, *(why.text(language) for language in LANGUAGES))
        for certificate, why in made.left_out
    ]


def _file_name(code: str) -> str:
    """A body's code as a part of a file's name."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in code)
