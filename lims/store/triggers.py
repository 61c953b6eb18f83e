"""The rules that hold below Python: append-only tables, job states that only a step can move, marks of what is known.

Each statement exists for SQLite and for PostgreSQL. A migration that rebuilds a table on SQLite loses its triggers:
it ends by calling `create_all` again, and a test compares what is there with what is wanted.
"""

# ruff: noqa: S608, ISC004  (trigger texts are built from the schema's own names; nothing of a person enters them)

from collections.abc import Iterator

from sqlalchemy import Connection, Table, UniqueConstraint, inspect, text
from sqlmodel import SQLModel

import instruments.contact_models
import instruments.history_models
import instruments.received  # noqa: F401
import lims.store.access_tables
import lims.store.bench_tables
import lims.store.feed_tables
import lims.store.impact_tables
import lims.store.issuing_tables
import lims.store.notice_tables
import lims.store.tables  # noqa: F401


def append_only_tables() -> list[Table]:
    """The tables whose rows are never changed, in the order of their names."""
    kept = []
    for mapper in SQLModel._sa_registry.mappers:
        if getattr(mapper.class_, "__append_only__", False):
            kept.append(SQLModel.metadata.tables[str(mapper.local_table.name)])  # type: ignore[attr-defined]
    return sorted(kept, key=lambda table: table.name)


def create_all(connection: Connection) -> None:
    """Create every trigger anew (dropping what is there under the same names), for the tables that are there by now."""
    sqlite, found = connection.dialect.name == "sqlite", inspect(connection)
    there = set(found.get_table_names())
    tables = [table for table in append_only_tables() if table.name in there]
    for statement in _sqlite(tables) if sqlite else _postgresql(tables):
        connection.execute(text(statement))
    if any(column["name"] == "standing" for column in found.get_columns("body")):
        create_marks(connection)


def create_marks(connection: Connection) -> None:
    """Create anew the triggers that mark a body whenever something more is known of it (`Body.standing`)."""
    for statement in _marks(connection.dialect.name):
        connection.execute(text(statement))


