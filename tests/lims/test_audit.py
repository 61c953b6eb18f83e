"""The record of what was done: complete, and altered by nobody unnoticed, also not by who can write the database."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session, SQLModel, select

from lims import access, audit, calibration, issuing, registry_entries
from lims.store import triggers
from lims.store.tables import AuditHead, AuditRecord
from tests.laboratories import REASON, SmallLaboratory

TRIALS = 40
NOT_RECORDED = {"audit_record", "audit_head", "security_event", "access_session", "confirmation", "alembic_version"}
"""The record itself, and what belongs to signing in: the security log keeps that."""


@contextmanager
def unguarded(small: SmallLaboratory) -> Iterator[Connection]:
    """A connection of somebody who has the database's password and has laid the triggers aside."""
    with small.lab.store.writer.begin() as connection:
        if small.lab.store.sqlite:
            for name in triggers.names(connection):
                if "audit_record" in name:
                    connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit_record DISABLE TRIGGER USER"))
        yield connection


def report(small: SmallLaboratory, outside: tuple[str, ...] = (), chain: str = "") -> audit.ChainReport:
    """The check of the centre's chain, with heads known from outside."""
    with small.lab.store.reading() as session:
        return audit.verify(session, chain or small.ids["centre"], outside)


def head(small: SmallLaboratory) -> str:
    """The present head of the centre's chain, as somebody outside may have noted it."""
    with small.lab.store.reading() as session:
        return session.get_one(AuditHead, small.ids["centre"]).hash


def columns_to_edit() -> list[str]:
    """Every column of a record but its place."""
    return [name for name in AuditRecord.model_fields if name not in ("chain", "sequence")]


def test_an_untouched_chain_is_sound(staged: SmallLaboratory) -> None:
    """Every chain of a laboratory at work is sound, and holds the head that each certificate prints."""
    with staged.lab.store.reading() as session:
        chains = audit.chains(session)
    assert set(chains) == {audit.NETWORK, staged.ids["centre"]}
    for chain in chains:
        assert report(staged, chain=chain).sound
    assert report(staged, (head(staged),)).sound


def test_every_edited_column_is_found_and_its_record_named(staged: SmallLaboratory) -> None:
    """One changed column of one record breaks the chain at that record, whichever column it is."""
    chance = random.Random(1)
    length = report(staged).records
    for column in columns_to_edit():
        sequence = chance.randint(1, length)
        with tampered(staged) as connection:
            value = "2001-01-01 00:00:00" if column == "at" else "khác"
            connection.execute(
                text(f"UPDATE audit_record SET {column} = :value WHERE chain = :chain AND sequence = :sequence"),
                {"value": value, "chain": staged.ids["centre"], "sequence": sequence},
            )
            found = verified(connection, staged)
            assert not found.sound, column
            assert found.first_broken in (sequence, sequence + 1, 0), (column, sequence)
    assert report(staged).sound


class Undone(Exception):
    """Leaves the database as it was."""


@contextmanager
def tampered(small: SmallLaboratory) -> Iterator[Connection]:
    """As `unguarded`, and everything is undone at the end."""
    try:
        with unguarded(small) as connection:
            yield connection
            raise Undone
    except Undone:
        pass


def verified(connection: Connection, small: SmallLaboratory, outside: tuple[str, ...] = ()) -> audit.ChainReport:
    """The check of the centre's chain inside the tampering transaction."""
    with Session(connection) as session:
        return audit.verify(session, small.ids["centre"], outside)


def delete(connection: Connection, chain: str, sequence: int) -> None:
    """Take a record out."""
    connection.execute(
        text("DELETE FROM audit_record WHERE chain = :chain AND sequence = :at"), {"chain": chain, "at": sequence}
    )


