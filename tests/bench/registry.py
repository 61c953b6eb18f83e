"""The speed of the registry beside the bare statements, as it grows: chains, impacts, search, pages, an import.

    python -m tests.bench.registry [--json FILE] [--instruments N]... [--most] [--engine NAME]...
        [--functions-only] [--keep DIR]

SQLite and a PostgreSQL server of our own; 10 000 and 100 000 instruments with five calibrations each, with `--most`
1 000 000 (about 8 GB in the folder for temporary files, a quarter of an hour for each database). Our function and the
bare statement run in turn through the same session: read the ratios, a computer is seldom alone.
"""

import argparse
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from instruments.impact import Amount, Shift, impact
from instruments.reach import resting_on
from instruments.search import find
from instruments.traceability import chain
from tests.bench.registry_built import POSTGRESQL, SQLITE, Registry, filled
from tests.bench.registry_rows import DAY, ITEM, NATIONAL, PER, PRINCIPAL, RARE_MAKER
from tests.bench.table import Row, table, write_rows

OURS, BARE, IDS = "Chuẩn", "bare statement", "identifiers only"
SIZES, MOST = (10_000, 100_000), 1_000_000
LARGEST_RATIO, LARGEST_MS, DOWN_RATIO, DOWN_MB, IMPACT_S, SEARCH_MS = 2.0, 1.0, 1.5, 10.0, 3.0, 50.0
SEARCHES = {
    "a rare word": RARE_MAKER.lower(), "a common word": "cân", "one letter": "c", "three words": "cân điện tử",
    "common words together": "maker 12 t7", "a code": "BM-0000123", "a barcode": "8931234000000120",
    "a misspelt word": "elektronicc",
}  # fmt: skip
UPWARDS = """
WITH RECURSIVE reached(id, used_by, result, role) AS (
  SELECT id, used_by, result, role FROM (
    SELECT id, CAST(NULL AS TEXT) used_by, CAST(NULL AS TEXT) result, 'reference' role FROM calibration
    WHERE instrument_id = :instrument AND performed_on <= :day ORDER BY performed_on DESC LIMIT 1) latest
  UNION SELECT l.upstream_calibration_id, l.calibration_id, l.upstream_result_id, l.role
    FROM traceability_link l JOIN reached ON l.calibration_id = reached.id)
SELECT reached.id, used_by, role, c.certificate_number, c.laboratory_id, c.performed_on, c.valid_until, c.recognition,
  i.id, i.code, i.name_vi, i.name_en, i.level, r.id, r.quantity, r.nominal, r.nominal_unit, r.value, r.unit,
  r.expanded_uncertainty, r.uncertainty_unit, r.coverage_factor
FROM reached JOIN calibration c ON c.id = reached.id JOIN instrument i ON i.id = c.instrument_id
LEFT JOIN calibration_result r ON r.calibration_id = c.id AND (reached.result IS NULL OR r.id = reached.result)"""
"""The links of the chain with what it says of each; no laboratory's name, no recognition, no verdict."""
UPWARDS_IDS = """
WITH RECURSIVE reached(id) AS (
  SELECT id FROM (SELECT id FROM calibration WHERE instrument_id = :instrument AND performed_on <= :day
                  ORDER BY performed_on DESC LIMIT 1) latest
  UNION SELECT l.upstream_calibration_id FROM traceability_link l JOIN reached r ON l.calibration_id = r.id)
SELECT id FROM reached"""
DOWNWARDS = """
WITH RECURSIVE below(id) AS (
  SELECT calibration_id FROM traceability_link WHERE upstream_calibration_id = :calibration
  UNION SELECT l.calibration_id FROM below b JOIN traceability_link l ON l.upstream_calibration_id = b.id)
SELECT id FROM below"""


def in_turn(asked: Sequence[str], *functions: Callable[[str], object]) -> list[float]:
    """Median seconds of some functions asked about the same things, in every order in turn.

    Whoever comes first brings the rows into memory, and pays for it, and who comes after one that reads more pays
    nothing; the first tenth warms up.
    """
    times: list[list[float]] = [[] for _ in functions]
    orders = list(permutations(range(len(functions))))
    for number, key in enumerate(asked):
        for which in orders[number % len(orders)]:
            start = time.perf_counter()
            functions[which](key)
            times[which].append(time.perf_counter() - start)
    first = len(asked) // 10
    return [statistics.median(some[first:]) for some in times]