def names(connection: Connection) -> set[str]:
    """The names of the triggers that the database has."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        rows = connection.execute(text("SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal"))
    return {row[0] for row in rows}


def wanted(dialect: str) -> set[str]:
    """The names of the triggers that the database must have."""
    tables = append_only_tables()
    statements = _sqlite(tables) if dialect == "sqlite" else _postgresql(tables)
    return {one.split()[2] for one in (*statements, *_marks(dialect)) if one.startswith("CREATE TRIGGER")}


def _marks(dialect: str) -> Iterator[str]:
    chance = "lower(hex(randomblob(16)))" if dialect == "sqlite" else "gen_random_uuid()::text"
    mark = f"UPDATE body SET standing = {chance} WHERE id = NEW.body_id;"
    if dialect != "sqlite":
        yield (
            "CREATE OR REPLACE FUNCTION mark_standing() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {mark} RETURN NULL; END $$"
        )
    act = f"BEGIN {mark} END" if dialect == "sqlite" else "EXECUTE FUNCTION mark_standing()"
    for name in ("body_name", "recognition", "scope_line"):
        yield f"DROP TRIGGER IF EXISTS mark_{name}" + ("" if dialect == "sqlite" else f" ON {name}")
        yield f"CREATE TRIGGER mark_{name} AFTER INSERT ON {name} FOR EACH ROW {act}"


STEP_UNFIT = "the job is not in the state and version that the step names"
STATE_GUARDED = "the state of a job is moved by its steps only"
BIRTH_GUARDED = "a job begins as RECEIVED in version 1"


def _keys(table: Table) -> Iterator[list[str]]:
    yield [column.name for column in table.primary_key.columns]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield [column.name for column in constraint.columns]
    for index in table.indexes:
        if index.unique:
            yield [column.name for column in index.columns]


def _sqlite(tables: list[Table]) -> Iterator[str]:
    for table in tables:
        name, refuse = table.name, f"SELECT RAISE(ABORT, '{table.name} is append-only')"
        for event in ("UPDATE", "DELETE"):
            trigger = f"keep_{name}_{event.lower()}"
            yield f"DROP TRIGGER IF EXISTS {trigger}"
            yield f'CREATE TRIGGER {trigger} BEFORE {event} ON "{name}" BEGIN {refuse}; END'
        same = " OR ".join(
            f'EXISTS (SELECT 1 FROM "{name}" WHERE ' + " AND ".join(f'"{c}" = NEW."{c}"' for c in key) + ")"
            for key in _keys(table)
        )
        yield f"DROP TRIGGER IF EXISTS keep_{name}_replace"
        yield f'CREATE TRIGGER keep_{name}_replace BEFORE INSERT ON "{name}" WHEN {same} BEGIN {refuse}; END'
    for trigger, when, body in _SQLITE_JOB:
        yield f"DROP TRIGGER IF EXISTS {trigger}"
        yield f"CREATE TRIGGER {trigger} {when} BEGIN {body}; END"


_SQLITE_JOB = (
    (
        "job_step_fits",
        "BEFORE INSERT ON step_record",
        f"SELECT RAISE(ABORT, '{STEP_UNFIT}') WHERE NOT EXISTS (SELECT 1 FROM job WHERE id = NEW.job_id"
        " AND state = NEW.from_state AND version = NEW.version_after - 1)",
    ),
    (
        "job_step_moves",
        "AFTER INSERT ON step_record",
        "UPDATE job SET state = NEW.to_state, version = NEW.version_after WHERE id = NEW.job_id",
    ),
    (
        "job_state_guarded",
        "BEFORE UPDATE OF state, version ON job WHEN NOT EXISTS (SELECT 1 FROM step_record s"
        " WHERE s.job_id = NEW.id AND s.version_after = NEW.version AND OLD.version = NEW.version - 1"
        " AND s.from_state = OLD.state AND s.to_state = NEW.state)",
        f"SELECT RAISE(ABORT, '{STATE_GUARDED}')",
    ),
    (
        "job_birth_guarded",
        "BEFORE INSERT ON job WHEN NEW.state <> 'RECEIVED' OR NEW.version <> 1",
        f"SELECT RAISE(ABORT, '{BIRTH_GUARDED}')",
    ),
    ("job_is_kept", "BEFORE DELETE ON job", f"SELECT RAISE(ABORT, '{STATE_GUARDED}')"),
    (
        "job_is_not_replaced",
        "BEFORE INSERT ON job WHEN EXISTS (SELECT 1 FROM job WHERE id = NEW.id"
        " OR (centre_id = NEW.centre_id AND number = NEW.number AND edition = NEW.edition))",
        f"SELECT RAISE(ABORT, '{STATE_GUARDED}')",
    ),
)
"""The guards of a job on SQLite: name, when, what."""


def _postgresql(tables: list[Table]) -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in tables:
        name = table.name
        yield f"DROP TRIGGER IF EXISTS keep_{name}_rows ON {name}"
        yield (
            f"CREATE TRIGGER keep_{name}_rows BEFORE UPDATE OR DELETE ON {name}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        yield f"DROP TRIGGER IF EXISTS keep_{name}_table ON {name}"
        yield (
            f"CREATE TRIGGER keep_{name}_table BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for function, body in _POSTGRESQL_FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    for trigger, when, function in (
        ("job_step_fits", "BEFORE INSERT ON step_record FOR EACH ROW", "job_step_fits"),
        ("job_step_moves", "AFTER INSERT ON step_record FOR EACH ROW", "job_step_moves"),
        ("job_state_guarded", "BEFORE UPDATE ON job FOR EACH ROW", "job_state_guarded"),
        ("job_birth_guarded", "BEFORE INSERT ON job FOR EACH ROW", "job_birth_guarded"),
        ("job_is_kept", "BEFORE DELETE ON job FOR EACH ROW", "refuse_change"),
        ("job_table_is_kept", "BEFORE TRUNCATE ON job FOR EACH STATEMENT", "refuse_change"),
    ):
        table_name = when.split(" ON ")[1].split()[0]
        yield f"DROP TRIGGER IF EXISTS {trigger} ON {table_name}"
        yield f"CREATE TRIGGER {trigger} {when} EXECUTE FUNCTION {function}()"


_POSTGRESQL_FUNCTIONS = {
    "job_step_fits": (
        "IF NOT EXISTS (SELECT 1 FROM job WHERE id = NEW.job_id AND state = NEW.from_state"
        f" AND version = NEW.version_after - 1) THEN RAISE EXCEPTION '{STEP_UNFIT}'; END IF; RETURN NEW;"
    ),
    "job_step_moves": (
        "UPDATE job SET state = NEW.to_state, version = NEW.version_after WHERE id = NEW.job_id; RETURN NEW;"
    ),
    "job_state_guarded": (
        "IF (NEW.state IS DISTINCT FROM OLD.state OR NEW.version IS DISTINCT FROM OLD.version)"
        " AND NOT EXISTS (SELECT 1 FROM step_record s WHERE s.job_id = NEW.id"
        " AND s.version_after = NEW.version AND OLD.version = NEW.version - 1"
        " AND s.from_state = OLD.state AND s.to_state = NEW.state)"
        f" THEN RAISE EXCEPTION '{STATE_GUARDED}'; END IF; RETURN NEW;"
    ),
    "job_birth_guarded": (
        f"IF NEW.state <> 'RECEIVED' OR NEW.version <> 1 THEN RAISE EXCEPTION '{BIRTH_GUARDED}'; END IF; RETURN NEW;"
    ),
}
