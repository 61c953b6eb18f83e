"""The speed of the chain upwards and of an impact beside the bare statement, as the registry grows.

    python -m tests.bench.registry [--json FILE] [--instruments N]... [--asked N]

Five levels of instruments, each with some calibrations over the years that used one standard of the level above, some
of them two; on SQLite. Our function and the bare recursive statement run in turn through the same session.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import SQLModel

from instruments.impact import Amount, Shift, impact
from instruments.models import new_id
from instruments.traceability import chain
from lims.store.engine import Store
from tests.bench.table import Row, table, write_rows
from tests.instruments.network import Network, create_tables

OURS, BARE = "Chuẩn", "bare recursive statement"
FIRST, DAY = date(2020, 1, 1), date(2026, 6, 1)
PER = 5
"""Calibrations of an instrument, one a year, the latest in force on the day asked about."""
LARGEST_RATIO, LARGEST_MS, IMPACT_S = 2.0, 1.0, 3.0
UPWARDS = """
WITH RECURSIVE reached(id) AS (
  SELECT id FROM (SELECT id FROM calibration WHERE instrument_id = :instrument AND performed_on <= :day
                  ORDER BY performed_on DESC LIMIT 1)
  UNION SELECT l.upstream_calibration_id FROM traceability_link l JOIN reached r ON l.calibration_id = r.id)
SELECT id FROM reached"""


@dataclass(frozen=True)
class Registry:
    """A filled registry: its door, the instruments of the lowest level, and the latest calibrations of the second."""

    store: Store
    lowest: list[str]
    second: list[str]


def fill(path: Path, instruments: int) -> Registry:
    """A registry with so many instruments on five levels, the same each time but for its identifiers."""
    store = Store(f"sqlite:///{path}")
    create_tables(store.writer)
    with store.writing() as session:
        network = Network(session)
        centre, institute = network.centre.id, network.institute.id
    levels = [max(2, instruments // share) for share in (10_000, 2_000, 200, 20)]
    levels.append(instruments - sum(levels))
    before: list[list[str]] = []
    chosen = random.Random(20260101)
    names: list[list[str]] = []
    for depth, size in enumerate(levels):
        made = _Level(depth, size, centre if depth else institute, before, chosen)
        with store.writing() as session:
            for table, rows in made.rows():
                statement = SQLModel.metadata.tables[table].insert()
                session.connection().execute(statement, rows)
        before = made.years
        names.append(made.instruments)
        if depth == 1:
            second = made.years[-1]
    with store.writing() as session:
        session.connection().execute(text("ANALYZE"))
    return Registry(store, names[-1], second)


class _Level:
    """The rows of one level of the network: instruments, calibrations by year, results, links."""

    def __init__(self, depth: int, size: int, body: str, before: list[list[str]], chosen: random.Random) -> None:
        self.depth, self.body, self.before, self.chosen = depth, body, before, chosen
        self.instruments = [new_id() for _ in range(size)]
        self.years = [[new_id() for _ in range(size)] for _ in range(PER)]

    def rows(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Tables with their rows, in the order in which they may be entered."""
        level = ("national", "principal", "reference", "working", None)[self.depth]
        common = {"owner_id": self.body, "keeper_id": self.body, "name_vi": "Quả cân", "name_en": "Weight"}
        empty = dict.fromkeys(("maker", "model", "serial_number", "accuracy_class", "material_vi", "material_en"), "")
        common |= empty | {"asset_code": "", "quantity": "mass", "status": "in_use", "search_text": "", "version": 1}
        common |= {"level": level, "kind": "standard" if level else "item"}
        yield (
            "instrument",
            [common | {"id": key, "code": f"I{self.depth}-{number}"} for number, key in enumerate(self.instruments)],
        )
        for year, keys in enumerate(self.years):
            performed = FIRST + timedelta(days=365 * (year + 1) + 20 * self.depth)
            yield "calibration", [self._calibration(performed, number, key) for number, key in enumerate(keys)]
            used = {key: self._used(year) for key in keys}
            yield "calibration_result", [self._result(key, used[key]) for key in keys]
            if self.depth:
                yield "traceability_link", [_link(key, upper) for key in keys for upper in used[key]]

    def _used(self, year: int) -> list[str]:
        """One standard of the level above as calibrated that year, for one in twenty calibrations two."""
        if not self.before:
            return []
        first = self.chosen.choice(self.before[year])
        second = self.chosen.choice(self.before[year]) if self.chosen.random() < 0.05 else first
        return sorted({first, second})

    def _calibration(self, performed: date, number: int, key: str) -> dict[str, Any]:
        return {
            "id": key, "instrument_id": self.instruments[number], "laboratory_id": self.body,
            "certificate_number": f"C{self.depth}-{performed.year}-{number}", "performed_on": performed,
            "issued_on": performed, "valid_until": performed + timedelta(days=800), "service": "calibration",
            "recognition": "ilac" if self.depth else "cipm_mra", "evidence": "",
        }  # fmt: skip

    def _result(self, key: str, used: Sequence[str]) -> dict[str, Any]:
        influences = [[f"{upper[:-2]}rr", 0.001, 1.0 / len(used), None] for upper in used]
        return {
            "id": f"{key[:-2]}rr", "calibration_id": key, "position": 0, "quantity": "mass", "kind": "value",
            "nominal": "10", "nominal_unit": "kg", "value": "10000.005", "unit": "g", "uncertainty_unit": "mg",
            "expanded_uncertainty": ("0.5", "2", "6", "12", "40")[self.depth], "coverage_factor": "2",
            "influences": json.dumps(influences),
        }  # fmt: skip


