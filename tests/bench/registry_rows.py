"""The rows of a registry of any size for its benchmark, the same each time, and the quick way into either database.

Five levels: twelve national standards, principal, reference and working standards of three centres, and the items of
many customers. Each instrument has a calibration a year, which used one standard of the level above as calibrated that
year, one in twenty of them two. Everything is computed from its number, so that millions of rows take no memory.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
from psycopg import sql
from sqlmodel import Session

from instruments.models import Body, BodyName, Recognition, ScopeLine, derived
from instruments.search import known_of, words_of

FIRST, DAY = date(2020, 1, 1), date(2026, 6, 1)
PER = 5
"""Calibrations of an instrument, one a year, the latest in force on the day asked about."""
NATIONAL, PRINCIPAL, REFERENCE, WORKING, ITEM = range(5)
LEVELS = ("national", "principal", "reference", "working", None)
U_MG = ("0.5", "2", "6", "12", "40")
KINDS = (
    ("Quả cân", "Weight"), ("Cân điện tử", "Electronic balance"), ("Áp kế", "Pressure gauge"),
    ("Nhiệt kế thủy tinh", "Liquid-in-glass thermometer"), ("Thước cặp", "Calliper"), ("Panme", "Micrometer"),
    ("Đồng hồ so", "Dial gauge"), ("Đồng hồ vạn năng", "Multimeter"), ("Tủ nhiệt", "Climatic chamber"),
    ("Máy đo độ ồn", "Sound level meter"),
)  # fmt: skip
RARE_MAKER, RARE_EACH = "Zwyrtek", 100_003
"""A maker of whom there are a handful in a million."""
COLUMNS = {
    "instrument": (
        "id", "code", "owner_id", "keeper_id", "name_vi", "name_en", "maker", "model", "serial_number", "level",
        "kind", "quantity", "accuracy_class", "material_vi", "material_en", "asset_code", "status", "identity",
        "likeness", "giai", "search_text", "version",
    ),
    "calibration": (
        "id", "instrument_id", "laboratory_id", "certificate_number", "performed_on", "issued_on", "valid_until",
        "service", "recognition", "evidence",
    ),
    "calibration_result": (
        "id", "calibration_id", "position", "quantity", "kind", "nominal", "nominal_unit", "value", "unit",
        "uncertainty_unit", "expanded_uncertainty", "coverage_factor", "influences",
    ),
    "traceability_link": ("id", "calibration_id", "upstream_calibration_id", "upstream_result_id", "role"),
}  # fmt: skip


def identifier(kind: int, number: int) -> str:
    """An identifier in the form of a UUIDv7, by the kind of its row and its number."""
    return f"0190{kind:04x}-0000-7000-8000-{number:012x}"


def _spread(*numbers: int) -> int:
    """An even spread of 32 bits over numbers, the same each time."""
    mixed = 0x9E3779B9
    for number in numbers:
        mixed = ((mixed ^ number) * 0x85EBCA6B + 0xC2B2AE35) & 0xFFFFFFFF
        mixed ^= mixed >> 15
    return mixed


@dataclass(frozen=True)
class Plan:
    """How large a registry is, and whose: sizes of the levels, the institute, the centres, the customers."""

    sizes: tuple[int, ...]
    institute: str
    centres: tuple[str, ...]
    customers: tuple[str, ...]

    def instrument(self, level: int, number: int) -> str:
        """The id of an instrument of a level."""
        return identifier(1, sum(self.sizes[:level]) + number)

    def calibration(self, level: int, year: int, number: int) -> str:
        """The id of the calibration of an instrument in a year."""
        return identifier(2, (sum(self.sizes[:level]) + number) * PER + year)

    def used(self, level: int, year: int, number: int) -> tuple[int, ...]:
        """The standards of the level above that a calibration used."""
        if level == NATIONAL:
            return ()
        above = self.sizes[level - 1]
        first, second = _spread(level, year, number, 1) % above, _spread(level, year, number, 2) % above
        return tuple({first, second}) if _spread(level, year, number, 3) % 20 == 0 else (first,)

    def keeper(self, level: int, number: int) -> str | None:
        """The centre that keeps a standard; items stay with their owners."""
        return None if level == ITEM else self.centres[number % len(self.centres)]

    def each(self) -> Iterator[tuple[int, int]]:
        """Level and number of every instrument."""
        return ((level, number) for level, size in enumerate(self.sizes) for number in range(size))


def sizes_of(instruments: int) -> tuple[int, ...]:
    """How many instruments stand on each level."""
    upper = [max(2, min(12, instruments // 1000)), max(3, instruments // 5000)]
    upper += [max(6, instruments // 200), max(20, instruments // 20)]
    return (*upper, instruments - sum(upper))


def enter_bodies(session: Session, instruments: int, centre: Body | None = None) -> Plan:
    """The bodies of the registry entered, and its plan; the first centre may be one that is there already."""
    institute = _body(session, "BM-VIEN", "nmi", "Viện đo lường", "Metrology institute")
    named = [_body(session, f"BM-TT{place}", "centre", f"Trung tâm {place}", f"Centre {place}") for place in (1, 2)]
    first = centre or _body(session, "BM-TT0", "centre", "Trung tâm 0", "Centre 0")
    _recognise(session, institute, "cipm_mra", cmc="0.02")
    for one in (first, *named):
        _recognise(session, one, "ilac", cmc="1")
    customers = [
        _body(session, f"BM-KH{number}", "customer", f"Công ty {number}", f"Company {number}").id
        for number in range(1 + instruments // 1000)
    ]
    return Plan(sizes_of(instruments), institute.id, (first.id, *(one.id for one in named)), tuple(customers))


def _body(session: Session, code: str, kind: str, name_vi: str, name_en: str) -> Body:
    body = Body(code=code, kind=kind)
    session.add(body)
    session.flush()
    session.add(BodyName(body_id=body.id, name_vi=name_vi, name_en=name_en, valid_from=date(2000, 1, 1)))
    return body


def _recognise(session: Session, body: Body, kind: str, *, cmc: str) -> None:
    about: dict[str, Any] = {"body_id": body.id, "kind": kind, "number": "BM", "valid_from": date(2010, 1, 1)}
    session.add(Recognition(**about))
    scope: dict[str, Any] = {"line": "1", "quantity": "mass", "lower": "0.001", "upper": "100", "unit": "kg"}
    session.add(ScopeLine(**about, **scope, cmc=cmc, cmc_unit="mg"))
    session.flush()


def instrument_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Every instrument, its derived columns as the registry derives them."""
    for number, (level, place) in enumerate(plan.each()):
        mixed = _spread(number, 7)
        name_vi, name_en = KINDS[mixed % len(KINDS)]
        keeper = plan.keeper(level, place)
        plain: Any = (
            SimpleNamespace(
                id=identifier(1, number), code=f"BM-{number:07d}",
                owner_id=keeper or plan.customers[mixed % len(plan.customers)], keeper_id=keeper,
                name_vi=name_vi, name_en=name_en,
                maker=RARE_MAKER if number % RARE_EACH == 5 else f"Maker {(mixed >> 8) % 300}",
                model=f"T{(mixed >> 4) % 40}", serial_number=f"{mixed % 90_000 + 10_000}.{number}",
                level=LEVELS[level], kind="item" if level == ITEM else "standard", quantity="mass",
                accuracy_class="", material_vi="", material_en="", status="in_use", also_known=None,
                asset_code="" if number % 3 else f"TS-{number:06d}",
                giai=None if number % 10 else f"8931234{number:09d}", version=1, identity=None, likeness=None,
                search_text="",
            )
        )  # fmt: skip
        row = derived(plain)
        yield tuple(getattr(row, column) for column in COLUMNS["instrument"])