def test_deleted_inserted_and_swapped_records_are_found(staged: SmallLaboratory) -> None:
    """A record taken out, put in, or exchanged with another breaks the chain, the first such place named."""
    chance, chain = random.Random(2), staged.ids["centre"]
    length = report(staged).records
    for _ in range(TRIALS):
        first, second = sorted(chance.sample(range(1, length + 1), 2))
        with tampered(staged) as connection:
            delete(connection, chain, first)
            found = verified(connection, staged)
            assert not found.sound and found.first_broken == first
        with tampered(staged) as connection:
            said = "SET reason = (SELECT reason FROM audit_record b WHERE b.chain = :chain AND b.sequence = :other)"
            swap = text(f"UPDATE audit_record {said}, act = 'review' WHERE chain = :chain AND sequence = :at")
            connection.execute(swap, {"chain": chain, "at": first, "other": second})
            connection.execute(swap, {"chain": chain, "at": second, "other": first})
            assert not verified(connection, staged).sound
        with tampered(staged) as connection:
            for at, to in ((first, -1), (second, first), (-1, second)):
                connection.execute(
                    text("UPDATE audit_record SET sequence = :to WHERE chain = :chain AND sequence = :at"),
                    {"chain": chain, "at": at, "to": to},
                )
            found = verified(connection, staged)
            assert not found.sound and found.first_broken == first
        with tampered(staged) as connection:
            connection.execute(
                text(
                    "INSERT INTO audit_record SELECT chain, :new, at, person_id, person_name, act, clause, outcome,"
                    " object_type, object_id, reason, changes, previous_hash, hash FROM audit_record"
                    " WHERE chain = :chain AND sequence = :at"
                ),
                {"chain": chain, "at": first, "new": length + 1},
            )
            assert not verified(connection, staged).sound


def rewrite(connection: Connection, chain: str, cut: int = 0, **changed: str) -> str:
    """Recompute the whole chain and its head as its owner could, changed or cut at the end; the new head."""
    with Session(connection, expire_on_commit=False, autoflush=False) as session:
        rows = session.exec(select(AuditRecord).where(AuditRecord.chain == chain).order_by("sequence")).all()
        kept = [AuditRecord(**row.model_dump()) for row in rows]
    previous = "0" * 64
    connection.execute(text("DELETE FROM audit_record WHERE chain = :chain"), {"chain": chain})
    kept = kept[: len(kept) - cut]
    for position, row in enumerate(kept):
        if position == len(kept) // 2:
            for name, value in changed.items():
                setattr(row, name, value)
        row.previous_hash = previous
        row.hash = previous = audit.digest(row)
    with Session(connection) as session:
        session.add_all(kept)
        session.flush()
        session.execute(
            text("UPDATE audit_head SET sequence = :sequence, hash = :hash WHERE chain = :chain"),
            {"sequence": len(kept), "hash": previous, "chain": chain},
        )
        session.flush()
    return previous


def test_a_chain_cut_or_rewritten_whole_is_found_by_a_head_from_outside(staged: SmallLaboratory) -> None:
    """Cutting the end and rewriting everything deceive the chain itself, and never the head kept elsewhere."""
    noted, chain = head(staged), staged.ids["centre"]
    for cut, changed in ((1, {}), (5, {}), (0, {"person_name": "Người Khác"}), (0, {"reason": "không có gì"})):
        with tampered(staged) as connection:
            rewrite(connection, chain, cut, **changed)
            alone = verified(connection, staged)
            assert alone.sound, "rewritten whole, the chain by itself looks sound: that is why heads go out"
            found = verified(connection, staged, (noted,))
            assert not found.sound
            assert found.missing_heads == (noted,)


def test_the_head_on_a_certificate_reveals_a_rewritten_record(small: SmallLaboratory) -> None:
    """The head that a certificate prints is in the chain, and no longer once anything before it was rewritten."""
    _, number = small.whole_job()
    certificate = small.certificate(number)
    with small.lab.store.reading() as session:
        content = registry_entries.full_content(session, certificate, "https://tracuu.example", "")
    assert content.issue is not None
    printed = content.issue.audit_head
    assert report(small, (printed,)).sound
    with tampered(small) as connection:
        rewrite(connection, small.ids["centre"], reason="khác đi")
        assert verified(connection, small, (printed,)).missing_heads == (printed,)
    assert issuing.rendered(small.lab, certificate.job_id)[0] == number


def test_a_head_row_that_was_moved_back_is_found(staged: SmallLaboratory) -> None:
    """The kept head and the last record have to agree."""
    with staged.lab.store.writer.begin() as connection:
        connection.execute(
            text("UPDATE audit_head SET sequence = sequence - 1 WHERE chain = :chain"), {"chain": staged.ids["centre"]}
        )
    found = report(staged)
    assert (found.sound, found.first_broken) == (False, 0)


