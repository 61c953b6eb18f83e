"""What a chain is made of is read with few statements."""

from datetime import date
from itertools import pairwise

from sqlalchemy import event
from sqlmodel import Session

from instruments.traceability import chain, chain_of
from tests.instruments.network import DAY, Network


def test_the_number_of_statements_does_not_grow_with_the_chain(session: Session, network: Network) -> None:
    """A chain of fifteen levels is read with as many statements as one of two."""

    def statements(calibration_id: str) -> int:
        counted: list[str] = []
        connection = session.connection()

        def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            counted.append(statement)

        session.expire_all()
        event.listen(connection, "before_cursor_execute", count)
        try:
            chain_of(session, calibration_id)
        finally:
            event.remove(connection, "before_cursor_execute", count)
        return len(counted)

    rows = [network.calibrate(network.standard(f"S{n:02d}"), date(2026, 2, 1)) for n in range(15)]
    for lower, upper in pairwise(rows):
        network.link(lower, upper)
    assert statements(rows[0].id) == statements(rows[-2].id) == 2


def test_the_laboratory_has_the_name_of_its_day(session: Session, network: Network) -> None:
    """A body renamed later keeps its former name in the chain of that time."""
    standard = network.standard("CT")
    network.name(network.centre, "Trung tâm mới", date(2026, 2, 2))
    network.calibrate(standard, date(2026, 2, 1))
    assert chain(session, standard.id, DAY).links[0].laboratory_vi == "Tên MB"
