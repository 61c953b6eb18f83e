"""What holds below Python: rows that are never changed, and states that only a step moves, on both databases."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Table, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from lims.step import STEPS
from lims.store import triggers
from lims.store.tables import STATES, LegalMove, StepRecord
from tests.laboratories import SmallLaboratory

KEPT = sorted(table.name for table in triggers.append_only_tables())
OPENED_BY = {"amend": ("MEASURING", "IN_REVIEW"), "prepare_amendment": ("IN_REVIEW",)}
"""Acts that also move the edition that they open, from its birth to where its work begins."""


@contextmanager
def by_hand(small: SmallLaboratory) -> Iterator[Connection]:
    """A connection as somebody with the database's password would open it, with no setting of ours."""
    engine = create_engine(small.url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def refused(connection: Connection, statement: str, values: dict[str, Any] | None = None) -> str:
    """What the database says when it refuses a statement."""
    with pytest.raises(DBAPIError) as answer:
        connection.execute(text(statement), values or {})
    connection.rollback()
    return str(answer.value.orig)


def table_of(name: str) -> Table:
    """A table by its name."""
    return next(table for table in triggers.append_only_tables() if table.name == name)


def key_is(table: Table) -> str:
    """A condition that picks one row by its primary key."""
    return " AND ".join(f'"{column.name}" = :{column.name}' for column in table.primary_key.columns)


def test_every_table_of_record_is_append_only() -> None:
    """Readings, steps, evaluations, approvals, certificates, calibrations and the audit record are kept for ever."""
    assert set(KEPT) >= {
        "reading", "environment_reading", "environment_decision", "standard_choice", "evaluation_record", "approval",
        "step_record", "legal_move", "certificate", "certificate_issue", "certificate_event", "audit_record",
        "security_event", "letterhead", "body_name", "calibration", "calibration_result", "traceability_link",
    }  # fmt: skip


def test_no_row_of_record_is_updated_deleted_or_replaced_by_hand(staged: SmallLaboratory) -> None:
    """UPDATE, DELETE, INSERT OR REPLACE, upsert and TRUNCATE are refused on every table of record that has rows."""
    filled = []
    with by_hand(staged) as connection:
        sqlite = connection.dialect.name == "sqlite"
        for name in KEPT:
            table = table_of(name)
            row = connection.execute(text(f'SELECT * FROM "{name}"')).mappings().first()
            if row is None:
                continue
            filled.append(name)
            key = {column.name: row[column.name] for column in table.primary_key.columns}
            column = next(one.name for one in table.columns if not one.primary_key) if len(table.columns) > 3 else "act"
            columns = ", ".join(f'"{one}"' for one in row)
            insert = f'INSERT INTO "{name}" ({columns}) VALUES ({", ".join(f":{one}" for one in row)})'
            whole = {one: json.dumps(value) if isinstance(value, list) else value for one, value in row.items()}
            tries = [
                (f'UPDATE "{name}" SET "{column}" = "{column}" WHERE {key_is(table)}', key),
                (f'UPDATE "{name}" SET "{column}" = "{column}"', {}),
                (f'DELETE FROM "{name}" WHERE {key_is(table)}', key),
                (f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {column} = excluded.{column}", whole),
            ]
            if sqlite:
                tries += [(insert.replace("INSERT", verb, 1), whole) for verb in ("INSERT OR REPLACE", "REPLACE")]
            else:
                tries.append((f'TRUNCATE "{name}" CASCADE', {}))
            for statement, given in tries:
                said = refused(connection, statement, given)
                assert "append-only" in said or triggers.STEP_UNFIT in said, (statement, said)
    assert len(filled) > 15


def test_tables_without_rows_refuse_truncation_too(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """PostgreSQL refuses TRUNCATE on every table of record, and on the jobs (SQLite knows no such statement)."""
    with by_hand(laboratory("postgresql")) as connection:
        for name in [*KEPT, "job"]:
            assert "append-only" in refused(connection, f'TRUNCATE "{name}" CASCADE')


def test_the_state_of_a_job_is_not_moved_by_hand(staged: SmallLaboratory) -> None:
    """An UPDATE of a state or version, a job born in another state, and a deleted job are refused."""
    job_id = staged.ids["REVIEWED"]
    with by_hand(staged) as connection:
        for state in set(STATES) - {"REVIEWED"}:
            said = refused(connection, "UPDATE job SET state = :state WHERE id = :id", {"state": state, "id": job_id})
            assert triggers.STATE_GUARDED in said
        assert triggers.STATE_GUARDED in refused(
            connection, "UPDATE job SET version = version + 1 WHERE id = :id", {"id": job_id}
        )
        assert refused(connection, "DELETE FROM job WHERE id = :id", {"id": job_id})
        row = dict(connection.execute(text("SELECT * FROM job WHERE id = :id"), {"id": job_id}).mappings().one())
        row |= {"id": "0" * 36, "number": "KL-2026-9999", "version": 1}
        columns, values = ", ".join(row), ", ".join(f":{one}" for one in row)
        said = refused(connection, f"INSERT INTO job ({columns}) VALUES ({values})", row)
        assert triggers.BIRTH_GUARDED in said
        if connection.dialect.name == "sqlite":
            row |= {"id": job_id, "number": staged.job(job_id).number, "state": "RECEIVED"}
            for verb in ("REPLACE", "INSERT OR REPLACE"):
                said = refused(connection, f"{verb} INTO job ({columns}) VALUES ({values})", row)
                assert triggers.STATE_GUARDED in said
    assert staged.job(job_id).state == "REVIEWED"


def test_a_step_by_hand_has_to_fit(staged: SmallLaboratory) -> None:
    """A step from another state, of another version, or that the workflow does not know, is refused."""
    with by_hand(staged) as connection:
        job = staged.job(staged.ids["REVIEWED"])
        fits = {
            "id": "f" * 36, "centre_id": job.centre_id, "job_id": job.id, "version_after": job.version + 1,
            "act": "approve", "from_state": "REVIEWED", "to_state": "APPROVED", "person_id": None,
            "at": "2026-11-16 02:00:00", "reason": "",
        }  # fmt: skip
        columns, values = ", ".join(fits), ", ".join(f":{one}" for one in fits)
        statement = f"INSERT INTO step_record ({columns}) VALUES ({values})"
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA foreign_keys=ON"))
            connection.commit()
        for wrong in (
            {"from_state": "IN_REVIEW", "act": "review", "to_state": "REVIEWED"},
            {"version_after": job.version},
            {"version_after": job.version + 2},
            {"act": "approve", "to_state": "ISSUED"},
            {"act": "jump", "to_state": "ISSUED"},
            {"job_id": "0" * 36},
        ):
            assert refused(connection, statement, fits | wrong)
    assert staged.job(staged.ids["REVIEWED"]).state == "REVIEWED"


def test_the_object_mapper_writes_no_state(staged: SmallLaboratory) -> None:
    """A state set on a loaded job does not reach the database."""
    job = staged.job(staged.ids["REVIEWED"])
    job.state = "ISSUED"
    with pytest.raises(DBAPIError) as answer, staged.lab.store.writing() as session:
        session.add(job)
    assert triggers.STATE_GUARDED in str(answer.value.orig)


def test_the_triggers_are_those_that_are_wanted(small: SmallLaboratory) -> None:
    """A migrated database has every wanted trigger and no other."""
    with small.lab.store.writer.connect() as connection:
        assert triggers.names(connection) == triggers.wanted(connection.dialect.name)


def test_the_legal_moves_are_what_the_acts_declare(small: SmallLaboratory) -> None:
    """The table of legal moves says exactly what the declarations of the acts say."""
    declared = set()
    for one in STEPS.values():
        for start in one.from_ or ():
            declared |= {(one.name, start, end) for end in (one.to or {start})}
    declared |= {(act, "RECEIVED", end) for act, ends in OPENED_BY.items() for end in ends}
    with small.lab.store.reading() as session:
        known = {(one.act, one.from_state, one.to_state) for one in session.exec(select(LegalMove))}
    assert known == declared


def test_a_reader_cannot_write(staged: SmallLaboratory) -> None:
    """The reading door refuses to write, on both databases."""
    with pytest.raises(DBAPIError), staged.lab.store.reading() as session:
        session.execute(text("UPDATE person SET name = 'x'"))


def test_foreign_keys_hold(staged: SmallLaboratory) -> None:
    """A row that names a job which does not exist is refused by the database."""
    with pytest.raises(DBAPIError), staged.lab.store.writing() as session:
        session.add(
            StepRecord(
                centre_id=staged.ids["centre"], job_id="0" * 36, version_after=2, act="assign",
                from_state="RECEIVED", to_state="ASSIGNED", at=staged.clock.now(),
            )
        )  # fmt: skip
