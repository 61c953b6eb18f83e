"""Starter data: what was read of the national measurement system in public copies, draft until a person confirms it.

The lists stand in `data/starter/`. An entry is used only after a named person has compared it with the document that
governs it; an entry that changes afterwards is a draft again.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from instruments.dated import in_force
from instruments.fact_models import StarterConfirmation
from lims.errors import Invalid, Refused
from lims.procedure_format import Label
from lims.registering_bodies import required
from lims.step import Act, query, step
from uncertainty.data_folder import data_folder

FLAGS = ("found", "seed", "derived", "general-knowledge-unverified")
SOURCES = "sources"


@dataclass(frozen=True)
class Provenance:
    """Where a part of an entry was read, or that it was not read anywhere."""

    flag: str
    source: str
    note: str


@dataclass(frozen=True)
class Entry:
    """One entry of a list as its file has it."""

    id: str
    name: Label
    facts: Mapping[str, Label]
    provenance: tuple[Provenance, ...]
    content_hash: str


@dataclass(frozen=True)
class StarterList:
    """One list: its name, the document that governs it, its entries."""

    id: str
    name: Label
    document: str
    entries: Mapping[str, Entry]


@dataclass(frozen=True)
class Judged:
    """An entry with whoever has confirmed it; a draft where nobody has."""

    entry: Entry
    confirmed_by: str
    confirmed_on: date | None
    document: str

    @property
    def draft(self) -> bool:
        """Whether nobody has confirmed it as it stands now."""
        return self.confirmed_on is None


@cache
def starter_lists(folder: Path | None = None) -> Mapping[str, StarterList]:
    """The lists by id.

    Args:
        folder: where they stand; the program's own when not given.

    Raises:
        Invalid: an entry lacks its provenance, or names a source that is not known; file and entry are named.
    """
    place = folder or data_folder() / "starter"
    sources = tomllib.loads((place / f"{SOURCES}.toml").read_text(encoding="utf-8"))
    files = sorted(path for path in place.glob("*.toml") if path.stem != SOURCES)
    return {path.stem: _list(path, sources) for path in files}


def _list(path: Path, sources: Mapping[str, str]) -> StarterList:
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = {one["id"]: _entry(path, one, sources) for one in given["entry"]}
    if len(entries) != len(given["entry"]):
        raise Invalid("facts.starter_wrong", file=path.name, entry="–", field="id")
    return StarterList(path.stem, Label(**given["name"]), given["document"], entries)


def _entry(path: Path, given: Mapping[str, Any], sources: Mapping[str, str]) -> Entry:
    rows = given.get("provenance", ())
    for row in rows:
        if row["flag"] not in FLAGS or (row.get("source") and row["source"] not in sources):
            raise Invalid("facts.starter_wrong", file=path.name, entry=given["id"], field="provenance")
    if not rows:
        raise Invalid("facts.starter_wrong", file=path.name, entry=given["id"], field="provenance")
    said = json.dumps(given, sort_keys=True, ensure_ascii=False).encode()
    return Entry(
        given["id"], Label(**given["name"]), {key: _both(value) for key, value in given.get("facts", {}).items()},
        tuple(Provenance(one["flag"], sources.get(one.get("source", ""), ""), one.get("note", "")) for one in rows),
        hashlib.sha256(said).hexdigest(),
    )  # fmt: skip


def _both(said: str | Mapping[str, str]) -> Label:
    """What is said in one way for both languages, or in each."""
    return Label(said, said) if isinstance(said, str) else Label(**said)


@step(permission="registry.confirm", clause="ISO/IEC 17025, 8.3.2", network=True)
def confirm_standard_data(act: Act, *, list_name: str, entry: str, seen: str, document: str) -> StarterConfirmation:
    """Confirm an entry of the starter data after comparing it with the document that governs it, which is named."""
    found = _known(list_name, entry)
    if found.content_hash != seen:
        raise Refused("facts.entry_changed", entry=found.name)
    held = judged(act.session, list_name, found, act.day)
    if not held.draft:
        raise Refused("facts.entry_confirmed", entry=found.name, who=held.confirmed_by)
    return _say(act, list_name, found, required(document, "document", 300), ended=False)


@step(permission="registry.confirm", clause="ISO/IEC 17025, 8.3.2", reason=True, network=True)
def take_back_confirmation(act: Act, *, list_name: str, entry: str) -> StarterConfirmation:
    """Make a confirmed entry of the starter data a draft again."""
    found = _known(list_name, entry)
    if judged(act.session, list_name, found, act.day).draft:
        raise Refused("facts.entry_draft", entry=found.name)
    return _say(act, list_name, found, act.reason, ended=True)


def _say(act: Act, list_name: str, found: Entry, document: str, *, ended: bool) -> StarterConfirmation:
    row = StarterConfirmation(
        list_name=list_name, entry=found.id, content_hash=found.content_hash, document=document,
        confirmed_by=act.actor.name, person_id=act.person_id, valid_from=act.day, ended=ended,
    )  # fmt: skip
    act.session.add(row)
    return row


@query(permission="registry.read")
def starter_data(act: Act, *, list_name: str) -> tuple[StarterList, list[Judged]]:
    """A list with the state of each of its entries."""
    found = starter_lists().get(list_name)
    if found is None:
        raise Refused("facts.entry_unknown", list=list_name, entry="–")
    return found, [judged(act.session, list_name, one, act.day) for one in found.entries.values()]


def judged(session: Session, list_name: str, entry: Entry, day: date) -> Judged:
    """An entry with its confirmation, where that was made of the entry as it stands now."""
    rows = session.exec(
        select(StarterConfirmation).where(
            col(StarterConfirmation.list_name) == list_name, col(StarterConfirmation.entry) == entry.id
        )
    )
    held = in_force(rows, day)
    if held is None or held.content_hash != entry.content_hash:
        return Judged(entry, "", None, "")
    return Judged(entry, held.confirmed_by, held.valid_from, held.document)


def confirmed(session: Session, list_name: str, entry_id: str, day: date) -> Entry:
    """An entry that may be used on a day.

    Raises:
        Refused: there is no such entry, or it is a draft.
    """
    found = _known(list_name, entry_id)
    if judged(session, list_name, found, day).draft:
        raise Refused("facts.entry_draft", entry=found.name)
    return found


def _known(list_name: str, entry: str) -> Entry:
    found = starter_lists().get(list_name)
    if found is None or entry not in found.entries:
        raise Refused("facts.entry_unknown", list=list_name, entry=entry)
    return found.entries[entry]
