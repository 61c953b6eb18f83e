"""The statements behind the registry's pages find their rows by an index, on both databases: none walks a big table."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from instruments.impact import Amount, Shift, impact
from lims.centre_chains import centre_chains
from lims.certificate_lists import certificate_page
from lims.chains import instrument_chain, resting
from lims.due_dates import due_page
from lims.histories import instrument_history
from lims.registry_sheets import instrument_page, instrument_sheet, instruments
from lims.store.engine import Store
from lims.who_can import search
from tests.laboratories import SmallLaboratory

STANDARD, NATIONAL = "CT-KL-017", "CQG-1"
SMALL = {
    "body", "body_name", "recognition", "scope_line",  # laboratories and centres, in the hundreds
    "impact_case", "hold_release",  # faults of standards, in the tens
    "known_word",  # the words of a trade, in the thousands
}  # fmt: skip
"""Tables that may be walked from end to end: what they hold does not grow with the instruments."""
_SQLITE_SCAN = re.compile(r"^SCAN (?!CONSTANT ROW|\()(\w+)")

Asked = Callable[[SmallLaboratory], object]
ASKED: dict[str, Asked] = {
    "chain": lambda small: instrument_chain(small.lab, small.actors["trang"], STANDARD),
    "reach": lambda small: resting(small.lab, small.actors["trang"], NATIONAL, told=lambda some: None),
    "impact": lambda small: _impact(small),
    "instrument": lambda small: instrument_sheet(small.lab, small.actors["trang"], STANDARD),
    "history": lambda small: instrument_history(small.lab, small.actors["trang"], STANDARD),
    "standards": lambda small: instruments(small.lab, small.actors["trang"], kind="standard"),
    "items": lambda small: instruments(small.lab, small.actors["trang"], kind="item"),
    "page": lambda small: instrument_page(small.lab, small.actors["trang"], text="chuẩn 10", after="0 A"),
    "search": lambda small: instruments(small.lab, small.actors["trang"], text="chuẩn 10 kgg"),
    "due": lambda small: due_page(small.lab, small.actors["trang"]),
    "chains of a centre": lambda small: centre_chains(small.lab, small.actors["trang"], "MB"),
    "who can": lambda small: search(small.lab, small.actors["trang"], quantity="conventional mass", point="10 kg"),
    "certificates": lambda small: certificate_page(small.lab, small.actors["trang"]),
}


def _impact(small: SmallLaboratory) -> None:
    with small.lab.store.reading() as session:
        assert impact(session, [small.ids["top"]], Shift((Amount("1", "mg"),)))


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the reading door meanwhile, with its values; what only asks who the actor is left out."""
    said: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            said.append((statement, values))

    event.listen(store.reader, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(store.reader, "before_cursor_execute", note)


def walked(connection: Connection, statement: str, values: Any) -> set[str]:
    """The tables that a statement would walk from end to end, by their names or those it gives them."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        found = {match[1] for row in rows if (match := _SQLITE_SCAN.match(row[-1]))}
        return found - set(re.findall(r"(\w+)(?:\([\w, ]+\))? AS (?:MATERIALIZED )?\s*\(", statement)) - {"anon_1"}
    ((plan,),) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
    return set(_walked_of(json.loads(plan)[0]["Plan"] if isinstance(plan, str) else plan[0]["Plan"]))


def _walked_of(node: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in node and "Index Cond" not in node and node["Node Type"] != "Bitmap Heap Scan":
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from _walked_of(inner)


def test_no_page_of_the_registry_walks_a_big_table(small: SmallLaboratory) -> None:
    """Chain, reach, impact, search, lists, calendar and certificates are answered by indexes alone."""
    store, findings = small.lab.store, []
    for name, ask in ASKED.items():
        with statements(store) as said:
            ask(small)
        assert said, f"{name} asks nothing of the database"
        with store.reader.connect() as connection:
            for way in () if store.sqlite else ("seqscan", "mergejoin", "hashjoin"):
                connection.exec_driver_sql(f"SET enable_{way} = off")  # so little stands here: all is soon read
            for statement, values in said:
                for table in sorted(walked(connection, statement, values) - SMALL):
                    findings.append(f"{name} walks {table}: {' '.join(statement.split())[:160]}")
    assert not findings, "\n".join(findings)
