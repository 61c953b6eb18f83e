"""Acts on the photographs and documents of an instrument: attach, show to the customer, withdraw; and the way to them.

A picture is drawn anew before it is kept. A document is kept as it came and never opened here: it leaves as a download.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from instruments import files
from instruments.fact_models import InstrumentFile
from instruments.files import KeptFile
from instruments.models import Instrument
from lims.errors import Invalid, Refused
from lims.instrument_facts import by_code, described_here
from lims.laboratory import Laboratory
from lims.people import CUSTOMER, Actor
from lims.pictures import drawn_anew
from lims.procedure_format import Label
from lims.receiving import LARGEST_FILE, MEGABYTE, file_of
from lims.registry_sheets import visible_instrument
from lims.step import Act, query, step

PHOTOGRAPH, DOCUMENT = "photograph", "document"
KNOWN_TYPES = "JPEG, PNG, WebP, PDF"
PDF_TYPE = "application/pdf"
_ENDINGS = {"image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), PDF_TYPE: (".pdf",)}
_LAST_BYTES = 4096


@dataclass(frozen=True)
class PreparedFile:
    """A file judged and ready to be kept: what it is, its bytes, and those of its thumbnail where it is a picture."""

    told: KeptFile
    content: bytes
    thumbnail: bytes = b""


@dataclass(frozen=True)
class FilesSheet:
    """An instrument's photographs and documents, for those who may see them."""

    instrument_id: str
    code: str
    name: Label
    kind: str
    files: tuple[InstrumentFile, ...]
    for_customer: bool
    """Whether the reader sees them as the customer only."""
    has_customer: bool
    """Whether there is a customer to whom a file could be shown."""


def attach_file(
    lab: Laboratory, actor: Actor, instrument_id: str, content: bytes, name: str, *, title: str = "",
    kind: str = PHOTOGRAPH, taken_on: date | None = None, to_customer: bool = False,
) -> InstrumentFile:  # fmt: skip
    """The file judged, kept under its hash, then the act; what the act refuses leaves no record that names the file.

    Raises:
        Invalid: it is empty, too large, of a kind that is not accepted, or no picture that can be read.
        Refused: the actor enters nothing about this instrument, or the file stands there already.
    """
    may_attach(lab, actor, instrument_id)
    prepared = prepared_file(content, name, kind)
    lab.received.put(prepared.content)
    if prepared.thumbnail:
        lab.received.put(prepared.thumbnail)
    added: InstrumentFile = add_file(
        lab, actor, instrument_id, file=prepared.told, title=title, taken_on=taken_on, to_customer=to_customer
    )
    return added


def prepared_file(content: bytes, name: str, kind: str) -> PreparedFile:
    """What a file from outside is by its content, whatever its name says; a picture is drawn anew.

    Raises:
        Invalid: it is empty, too large, of a kind that is not accepted, or no picture that can be read.
    """
    if len(content) > LARGEST_FILE:
        size = -(-len(content) // MEGABYTE)
        raise Invalid("facts.file_large", name=name[-60:], size=size, most=LARGEST_FILE // MEGABYTE)
    if not content:
        raise Invalid("facts.file_empty", name=name[-60:])
    shown = file_of(content, name).name
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (content[:4], content[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        picture = drawn_anew(content, shown)
        told = _told(picture.content, shown, kind, picture.media_type, hashlib.sha256(picture.thumbnail).hexdigest())
        return PreparedFile(told, picture.content, picture.thumbnail)
    if content.startswith(b"%PDF-") and b"startxref" in content[-_LAST_BYTES:]:
        return PreparedFile(_told(content, shown, DOCUMENT, PDF_TYPE, None), content)
    raise Invalid("facts.file_kind", name=shown, known=KNOWN_TYPES)


def _told(content: bytes, name: str, kind: str, media_type: str, thumbnail: str | None) -> KeptFile:
    endings = _ENDINGS[media_type]
    named = name if name.lower().endswith(endings) else f"{PurePath(name).stem}{endings[0]}"
    return KeptFile(kind, named, media_type, len(content), hashlib.sha256(content).hexdigest(), thumbnail)


@query(permission="registry.describe")
def may_attach(act: Act, instrument_id: str) -> None:
    """Whether the actor may note anything about an instrument; refused otherwise."""
    instrument = act.session.get(Instrument, instrument_id)
    if instrument is None:
        raise Refused("lims.not_found")
    described_here(act, instrument)


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 6.4.13", network=True)
def add_file(
    act: Act, instrument: Instrument, *, file: KeptFile, title: str = "", taken_on: date | None = None,
    to_customer: bool = False,
) -> InstrumentFile:  # fmt: skip
    """Attach a photograph or document that lies in the vault to an instrument."""
    described_here(act, instrument)
    for sha256 in filter(None, (file.sha256, file.thumbnail_sha256)):
        if not act.lab.received.path(sha256).is_file():
            raise Refused("received.file_not_kept", file=file.name)
    return files.attach(
        act.session, instrument, file, title=title, taken_on=taken_on, to_customer=to_customer,
        added_by=act.actor.name, day=act.day,
    )  # fmt: skip


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 4.2.1", network=True)
def show_file(act: Act, instrument: Instrument, *, sha256: str, to_customer: bool) -> InstrumentFile:
    """Let the customer who owns an instrument see one of its files from now on, or no longer."""
    described_here(act, instrument)
    return files.shown_to_customer(act.session, instrument, sha256, to_customer, act.day)


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 8.4.2", reason=True, network=True)
def withdraw_file(act: Act, instrument: Instrument, *, sha256: str) -> InstrumentFile:
    """Take a photograph or document away from an instrument; that it was there, and why it went, stays on record."""
    described_here(act, instrument)
    return files.withdraw(act.session, instrument, sha256, act.day)


@query(permission="file.read")
def instrument_files(act: Act, code: str) -> FilesSheet:
    """The files of an instrument: all of them for those who may see it, for its customer those shown to him."""
    instrument, seen, as_customer = _seen(act, code)
    return FilesSheet(
        instrument.id, instrument.code, Label(instrument.name_vi, instrument.name_en), instrument.kind, seen,
        as_customer, _has_customer(act, instrument),
    )  # fmt: skip


@query(permission="file.read")
def instrument_file(act: Act, code: str, sha256: str, *, thumbnail: bool = False) -> tuple[InstrumentFile, bytes]:
    """One file of an instrument with its bytes (or those of its thumbnail); any other does not exist."""
    for one in _seen(act, code)[1]:
        wanted = one.thumbnail_sha256 if thumbnail else one.sha256
        if one.sha256 == sha256 and wanted is not None:
            return one, act.lab.received.get(wanted)
    raise Refused("lims.not_found")


def _seen(act: Act, code: str) -> tuple[Instrument, tuple[InstrumentFile, ...], bool]:
    """The instrument, the files that the actor may see, and whether he sees them as the customer only."""
    if act.rights.holds("registry.read", None):
        try:
            found = visible_instrument(act, code)
        except Refused:
            if not act.rights.bodies(frozenset({CUSTOMER})):
                raise
        else:
            return found, files.files_on(act.session, found.id, act.day), False
    mine, found = act.rights.bodies(frozenset({CUSTOMER})), by_code(act.session, code)
    if found.owner_id not in mine:
        raise Refused("lims.not_found")
    seen = files.files_on(act.session, found.id, act.day)
    return found, tuple(one for one in seen if files.open_to(one, found, mine)), True


def _has_customer(act: Act, instrument: Instrument) -> bool:
    try:
        return bool(files.customer_of(act.session, instrument))
    except Refused:
        return False
