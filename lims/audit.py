"""The record of what was done and what was refused: one hash chain per centre and one of the network.

A chain checked by itself cannot show that its end was cut off or that it was rewritten whole. Hence the head after
numbering is printed on each certificate, and `verify` takes such heads from outside.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event, inspect, text
from sqlmodel import Session, col, select

from lims.store.tables import AuditHead, AuditRecord

NETWORK = "network"
DONE, REFUSED = "done", "refused"
SECRET_COLUMNS = frozenset({"password_hash", "token_hash", "token", "check_code"})
_UNRECORDED = frozenset({"audit_record", "audit_head"})
_GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """What one audit record says, before it is chained."""

    at: datetime
    person_id: str | None
    person_name: str
    act: str
    clause: str
    outcome: str
    object_type: str
    object_id: str
    reason: str
    changes: tuple[Mapping[str, Any], ...] = ()


def lock_head(session: Session, chain: str) -> AuditHead:
    """Return the head of `chain`, locked until the end of the transaction (created at its first use)."""
    wanted = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    head = session.exec(wanted).one_or_none()
    if head is None:
        session.execute(
            text("INSERT INTO audit_head (chain, sequence, hash) VALUES (:chain, 0, :hash) ON CONFLICT DO NOTHING"),
            {"chain": chain, "hash": _GENESIS},
        )
        head = session.exec(wanted).one()
    return head


def append(session: Session, head: AuditHead, entry: Entry) -> AuditRecord:
    """Chain `entry` to `head` (which the caller has locked) and return the record."""
    record = AuditRecord(
        chain=head.chain,
        sequence=head.sequence + 1,
        at=entry.at,
        person_id=entry.person_id,
        person_name=entry.person_name,
        act=entry.act,
        clause=entry.clause,
        outcome=entry.outcome,
        object_type=entry.object_type,
        object_id=entry.object_id,
        reason=entry.reason,
        changes=canonical(list(entry.changes)),
        previous_hash=head.hash,
        hash="",
    )
    record.hash = digest(record)
    session.add(record)
    head.sequence, head.hash = record.sequence, record.hash
    head.at = max(head.at, entry.at) if head.at is not None else entry.at  # a clock set back does not set back this
    session.add(head)
    session.flush()
    return record


def digest(record: AuditRecord) -> str:
    """Return the SHA-256 of a record, its predecessor's hash included."""
    said = {name: getattr(record, name) for name in AuditRecord.model_fields if name != "hash"}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def canonical(value: Any) -> str:
    """Return `value` as JSON in the one form that is hashed: sorted keys, no spaces, moments in UTC."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no recorded form")


class ChangeLog:
    """What a session wrote, column by column, old and new: gathered at each flush."""

    def __init__(self, session: Session) -> None:
        """Listen to `session` from now on."""
        self.changes: list[dict[str, Any]] = []
        event.listen(session, "before_flush", self._gather)

    def _gather(self, session: Session, _context: object, _instances: object) -> None:
        for one in session.new:
            self._note(one, born=True)
        for one in session.dirty:
            if session.is_modified(one):
                self._note(one, born=False)
        for one in session.deleted:
            self._note(one, born=False, gone=True)

    def _note(self, one: Any, *, born: bool, gone: bool = False) -> None:
        state = inspect(one)
        table = state.mapper.local_table.name
        if table in _UNRECORDED:
            return
        columns: dict[str, list[Any]] = {}
        for attribute in state.mapper.column_attrs:
            history = state.attrs[attribute.key].history
            new = getattr(one, attribute.key)
            if born or gone:
                if new is not None:
                    columns[attribute.key] = [None, new] if born else [new, None]
            elif history.has_changes():
                columns[attribute.key] = [history.deleted[0] if history.deleted else None, new]
        for secret in SECRET_COLUMNS & columns.keys():
            columns[secret] = [None, "(secret)"]
        if columns:
            self.changes.append(
                {
                    "table": table,
                    "id": [str(key) for key in state.mapper.primary_key_from_instance(one)]
                    if not born
                    else [str(getattr(one, c.key)) for c in state.mapper.primary_key],
                    "columns": columns,
                }
            )


@dataclass(frozen=True)
class ChainReport:
    """What the check of one chain found."""

    chain: str
    records: int
    head: str
    sound: bool
    first_broken: int | None = None
    missing_heads: tuple[str, ...] = ()


def verify(session: Session, chain: str, outside_heads: Iterable[str] = ()) -> ChainReport:
    """Recompute `chain` and look for heads known from outside (printed on certificates) in it.

    Returns:
        The report; `first_broken` is the sequence of the first record that does not fit (0: the kept head itself).
    """
    previous, sequence, seen = _GENESIS, 0, set()
    broken: int | None = None
    records = session.exec(select(AuditRecord).where(AuditRecord.chain == chain).order_by(col(AuditRecord.sequence)))
    for record in records:
        sequence += 1
        if broken is None and (
            record.sequence != sequence or record.previous_hash != previous or record.hash != digest(record)
        ):
            broken = sequence
        previous = record.hash
        seen.add(record.hash)
    head = session.get(AuditHead, chain)
    kept = (head.sequence, head.hash) if head is not None else (0, _GENESIS)
    if broken is None and kept != (sequence, previous):
        broken = 0
    missing = tuple(one for one in outside_heads if one not in seen)
    return ChainReport(chain, sequence, previous, broken is None and not missing, broken, missing)


def stands(session: Session, chain: str, head: str) -> bool:
    """Tell whether a head is that of a record of `chain` that is as it was written, with the next one resting on it."""
    record = session.exec(select(AuditRecord).where(AuditRecord.chain == chain, AuditRecord.hash == head)).one_or_none()
    if record is None or digest(record) != head:
        return False
    after = session.get(AuditRecord, (chain, record.sequence + 1))
    if after is not None:
        return after.previous_hash == head
    end = session.get(AuditHead, chain)
    return end is not None and (end.sequence, end.hash) == (record.sequence, head)


def chains(session: Session) -> list[str]:
    """The names of all chains."""
    return list(session.exec(select(AuditHead.chain).order_by(AuditHead.chain)))
