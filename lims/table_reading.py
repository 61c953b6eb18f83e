"""A table of entries read whole: from the first sheet of a spreadsheet, every wrong cell named, all rows or none."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from instruments.lists import Headed, ListRow, RowProblem, check_mapping, guessed, headed, rows_of
from instruments.readers.reading import read_sheets
from lims.errors import Invalid, Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.receiving import file_of, may_receive
from uncertainty.typed import read_number
from uncertainty.units import check_unit

E = TypeVar("E")
Located = Callable[[Headed, Mapping[str, str], ListRow, Stated], RowProblem]


def read_entries(
    lab: Laboratory, actor: Actor, content: bytes, name: str, *, kind: str, needed: Collection[str], most: int,
    entry: Callable[[ListRow], E], check: Callable[[E], object], located: Located,
) -> tuple[tuple[E, ...], tuple[RowProblem, ...]]:  # fmt: skip
    """Read one entry from each row; nothing is kept.

    Args:
        lab: the laboratory.
        actor: who brings the file.
        content: any bytes.
        name: of the file.
        kind: of the list, which says how its columns are headed.
        needed: columns that have to be there.
        most: rows.
        entry: makes an entry of a row.
        check: raises what is wrong with an entry.
        located: the cell of a row that is wrong.

    Returns:
        The entries, none where a cell is wrong; and what is wrong, in the order of the sheet.

    Raises:
        Invalid: it is no spreadsheet, is hostile or too large, or lacks a column that is needed.
        Refused: the actor enters nothing into the registry.
    """
    may_receive(lab, actor)
    file = file_of(content, name)
    found = headed(read_sheets(content, file.name)[0], kind)
    mapping = guessed(found, kind, {})
    check_mapping(mapping, kind, needed)
    rows, problems = rows_of(found, mapping)
    if len(rows) > most:
        raise Invalid("lists.too_many_rows", count=len(rows), most=most)
    entries = []
    for row in rows:
        one = entry(row)
        try:
            check(one)
        except Stated as problem:
            problems.append(located(found, mapping, row, problem))
            continue
        entries.append(one)
    wrong = tuple(sorted(problems, key=lambda one: (one.row, one.column)))
    return () if wrong else tuple(entries), wrong


def reads(text: str, *, unit: bool) -> bool:
    """Whether a text is a unit, or a number, by itself."""
    try:
        if unit:
            check_unit(text)
        else:
            read_number(text)
    except Stated:
        return False
    return True
