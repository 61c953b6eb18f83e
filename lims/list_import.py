"""A list of instruments from a spreadsheet: read, shown with every wrong cell, then taken over whole or the good rows.

Nothing is imported unless all rows are good, or a person has chosen to leave the wrong ones out. Thousands of rows are
one act with one audit record, which holds the hash of the file and of the rows as they were entered.

Source: ISO/IEC 17025:2017, 6.4.13, 7.11.3, 8.4.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select

from instruments.lists import (
    INSTRUMENTS,
    Headed,
    RowProblem,
    check_mapping,
    guessed,
    headed,
    rows_of,
)
from instruments.models import Body, Instrument, derived
from instruments.readers.equipment_register import is_register, read_register
from instruments.readers.reading import read_sheets
from instruments.readers.sheet import Sheet
from instruments.received import ColumnMapping, ListImport
from instruments.search import write_words
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.list_likeness import AlikeRow, alike_rows
from lims.list_rows import CHUNK, Told, made_of
from lims.list_rows import ListChoice as ListChoice
from lims.people import Actor
from lims.receiving import ReceivedFile, file_of, keep_file, may_receive
from lims.step import Act, query, step
from uncertainty.wording import Phrase

MOST_LIST_ROWS = 50_000
_ONCE = (("serial_number", "identity"), ("code", "code"), ("giai", "giai"))
"""What no two instruments share: the field that is named, and the column that tells."""


@dataclass(frozen=True)
class ReceivedList:
    """A spreadsheet that was read: the file as it came, and its sheets that hold anything."""

    file: ReceivedFile
    content: bytes
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class ListPreview:
    """What would be imported: the columns, the good rows as they would stand, and every wrong cell."""

    choice: ListChoice
    headings: tuple[str, ...]
    mapping: Mapping[str, str]
    rows: int
    good: tuple[Instrument, ...]
    good_rows: tuple[int, ...]
    problems: tuple[RowProblem, ...]
    alike: tuple[AlikeRow, ...] = ()
    """Rows that look like a known instrument or an earlier row, whether that was decided or not."""
    head: int = 1
    """The row that was taken for the headings."""

    @property
    def left_out(self) -> int:
        """How many rows would not be imported."""
        return self.rows - len(self.good)


def read_list(lab: Laboratory, actor: Actor, content: bytes, name: str) -> ReceivedList:
    """Read a spreadsheet, or a register in the vocabulary of MSL, that somebody brings; nothing is kept.

    Raises:
        Invalid: it is neither, hostile, too large or cannot be read.
        Refused: the actor enters nothing into the registry.
    """
    may_receive(lab, actor)
    file = file_of(content, name)
    read = read_register if is_register(content) else read_sheets
    return ReceivedList(file, content, read(content, file.name))


@query(permission="registry.standard")
def preview_list(
    act: Act, *, received: ReceivedList, choice: ListChoice, told: Told = lambda _done, _of: None
) -> ListPreview:
    """What importing a list would enter, with every wrong cell and its remedy."""
    if not act.rights.holds("registry.standard", choice.centre_id):
        raise Refused("lims.not_found")
    return _judged(act.session, received, choice, act.day, told)


@step(permission="registry.standard", clause="ISO/IEC 17025, 6.4.13")
def import_list(
    act: Act, *, centre_id: str, received: ReceivedList, choice: ListChoice, told: Told = lambda _done, _of: None
) -> ListImport:
    """Take a list of instruments over, whole, or its good rows where that was chosen; its columns are remembered.

    Raises:
        Refused: a row is wrong and leaving it out was not chosen, no row is good, or the file was not kept.
    """
    if centre_id != choice.centre_id or not act.lab.received.path(received.file.sha256).is_file():
        raise Refused("received.file_not_kept", file=received.file.name)
    found = _judged(act.session, received, choice, act.day, told)
    if found.problems and not choice.good_rows_only:
        raise Refused("lists.wrong_rows", count=found.left_out, first=_Said(found.problems[0]))
    if not found.good:
        raise Refused("lists.nothing_good", file=received.file.name)
    rows = [one.model_dump() for one in found.good]
    table = SQLModel.metadata.tables["instrument"]
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        act.session.execute(insert(table), some)
        write_words(act.session.connection(), [(row["id"], row["search_text"]) for row in some])
        told(len(rows) + start, 2 * len(rows))
    entry = ListImport(
        body_id=choice.owner_id or centre_id, file_sha256=received.file.sha256, file_name=received.file.name,
        imported_on=act.day, rows=len(rows), left_out=found.left_out, first_code=found.good[0].code,
        last_code=found.good[-1].code, rows_sha256=rows_hash(rows),
    )  # fmt: skip
    act.session.add(entry)
    _remember(act.session, entry.body_id, found.mapping)
    return entry


def accept_list(
    lab: Laboratory, actor: Actor, *, received: ReceivedList, choice: ListChoice, told: Told = lambda _done, _of: None
) -> ListImport:
    """The file kept under its hash, then the act."""
    keep_file(lab, actor, received.content, received.file.name)
    done: ListImport = import_list(lab, actor, centre_id=choice.centre_id, received=received, choice=choice, told=told)
    return done


class _Said:
    """A problem, to be put into a sentence in the reader's language."""

    def __init__(self, problem: RowProblem) -> None:
        """Keep it."""
        self._problem = problem

    def text(self, language: str) -> str:
        """Its place and sentence."""
        return self._problem.text(language)