def upwards(session: Session, registry: Registry, asked: int) -> Iterator[Row]:
    """The chain of an instrument with its verdict, beside the statement that reads its links, and one of identifiers.

    Once with rows that may still be on the disk: our function and the statement about instruments of their own. Then
    about those of the statement, whose rows it has brought into memory, all in turn; to us each is new even then, and
    only what stands far above comes back.
    """
    plan, size = registry.plan, registry.plan.sizes[ITEM]
    drawn = [plan.instrument(ITEM, number) for number in random.Random(1).sample(range(size), min(2 * asked, size))]
    others, keys = drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]

    def bare(key: str, statement: str = UPWARDS) -> Sequence[Any]:
        return session.execute(text(statement), {"instrument": key, "day": DAY.isoformat()}).all()

    (first,), (first_bare,) = in_turn(others, lambda key: chain(session, key, DAY)), in_turn(keys, bare)
    for key in others[:20]:
        found = chain(session, key, DAY)
        assert found.unbroken
        links = {(link.calibration_id, link.used_by, link.result_id) for link in found.links}
        assert links == {(row[0], row[1], row[13]) for row in bare(key)}
        assert {link[0] for link in links} == {row[0] for row in bare(key, UPWARDS_IDS)}
    ours, limit, ids = in_turn(
        keys, lambda key: chain(session, key, DAY), bare, lambda key: bare(key, UPWARDS_IDS)
    )  # fmt: skip
    task = f"chain upwards with its verdict, {registry.label}"
    yield Row(f"{task}, first time", BARE, first_bare, first_bare * 1e3, "ms")
    yield Row(f"{task}, first time", OURS, first, first * 1e3, "ms", LARGEST_MS, first * 1e3 <= LARGEST_MS)
    yield Row(task, IDS, ids, ids * 1e3, "ms")
    yield Row(task, BARE, limit, limit * 1e3, "ms")
    yield Row(task, OURS, ours, ours * 1e3, "ms", LARGEST_MS, ours * 1e3 <= LARGEST_MS)
    yield Row(task, OURS, ours, ours / limit, "x bare", LARGEST_RATIO, ours <= LARGEST_RATIO * limit)
    yield Row(task, IDS, None, ours / ids, "x in ours")


def downwards(session: Session, registry: Registry) -> Iterator[Row]:
    """Everything that rests on the latest calibration of a national standard, and the memory that takes."""
    root = registry.plan.calibration(NATIONAL, PER - 1, 0)

    def bare(key: str) -> int:
        return sum(1 for _ in session.execute(text(DOWNWARDS), {"calibration": key}))

    def ours(key: str) -> int:
        return sum(1 for _ in resting_on(session, [key]))

    nodes = ours(root)
    assert nodes == bare(root)
    mine, limit = in_turn([root] * 6, ours, bare)
    tracemalloc.start()
    ours(root)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    task = f"downwards from a national standard ({nodes} calibrations), {registry.label}"
    yield Row(task, BARE, limit, limit * 1e3, "ms")
    yield Row(task, OURS, mine, mine / limit, "x bare", DOWN_RATIO, mine <= DOWN_RATIO * limit)
    yield Row(task, OURS, None, peak, "MB", DOWN_MB, peak <= DOWN_MB)


def impacts(session: Session, registry: Registry) -> Iterator[Row]:
    """The impact of a shift of a principal standard, for every certificate that rests on it."""
    shift, times = Shift((Amount("35", "ug"),)), []
    for number in range(registry.plan.sizes[PRINCIPAL]):
        start = time.perf_counter()
        moved = impact(session, [registry.plan.calibration(PRINCIPAL, PER - 1, number)], shift)
        if moved:
            times.append((time.perf_counter() - start) / len(moved) * 10_000)
        if len(times) == 3:
            break
    median = statistics.median(times)
    task = f"impact of one shift, for 10 000 certificates, {registry.label}"
    yield Row(task, OURS, median, median, "s", IMPACT_S, median <= IMPACT_S)


def searches(session: Session, registry: Registry) -> Iterator[Row]:
    """The search as somebody types."""
    for what, typed in SEARCHES.items():
        times = []
        for _ in range(6):
            start = time.perf_counter()
            find(session, typed)
            times.append(time.perf_counter() - start)
            session.expunge_all()
        median = statistics.median(times[1:])
        task = f"search for {what}, {registry.label}"
        yield Row(task, OURS, median, median * 1e3, "ms", SEARCH_MS, median * 1e3 <= SEARCH_MS)


def measure(engine: str, instruments: int, asked: int, *, laboratory: bool, keep: Path | None = None) -> list[Row]:
    """All rows for a size on a database."""
    rows: list[Row] = []
    with filled(engine, instruments, laboratory=laboratory, keep=keep) as registry:
        with registry.store.reading() as session:
            for one in (upwards(session, registry, asked), downwards(session, registry)):
                rows += one
            for one in (impacts(session, registry), searches(session, registry)):
                rows += one
        if registry.small is not None:
            from tests.bench.registry_certificates import long_pages, verdicts
            from tests.bench.registry_pages import imports, pages

            rows += imports(registry.small, registry.label)
            rows += verdicts(registry.small, registry.label)
            rows += pages(registry.small, registry.plan, registry.label, long_pages(registry.small))
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.registry", description=__doc__)
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--instruments", type=int, action="append", help="may be given several times")
    parser.add_argument("--most", action="store_true", help="a million instruments as well")
    parser.add_argument("--engine", choices=(SQLITE, POSTGRESQL), action="append", help="both without it")
    parser.add_argument("--asked", type=int, default=400, help="instruments whose chain is asked for")
    parser.add_argument(
        "--keep", metavar="DIR", type=Path, help="the databases stay there, each import too; found again"
    )
    parser.add_argument("--functions-only", action="store_true", help="no laboratory: neither pages nor an import")
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    for size in [*(given.instruments or SIZES), *([MOST] if given.most else [])]:
        for engine in given.engine or (SQLITE, POSTGRESQL):
            found = measure(engine, size, given.asked, laboratory=not given.functions_only, keep=given.keep)
            print(table(found), flush=True)
            rows += found
            if given.json is not None:
                write_rows(rows, given.json)


if __name__ == "__main__":
    main()
