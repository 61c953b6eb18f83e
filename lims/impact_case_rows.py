"""What screens and commands are told of impact cases: rows of the list, certificates, letters, holds, and the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lims.procedure_format import Label


@dataclass(frozen=True)
class CaseRow:
    """One case in a list; the counts are of what the reader answers for, `all_*` of the whole case."""

    id: str
    number: str
    kind: str
    named: str
    instrument: str
    item: Label
    shift: Mapping[str, Any]
    since: date | None
    until: date | None
    centre: str
    centre_name: Label
    opened_on: date
    closed_on: date | None
    records: int
    done: int
    flips: int
    all_records: int
    all_done: int
    holds: int


@dataclass(frozen=True)
class RecordRow:
    """One certificate of a case, with what is decided and what is left to do."""

    id: str
    centre_id: str
    centre: str
    certificate: str
    own: bool
    instrument: str
    item: Label
    serial_number: str
    standard: bool
    customer_id: str
    customer: str
    customer_name: Label
    performed_on: date
    weight: str
    finding: Mapping[str, Any]
    state: str
    decision: str | None
    proposal: str
    reason: str
    job_number: str
    job_id: str | None
    certificate_id: str | None
    mine: bool


@dataclass(frozen=True)
class LetterRow:
    """One letter to a customer: needed or not, and when it went out."""

    id: str
    number: str
    centre_id: str
    customer: str
    customer_name: Label
    certificates: int
    undecided: int
    needed: bool
    sent_on: date | None
    way: str
    mine: bool


@dataclass(frozen=True)
class HoldRow:
    """One standard that a case holds, or held, from use."""

    id: str
    instrument: str
    item: Label
    keeper: Label
    held_on: date
    released_on: date | None
    reason: str
    mine: bool


@dataclass(frozen=True)
class PartRow:
    """How far one centre has come with its part of a case."""

    centre: str
    name: Label
    records: int
    done: int
    holds: int


@dataclass(frozen=True)
class Portion:
    """Which certificates and letters of a case somebody looks at; without anything, the first of each kind.

    ``weight`` and ``after`` name a group of the ranking and the last rank seen of it; ``record`` one certificate more;
    ``letters`` how many letters were seen.
    """

    weight: str = ""
    after: int = -1
    record: str = ""
    letters: int = 0


@dataclass(frozen=True)
class CaseSheet:
    """One case as the reader may see it, and as much of it as fits a screen.

    ``records`` are those of the portion that was asked for, at most `MOST_RECORDS` of each weight; ``counts`` tells how
    many there are in all, ``waiting`` how many of them the reader has to decide about, by weight and centre, and
    ``next_rank`` where the next portion of a weight begins. ``more_letters`` is the number of letters seen with this
    portion, where there are more.
    """

    row: CaseRow
    certificates: tuple[str, ...]
    reason: str
    opened_by: str
    conclusion: str
    records: tuple[RecordRow, ...]
    counts: Mapping[str, int]
    waiting: Mapping[str, Mapping[str, int]]
    next_rank: Mapping[str, int]
    chosen: RecordRow | None
    letters: tuple[LetterRow, ...]
    more_letters: int | None
    holds: tuple[HoldRow, ...]
    parts: tuple[PartRow, ...]
    may_close: bool