def rows_hash(rows: Collection[Mapping[str, object]]) -> str:
    """The SHA-256 of the JSON lines of rows as they were entered, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n")
    return digest.hexdigest()


def remembered(session: Session, body_id: str) -> dict[str, str]:
    """Which column was which field when a list of a body was last taken over."""
    mine = select(ColumnMapping).where(ColumnMapping.body_id == body_id, ColumnMapping.kind == INSTRUMENTS)
    last = session.exec(mine.order_by(col(ColumnMapping.id).desc())).first()
    return dict(json.loads(last.columns)) if last else {}


def _remember(session: Session, body_id: str, mapping: Mapping[str, str]) -> None:
    if remembered(session, body_id) != dict(mapping):
        columns = json.dumps(dict(mapping), ensure_ascii=False, sort_keys=True)
        session.add(ColumnMapping(body_id=body_id, kind=INSTRUMENTS, columns=columns))


def _judged(
    session: Session, received: ReceivedList, choice: ListChoice, day: date, told: Told
) -> ListPreview:  # fmt: skip
    """Every row looked at by itself, among the others, and beside the register."""
    _check_choice(session, received, choice)
    found = headed(received.sheets[choice.sheet], INSTRUMENTS)
    known = remembered(session, choice.owner_id or choice.centre_id)
    mapping = dict(choice.mapping) if choice.mapping is not None else guessed(found, INSTRUMENTS, known)
    rows, problems = rows_of(found, mapping)
    if len(rows) > MOST_LIST_ROWS:
        raise Invalid("lists.too_many_rows", count=len(rows), most=MOST_LIST_ROWS)
    try:
        check_mapping(mapping, INSTRUMENTS, ("name_vi",))
    except Invalid as problem:
        at_head = RowProblem(found.sheet.name, found.head, "A", "", problem)
        return ListPreview(choice, found.headings, mapping, len(rows), (), (), (at_head,), head=found.head)
    made, wrong = made_of(session, found, mapping, rows, choice, day, told)
    named = {(one.row, one.column) for one in problems}  # what a cell is says more than what cannot be read from it
    problems += [one for one in wrong if (one.row, one.column) not in named]
    problems += _among_themselves(found, mapping, made)
    problems += _in_the_register(session, found, mapping, made)
    alike = alike_rows(session, made, {one.row for one in problems})
    problems += _undecided(found, mapping, alike, choice)
    left = {one.row for one in problems} | (choice.same & {one.row for one in alike})
    good = [(row, one) for row, one in made if row not in left]
    return ListPreview(
        choice, found.headings, mapping, len(rows), tuple(derived(one) for _, one in good),
        tuple(row for row, _ in good), tuple(sorted(problems, key=lambda one: (one.row, one.column))), tuple(alike),
        found.head,
    )  # fmt: skip


def _check_choice(session: Session, received: ReceivedList, choice: ListChoice) -> None:
    owner = session.get(Body, choice.owner_id) if choice.owner_id else session.get(Body, choice.centre_id)
    if owner is None or (choice.owner_id and owner.kind != "customer"):
        raise Refused("lims.not_found")
    if not 0 <= choice.sheet < len(received.sheets):
        raise Invalid("lists.no_sheet", file=received.file.name)


def _among_themselves(
    found: Headed, mapping: Mapping[str, str], made: Collection[tuple[int, Instrument]]
) -> list[RowProblem]:  # fmt: skip
    """Rows that name one plate or one code a second time."""
    problems, plates, codes = [], dict[str, int](), dict[str, int]()
    for row, one in made:
        identity = derived(one).identity
        for key, seen, field in ((identity, plates, "serial_number"), (one.code, codes, "code")):
            first = seen.setdefault(key, row) if key is not None else row
            if first != row:
                said = Phrase(f"lists.twice_{field}", {"row": first})
                value = getattr(one, field)
                problems.append(RowProblem(found.sheet.name, row, found.column_of(mapping, field), value, said))
    return problems


def _in_the_register(
    session: Session, found: Headed, mapping: Mapping[str, str], made: list[tuple[int, Instrument]]
) -> list[RowProblem]:
    """Rows whose plate or code stands in the register already."""
    problems = []
    for start in range(0, len(made), CHUNK):
        part = made[start : start + CHUNK]
        for field, own in _ONCE:
            column = col(getattr(Instrument, own))
            keys = {getattr(one, own) for _, one in part} - {None}
            held = {row[0]: row[1] for row in session.execute(select(column, Instrument.code).where(column.in_(keys)))}
            for row, one in part:
                other = held.get(getattr(one, own))
                if other is not None:
                    said = Phrase(f"lists.registered_{field}", {"other": other})
                    where = found.column_of(mapping, "code" if field == "giai" else field)
                    problems.append(RowProblem(found.sheet.name, row, where, getattr(one, field) or "", said))
    return problems


def _undecided(
    found: Headed, mapping: Mapping[str, str], alike: Collection[AlikeRow], choice: ListChoice
) -> list[RowProblem]:
    """The rows that look like a known instrument, or an earlier row, and of which nobody has said which they are."""
    where = found.column_of(mapping, "serial_number")
    open_ones = [one for one in alike if one.row not in choice.same | choice.apart]
    return [RowProblem(found.sheet.name, one.row, where, one.plate[:60], _like_what(one)) for one in open_ones]


def _like_what(one: AlikeRow) -> Phrase:
    if one.known:
        return Phrase("lists.alike", {"other": one.told})
    return Phrase("lists.alike_row", {"row": one.earlier, "other": one.earlier_plate})


def with_mapping(choice: ListChoice, mapping: Mapping[str, str]) -> ListChoice:
    """The same choice with columns chosen by a person."""
    return replace(choice, mapping=dict(mapping))
