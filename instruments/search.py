"""The search of the register as somebody types: words kept in an index, the rarest of those typed leads."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Text, delete, event, func, insert, inspect, literal, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper
from sqlmodel import Field, Session, SQLModel, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from instruments.models import Instrument
from instruments.spelling import folded

MANY = 2_000
"""From so many instruments on, a word says too little to look at all of them."""
LAST = "\U0010ffff"  # after every word that begins alike
LONGEST_WORD = 60
MOST_KNOWN = 50
"""So many known words that hold what was typed are looked up."""
_PARTS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


class InstrumentWord(SQLModel, table=True):
    """A word that stands in an instrument's search text; kept true to it whenever the instrument is written."""

    __tablename__ = "instrument_word"

    # Ordered by bytes on every database, so that words that begin alike stand together.
    word: str = Field(primary_key=True, sa_type=Text().with_variant(Text(collation="C"), "postgresql"))
    instrument_id: str = Field(primary_key=True, foreign_key="instrument.id", sa_type=Text)


class KnownWord(SQLModel, table=True):
    """A word of the register without its digits, once: few, since numbers make nearly all words differ.

    What stands inside none of them stands in no instrument; a word that nobody writes any more does no harm.
    """

    __tablename__ = "known_word"

    word: str = Field(primary_key=True, sa_type=Text().with_variant(Text(collation="C"), "postgresql"))


def known_of(words: Iterable[str]) -> frozenset[str]:
    """What stands between the digits of words."""
    return frozenset(part for word in words for part in _DIGITS.split(word) if part)


def words_of(search_text: str) -> frozenset[str]:
    """The words under which an instrument is found: those between blanks, and their parts between other signs.

    Args:
        search_text: the folded text of an instrument; ``mb-ct-017`` is found as itself, as ``mb``, ``ct`` and ``017``.
    """
    whole = search_text.split()
    parts = (part for word in whole for part in _PARTS.split(word) if part)
    return frozenset(word[:LONGEST_WORD] for word in (*whole, *parts))


def find(
    session: Session,
    text: str,
    limit: int = 20,
    *,
    keeper_id: str | None = None,
    owner_id: str | None = None,
    kind: str | None = None,
    seen_by: Collection[str] | None = None,
) -> list[Instrument]:
    """The instruments that a few typed words mean, best first.

    Every word has to begin a word of the code, serial number, name, maker, type or asset code, in any order; case and
    diacritics do not matter (``can dien tu`` finds ``Cân điện tử``). Where no word of the register begins so, it may
    stand inside one. A record that was merged is found as the one that goes on. An exact code or serial number comes
    first, then texts that begin with what was typed, then by code.

    Args:
        session: a session on the registry.
        text: what was typed; empty text finds all.
        limit: at most so many.
        keeper_id: only instruments that this centre keeps.
        owner_id: only instruments of this owner.
        kind: only standards, equipment or items.
        seen_by: only items, and what these centres keep; None sees all.
    """
    query = _within(keeper_id, owner_id, kind, seen_by)
    typed = folded(text)
    if not typed:
        return list(session.exec(query.order_by(col(Instrument.code)).limit(limit)))
    counted = {word: _counted(session, word) for word in typed.split()}
    search = _by_words if all(counted.values()) else _inside
    found = _exact(session, query, text.strip()) | search(session, query, counted, limit)

    def place(one: Instrument) -> tuple[bool, bool, str]:
        exact = text.strip() in (one.code, one.serial_number)
        return (not exact, not one.search_text.startswith(typed), one.code)

    return sorted(found.values(), key=place)[:limit]


def find_after(
    session: Session, text: str, limit: int, *, after: str = "", kind: str | None = None,
    seen_by: Collection[str] | None = None,
) -> list[Instrument]:  # fmt: skip
    """The instruments with all the words typed in the order of their codes, those after a code only.

    Where `find` gives the best few, this gives all of them page by page.

    Args:
        session: a session on the registry.
        text: what was typed; empty text finds all.
        limit: at most so many.
        after: code of the last one on the page before.
        kind: as for `find`.
        seen_by: as for `find`.
    """
    query = _within(kind=kind, seen_by=seen_by).where(col(Instrument.code) > after)
    words = folded(text).split()
    for word in words:
        query = query.where(col(Instrument.search_text).contains(word, autoescape=True))
    counted = {word: _counted(session, word) for word in words}
    rarest = min(words, key=lambda word: (counted[word], -len(word)), default="")
    if rarest and 0 < counted[rarest] < MANY:
        with_it = select(InstrumentWord.instrument_id).where(_begins(rarest))
        query = query.where(col(Instrument.id).in_(with_it))
    return list(session.exec(query.order_by(col(Instrument.code)).limit(limit)))