def word_rows(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The words under which instruments are found, from pairs of id and search text."""
    return ((word, one) for one, text in texts for word in words_of(text))


def known_rows(plan: Plan) -> list[tuple[str]]:
    """What stands in all these words between digits; the registry knows the rest of its words already."""
    few = Plan(sizes_of(min(sum(plan.sizes), 20_000)), plan.institute, plan.centres, plan.customers)
    texts = (row[COLUMNS["instrument"].index("search_text")] for row in instrument_rows(few))
    return [(word,) for word in sorted({*known_of(words_of(" ".join(texts))), RARE_MAKER.lower()})]


def calibration_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Every calibration, in the order of the instruments."""
    for level, number in plan.each():
        laboratory = plan.centres[number % len(plan.centres)] if level else plan.institute
        for year in range(PER):
            mixed = _spread(level, number, year, 5)
            performed = FIRST + timedelta(days=365 * (year + 1) + 30 * level + mixed % 30)
            until = performed + timedelta(days=700 + (mixed >> 8) % 700)
            yield (
                plan.calibration(level, year, number), plan.instrument(level, number), laboratory,
                f"BM{level}-{year}-{number}", performed.isoformat(), performed.isoformat(), until.isoformat(),
                "calibration", "ilac" if level else "cipm_mra", "",
            )  # fmt: skip


def result_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """One result of every calibration, with its sensitivities to the results that it used."""
    for level, number in plan.each():
        for year in range(PER):
            key = plan.calibration(level, year, number)
            used = plan.used(level, year, number)
            uppers = [_result(plan.calibration(level - 1, year, upper)) for upper in used]
            influences = json.dumps([[upper, 0.001, 1.0 / len(used), None] for upper in uppers])
            yield (
                _result(key), key, 0, "mass", "value", "10", "kg", "10000.005", "g", "mg", U_MG[level], "2", influences,
            )  # fmt: skip


def link_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Every use of a calibration by another."""
    count = 0
    for level, number in plan.each():
        for year in range(PER):
            for used in plan.used(level, year, number):
                upper = plan.calibration(level - 1, year, used)
                count += 1
                key = plan.calibration(level, year, number)
                yield identifier(4, count), key, upper, _result(upper), "reference"


def _result(calibration: str) -> str:
    return f"{calibration[:4]}0003{calibration[8:]}"


ROWS: dict[str, Callable[[Plan], Iterator[tuple[Any, ...]]]] = {
    "instrument": instrument_rows,
    "calibration": calibration_rows,
    "calibration_result": result_rows,
    "traceability_link": link_rows,
}
TEXTS = "SELECT id, search_text FROM instrument WHERE code LIKE 'BM-%'"
WORDS = "INSERT INTO instrument_word (word, instrument_id) SELECT word, instrument_id FROM found ORDER BY 1, 2"


def load_sqlite(path: str, plan: Plan) -> None:
    """All rows into a SQLite file: without indexes, triggers and journal first; the former are built again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
            db.execute(f"PRAGMA {pragma}")
        marks = ",".join("?" * (1 + len(ROWS)))
        wanted = f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL"
        again = [row for row in db.execute(wanted, (*ROWS, "instrument_word")) if row[0] in ("index", "trigger")]
        for kind, name, _ in again:
            db.execute(f'DROP {kind} "{name}"')
        db.execute("BEGIN")
        for table, rows in ROWS.items():
            columns = COLUMNS[table]
            into = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})"
            db.executemany(into, rows(plan))
        db.execute("CREATE TEMP TABLE found (word TEXT, instrument_id TEXT)")
        db.executemany("INSERT INTO found VALUES (?, ?)", word_rows(db.execute(TEXTS)))
        db.execute(WORDS)
        db.execute("DROP TABLE found")
        db.executemany("INSERT OR IGNORE INTO known_word VALUES (?)", known_rows(plan))
        for _, _, statement in again:
            db.execute(statement)
        db.execute("COMMIT")
        db.execute("ANALYZE")
        db.execute("PRAGMA journal_mode=WAL")


def load_postgresql(address: str, plan: Plan) -> None:
    """All rows into a PostgreSQL database in the same way, by its superuser: foreign keys are the plan's affair."""
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("SET maintenance_work_mem = '256MB'")
        wanted = (
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid::regclass::text = ANY(%s)"
            " AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u'))"
        )
        again = db.execute(wanted, ([*ROWS, "instrument_word"],)).fetchall()
        for name, _ in again:
            db.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for table, rows in ROWS.items():
            _copy(db, table, COLUMNS[table], rows(plan))
        db.execute('CREATE TEMP TABLE found (word text COLLATE "C", instrument_id text)')
        with psycopg.connect(address) as other, other.cursor("texts") as texts:
            _copy(db, "found", ("word", "instrument_id"), word_rows(texts.execute(TEXTS)))
        db.execute(WORDS)
        db.execute("DROP TABLE found")
        db.cursor().executemany("INSERT INTO known_word VALUES (%s) ON CONFLICT DO NOTHING", known_rows(plan))
        for _, statement in again:
            db.execute(statement)
        db.execute("VACUUM (ANALYZE)")


def _copy(db: psycopg.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), named)
    with db.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