def contents(small: SmallLaboratory) -> dict[str, dict[str, dict[str, Any]]]:
    """Every row of every table by its key, as plain values."""
    kept: dict[str, dict[str, dict[str, Any]]] = {}
    with small.lab.store.reading() as session:
        for mapper in SQLModel._sa_registry.mappers:
            table = mapper.local_table
            if table.name in NOT_RECORDED:
                continue
            for row in session.exec(select(mapper.class_)).all():
                key = "|".join(str(getattr(row, column.key)) for column in mapper.primary_key)
                kept.setdefault(str(table.name), {})[key] = json.loads(audit.canonical(row.model_dump()))
    return kept


def differences(before: dict[str, Any], after: dict[str, Any]) -> set[tuple[str, str, str]]:
    """The columns that differ, as table, key and column (a column without value in a new row is no change)."""
    found = set()
    for table in before.keys() | after.keys():
        old, new = before.get(table, {}), after.get(table, {})
        for key in old.keys() | new.keys():
            one, other = old.get(key, {}), new.get(key, {})
            found |= {(table, key, name) for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    return found


def recorded(small: SmallLaboratory, since: dict[str, int]) -> set[tuple[str, str, str]]:
    """The columns that the records since then say were changed."""
    found = set()
    with small.lab.store.reading() as session:
        for record in session.exec(select(AuditRecord)).all():
            if record.sequence > since.get(record.chain, 0):
                for change in json.loads(record.changes):
                    key = "|".join(change["id"])
                    found |= {(change["table"], key, name) for name in change["columns"]}
    return found


def lengths(small: SmallLaboratory) -> dict[str, int]:
    """The length of each chain."""
    with small.lab.store.reading() as session:
        return {one.chain: one.sequence for one in session.exec(select(AuditHead)).all()}


def test_every_changed_column_has_its_entry_and_every_entry_its_change(small: SmallLaboratory) -> None:
    """After each act, the columns that differ in the database are exactly those that its record names."""
    job_id = ""
    lab, trang = small.lab, small.actors["trang"]
    acts: list[Callable[[], object]] = [
        lambda: small.assigned(job_id), lambda: small.equipped(job_id), lambda: small.conditioned(job_id),
        lambda: small.measured(job_id), lambda: small.submitted(job_id), lambda: small.reviewed(job_id),
        lambda: small.approved(job_id), lambda: calibration.bind_number(lab, trang, job_id),
        lambda: _issue(small, job_id), lambda: calibration.amend(lab, trang, job_id, remeasure=False, reason=REASON),
    ]  # fmt: skip
    before, since = contents(small), lengths(small)
    job_id = small.receive()
    unexplained = differences(before, contents(small)) ^ recorded(small, since)
    assert not unexplained
    for act in acts:
        before, since = contents(small), lengths(small)
        act()
        changed, said = differences(before, contents(small)), recorded(small, since)
        moved = {("job", job_id, "state"), ("job", job_id, "version")}  # by trigger; the step's row says it
        assert changed - moved == {one for one in said - moved if one[0] not in NOT_RECORDED}


def _issue(small: SmallLaboratory, job_id: str) -> None:
    """Render and complete a numbered job."""
    issuing.issue(small.lab, small.actors["trang"], job_id)


def test_no_secret_stands_in_the_record(small: SmallLaboratory) -> None:
    """Passwords' hashes, tokens and check codes are recorded as changed, never as what they are."""
    _, number = small.whole_job()
    certificate = small.certificate(number)
    signed_in = access.sign_in(small.lab, "bao", "một câu dễ nhớ 10 kg")
    with small.lab.store.reading() as session:
        everything = " ".join(session.exec(select(AuditRecord.changes)).all())
    for secret in (certificate.token, certificate.check_code, "$argon2", signed_in.token):
        assert secret not in everything
    assert "(secret)" in everything


def test_who_when_what_and_why_stand_in_each_record(staged: SmallLaboratory) -> None:
    """A record names the person, the moment, the act, its clause, the object, and the reason where one was given."""
    with staged.lab.store.reading() as session:
        found = session.exec(select(AuditRecord).where(AuditRecord.act == "cancel")).one()
    assert (found.person_name, found.outcome, found.object_id) == ("Phạm Thu Trang", "done", staged.ids["CANCELLED"])
    assert found.reason == REASON
    assert found.clause
    assert found.at.tzinfo is not None


def test_what_has_no_recorded_form_is_refused() -> None:
    """A value that has no single written form is a mistake of the program, never guessed."""
    with pytest.raises(TypeError):
        audit.canonical({"x": object()})
    assert audit.canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