def _link(key: str, upper: str) -> dict[str, Any]:
    return {
        "id": new_id(), "calibration_id": key, "upstream_calibration_id": upper,
        "upstream_result_id": f"{upper[:-2]}rr", "role": "reference",
    }  # fmt: skip


def in_turn(one: Callable[[str], object], other: Callable[[str], object], asked: Sequence[str]) -> tuple[float, float]:
    """Median seconds of two functions asked about the same instruments in turn; the first tenth warms up."""
    times: list[tuple[float, float]] = []
    for key in asked:
        start = time.perf_counter()
        one(key)
        between = time.perf_counter()
        other(key)
        times.append((between - start, time.perf_counter() - between))
    counted = times[len(times) // 10 :]
    return statistics.median(t[0] for t in counted), statistics.median(t[1] for t in counted)


def upwards(registry: Registry, label: str, asked: int) -> Iterator[Row]:
    """The chain of an instrument with its verdict, beside the statement that only finds the calibrations."""
    keys = random.Random(1).sample(registry.lowest, min(asked, len(registry.lowest)))
    with registry.store.reading() as session:

        def ours(key: str) -> object:
            found = chain(session, key, DAY)
            session.expunge_all()
            return found

        def bare(key: str) -> object:
            return session.execute(text(UPWARDS), {"instrument": key, "day": DAY.isoformat()}).all()

        for key in keys[:20]:
            found = chain(session, key, DAY)
            reached = {row[0] for row in session.execute(text(UPWARDS), {"instrument": key, "day": DAY.isoformat()})}
            assert found.unbroken and {link.calibration_id for link in found.links} == reached
        mine, limit = in_turn(ours, bare, keys)
    task = f"chain upwards with its verdict, {label} instruments"
    yield Row(task, BARE, limit, limit * 1e3, "ms")
    yield Row(task, OURS, mine, mine * 1e3, "ms", LARGEST_MS, mine * 1e3 <= LARGEST_MS)
    yield Row(task, OURS, mine, mine / limit, "x bare", LARGEST_RATIO, mine <= LARGEST_RATIO * limit)


def downwards(registry: Registry, label: str) -> Iterator[Row]:
    """The impact of a shift of one standard of the second level, for every certificate that rests on it."""
    shift = Shift((Amount("35", "ug"),))
    times: list[float] = []
    with registry.store.reading() as session:
        for root in registry.second[:3]:
            start = time.perf_counter()
            moved = impact(session, [root], shift)
            times.append((time.perf_counter() - start) / len(moved) * 10_000)
    median = statistics.median(times)
    task = f"impact of one shift, for 10 000 certificates, {label} instruments"
    yield Row(task, OURS, median, median, "s", IMPACT_S, median <= IMPACT_S)


def measure(sizes: Sequence[int], asked: int, folder: Path) -> list[Row]:
    """All rows."""
    rows: list[Row] = []
    for size in sizes:
        registry = fill(folder / f"registry-{size}.sqlite", size)
        label = f"{size:,}".replace(",", " ")
        rows += [*upwards(registry, label, asked), *downwards(registry, label)]
        registry.store.close()
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.registry", description=__doc__)
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--instruments", type=int, action="append", help="may be given several times")
    parser.add_argument("--asked", type=int, default=400, help="instruments whose chain is asked for")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="registry-") as folder:
        rows = measure(given.instruments or [10_000, 100_000], given.asked, Path(folder))
    print(table(rows))
    if given.json is not None:
        write_rows(rows, given.json)


if __name__ == "__main__":
    main()