def _within(
    keeper_id: str | None = None, owner_id: str | None = None, kind: str | None = None,
    seen_by: Collection[str] | None = None,
) -> SelectOfScalar[Instrument]:  # fmt: skip
    """The instruments that are records of their own, narrowed as `find` is."""
    query = select(Instrument).where(col(Instrument.merged_into_id).is_(None))
    for column, wanted in ((Instrument.keeper_id, keeper_id), (Instrument.owner_id, owner_id), (Instrument.kind, kind)):
        if wanted is not None:
            query = query.where(col(column) == wanted)
    if seen_by is not None:
        query = query.where(or_(col(Instrument.kind) == "item", col(Instrument.keeper_id).in_(seen_by)))
    return query


def _exact(session: Session, query: SelectOfScalar[Instrument], typed: str) -> dict[str, Instrument]:
    """The instrument with exactly this code or asset code."""
    same = or_(col(Instrument.code) == typed, col(Instrument.giai) == typed)
    return {one.id: one for one in session.exec(query.where(same))}


def _by_words(
    session: Session, query: SelectOfScalar[Instrument], counted: Mapping[str, int], limit: int
) -> dict[str, Instrument]:
    """The instruments with words that begin as typed; those with exactly the word first, where there are many."""
    leading = min(counted, key=lambda word: (counted[word], -len(word)))
    for word in counted:
        if word != leading:
            query = query.where(col(Instrument.search_text).contains(word, autoescape=True))
    joined = query.join(InstrumentWord, col(InstrumentWord.instrument_id) == col(Instrument.id))
    found: dict[str, Instrument] = {}
    ways = [_begins(leading)] if counted[leading] < MANY else [col(InstrumentWord.word) == leading, _begins(leading)]
    for way in ways:
        if len(found) < limit:
            most = MANY if counted[leading] < MANY else 4 * limit
            found |= {one.id: one for one in session.exec(joined.where(way).limit(most))}
    return found


def _begins(word: str) -> Any:
    short = word[:LONGEST_WORD]
    return (col(InstrumentWord.word) >= short) & (col(InstrumentWord.word) < short + LAST)


def _counted(session: Session, word: str) -> int:
    """How many instruments have a word that begins so, up to MANY."""
    some = select(literal(1)).select_from(InstrumentWord).where(_begins(word)).limit(MANY).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def _inside(
    session: Session, query: SelectOfScalar[Instrument], counted: Mapping[str, int], limit: int
) -> dict[str, Instrument]:
    """The instruments with the typed words inside theirs: asked only where a word begins none of theirs.

    A word without digits is looked for among the known words first; only one with digits has to be looked for in every
    instrument.
    """
    for word in counted:
        query = query.where(col(Instrument.search_text).contains(word, autoescape=True))
    for word in (one for one, count in counted.items() if not count and not _DIGITS.search(one)):
        holding = select(KnownWord.word).where(col(KnownWord.word).contains(word[:LONGEST_WORD], autoescape=True))
        known = session.exec(holding.limit(MOST_KNOWN)).all()
        if not known:
            return {}
        with_it = select(InstrumentWord.instrument_id).where(col(InstrumentWord.word).in_(known))
        found = {one.id: one for one in session.exec(query.where(col(Instrument.id).in_(with_it)).limit(limit))}
        if found:
            return found
    return {one.id: one for one in session.exec(query.limit(limit))}


def write_words(connection: Connection, texts: Iterable[tuple[str, str]]) -> None:
    """The words of instruments that were written past the ordinary way: pairs of id and search text."""
    _enter(connection, [(word, one) for one, text in texts for word in sorted(words_of(text))])


def _enter(connection: Connection, pairs: Collection[tuple[str, str]]) -> None:
    if not pairs:
        return
    connection.execute(insert(InstrumentWord), [{"word": word, "instrument_id": one} for word, one in pairs])
    known = [{"word": word} for word in sorted(known_of(word for word, _ in pairs))]
    if known:
        own = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(own.insert(KnownWord).on_conflict_do_nothing(), known)


@event.listens_for(Instrument, "after_insert")
def _entered(mapper: Mapper[Instrument], connection: Connection, instrument: Instrument) -> None:
    write_words(connection, [(instrument.id, instrument.search_text)])


@event.listens_for(Instrument, "after_update")
def _changed(mapper: Mapper[Instrument], connection: Connection, instrument: Instrument) -> None:
    before = inspect(instrument).attrs.search_text.history.deleted
    if not before:
        return
    old, new = words_of(before[0]), words_of(instrument.search_text)
    gone = [(word, instrument.id) for word in sorted(old - new)]
    if gone:
        pairs = tuple_(col(InstrumentWord.word), col(InstrumentWord.instrument_id))
        connection.execute(delete(InstrumentWord).where(pairs.in_(gone)))
    _enter(connection, [(word, instrument.id) for word in sorted(new - old)])
