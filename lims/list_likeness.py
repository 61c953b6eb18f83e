"""Rows of a list that may be instruments which are known, or one another: marked, decided by a person.

Source: ISO/IEC 17025:2017, 7.4.2.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from instruments.identity import present
from instruments.models import Body, Instrument
from instruments.spelling import same_maker

AT_ONCE, MOST_AT_ONCE, MOST_NAMED = 500, 10_000, 3
"""Rows looked up at once, records read for them, and records named for one row."""


@dataclass(frozen=True)
class AlikeRow:
    """A row of a list whose plate may be that of known instruments, as the register tells them, or of an earlier row.

    ``earlier`` is the number of that row, 0 where there is none; ``known`` and ``told`` are empty where the register
    has nothing like it.
    """

    row: int
    plate: str
    known: tuple[str, ...]
    """The codes of these instruments."""
    told: str
    """Code, maker, type, serial number and keeper of the likeliest; never whose it is."""
    earlier: int = 0
    earlier_plate: str = ""


def alike_rows(session: Session, made: Sequence[tuple[int, Instrument]], but: Collection[int]) -> list[AlikeRow]:
    """The rows that look like a known instrument, or like an earlier row, without being the very same plate.

    Args:
        session: a session on the registry.
        made: row number and the instrument that it would become, its derived columns set.
        but: rows that are out of question.
    """
    found: dict[int, AlikeRow] = {}
    asked = [(row, one) for row, one in made if one.likeness is not None and row not in but]
    for first in range(0, len(asked), AT_ONCE):
        part = asked[first : first + AT_ONCE]
        keys = {one.likeness for _, one in part}
        rows = session.exec(select(Instrument).where(col(Instrument.likeness).in_(keys)).limit(MOST_AT_ONCE))
        known: dict[str | None, list[Instrument]] = {}
        for held in rows:
            known.setdefault(held.likeness, []).append(held)
        for row, one in part:
            alike = [held for held in known.get(one.likeness, ()) if same_maker(held.maker, one.maker)]
            if alike:
                found[row] = _told(session, row, one, alike)
    for row, one, earlier, other in _among_themselves(asked):
        mark = found.get(row) or AlikeRow(row, _plate(one), (), "")
        found[row] = replace(mark, earlier=earlier, earlier_plate=_plate(other))
    return [found[row] for row in sorted(found)]


def _among_themselves(asked: Sequence[tuple[int, Instrument]]) -> Iterator[tuple[int, Instrument, int, Instrument]]:
    """Each row that looks like an earlier one, with the first of those."""
    firsts: dict[str | None, list[tuple[int, Instrument]]] = {}
    for row, one in asked:
        group = firsts.setdefault(one.likeness, [])
        alike = next(((at, other) for at, other in group if same_maker(other.maker, one.maker)), None)
        if alike is not None:
            yield row, one, *alike
        else:
            group.append((row, one))


def _plate(one: Instrument) -> str:
    return " · ".join(filter(None, (one.maker, one.model, one.serial_number)))


def _told(session: Session, row: int, one: Instrument, alike: Sequence[Instrument]) -> AlikeRow:
    going_on = {held.id: held for held in (present(session, known) for known in alike[:MOST_NAMED])}
    first = next(iter(going_on.values()))
    keeper = session.get(Body, first.keeper_id) if first.keeper_id else None
    words = (first.code, first.maker, first.model, first.serial_number, keeper.code if keeper else "")
    return AlikeRow(row, _plate(one), tuple(held.code for held in going_on.values()), " · ".join(filter(None, words)))
