"""What holds on a day: the row in force among dated, append-only rows."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A row that speaks from ``valid_from`` to ``valid_to`` inclusive, or ends what earlier rows said."""

    id: str
    valid_from: date
    valid_to: date | None
    ended: bool


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """The row that holds on a day, among the rows about one subject.

    Args:
        rows: dated rows about one subject, in any order.
        day: the day asked about.

    Returns:
        The row with the latest ``valid_from`` not after the day (the one entered last among equals), or None where
        there is none, where it ended what was, or where its period is over. An older row never comes back into force.
    """
    begun = [row for row in rows if row.valid_from <= day]
    if not begun:
        return None
    newest = begun[0] if len(begun) == 1 else max(begun, key=lambda row: (row.valid_from, row.id))
    over = newest.ended or (newest.valid_to is not None and newest.valid_to < day)
    return None if over else newest


def in_force_or_first(rows: Iterable[Row], day: date) -> Row | None:
    """The row that holds on a day; on a day before all of them the first one, None where that day has none otherwise.

    What a body was called before it came into the register is seldom known; its first name says more than nothing.

    Args:
        rows: dated rows about one subject, in any order.
        day: the day asked about.
    """
    known = list(rows)
    if known and all(row.valid_from > day for row in known):
        return min(known, key=lambda row: (row.valid_from, row.id))
    return in_force(known, day)


def each_in_force(rows: Iterable[Row], day: date) -> list[Row]:
    """The rows that hold on a day, one of each subject at most, in the order in which the subjects first appear.

    Args:
        rows: dated rows of one table, whose class names its subject columns in ``__subject__``.
        day: the day asked about.
    """
    every = list(rows)
    if len(every) == 1:  # as most bodies have one accreditation, and most questions fit one line of it
        only = in_force(every, day)
        return [] if only is None else [only]
    subjects: dict[tuple[object, ...], list[Row]] = {}
    for row in every:
        columns: tuple[str, ...] = getattr(row, "__subject__", ())
        subjects.setdefault(tuple(getattr(row, column) for column in columns), []).append(row)
    found = (in_force(group, day) for group in subjects.values())
    return [row for row in found if row is not None]
