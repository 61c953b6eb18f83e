"""What a chain is made of is read with few statements, and what was kept is never told against the database."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, col, select

from instruments.bodies import name_on, recognised
from instruments.chain import Link
from instruments.chain_rows import LONGEST_KEPT
from instruments.models import Calibration, Instrument, InstrumentProperty, Recognition, TraceabilityLink
from instruments.registry import due_on, latest_calibration, results_of
from instruments.traceability import chain, chain_of
from tests.instruments.network import DAY, Network, breaks, registry_in_memory


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
    assert statements(rows[0].id) == 3  # the calibration's day, the chain, and its laboratories, met first here
    assert statements(rows[0].id) == statements(rows[-2].id) == 2


def test_of_a_laboratory_no_more_is_kept_than_was_committed(session: Session, network: Network) -> None:
    """What a chain was told while somebody's change was under way is forgotten when that change is taken back."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 2, 1))
    session.commit()
    names = []
    for name in ("Trung tâm một", "Trung tâm hai"):
        network.name(network.centre, name, date(2026, 1, 1))
        names.append(chain(session, standard.id, DAY).links[0].laboratory_vi)
        session.rollback()
        session.refresh(network.centre)
    assert names == ["Trung tâm một", "Trung tâm hai"]
    assert chain(session, standard.id, DAY).links[0].laboratory_vi == "Tên MB"


def test_the_laboratory_has_the_name_of_its_day(session: Session, network: Network) -> None:
    """A body renamed later keeps its former name in the chain of that time."""
    standard = network.standard("CT")
    network.name(network.centre, "Trung tâm mới", date(2026, 2, 2))
    network.calibrate(standard, date(2026, 2, 1))
    assert chain(session, standard.id, DAY).links[0].laboratory_vi == "Tên MB"


def said(link: Link) -> tuple[Any, ...]:
    """What a link says of the rows it was made from."""
    return (
        link.calibration_id, link.used_by, link.role, link.instrument_code, link.certificate, link.laboratory_vi,
        link.recognition, link.performed_on, link.valid_until, link.used_on, link.valid_on_day, link.value,
        link.expanded_uncertainty,
    )  # fmt: skip


def plain(session: Session, lowest: str, day: date) -> set[tuple[Any, ...]]:
    """The same, asked of the database row by row: every link above a calibration with one result."""
    found, seen, waiting = set(), set(), [(lowest, None, "reference", day)]
    while waiting:
        key, used_by, role, used_on = waiting.pop()
        one = session.get_one(Calibration, key)
        (result,) = results_of(session, key)
        due = due_on(session, one, used_on)
        name = name_on(session, one.laboratory_id, one.performed_on)
        at = (result.quantity, result.nominal or "", result.nominal_unit or "", one.performed_on)
        covering = recognised(session, one.laboratory_id, *at, kind=one.recognition) if one.recognition else None
        code, in_date = session.get_one(Instrument, one.instrument_id).code, one.performed_on <= used_on <= (due or day)
        found.add((
            key, used_by, role, code, one.certificate_number, name.name_vi if name else "",
            one.recognition if covering else None, one.performed_on, due, used_on, in_date, result.value,
            result.expanded_uncertainty,
        ))  # fmt: skip
        if key not in seen:
            seen.add(key)
            mine = select(TraceabilityLink).where(col(TraceabilityLink.calibration_id) == key)
            for link in session.exec(mine):
                waiting.append((link.upstream_calibration_id, key, link.role, one.performed_on))
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_one_statement_says_what_the_rows_say(data: st.DataObject) -> None:
    """Whatever hangs above a calibration, in whatever shape: each link says what its rows say, read one by one."""
    with registry_in_memory() as session:
        network = Network(session)
        network.name(network.centre, "Trung tâm mới", date(2026, 3, 1))
        rows: list[Calibration] = []
        for number in range(data.draw(st.integers(1, 7))):
            laboratory = data.draw(st.sampled_from([network.centre, network.institute, network.other]))
            performed = date(2026, 1, 1) + timedelta(days=data.draw(st.integers(0, 120)))
            instrument = network.standard(f"S{number}") if number % 3 else network.standard(f"X{number}", kind="item")
            columns = {
                "laboratory_id": laboratory.id,
                "recognition": data.draw(st.sampled_from([None, "ilac", "cipm_mra"])),
                "valid_until": data.draw(st.sampled_from([None, performed, date(2027, 1, 1)])),
                "uncertainty": data.draw(st.sampled_from([None, "4", "10"])),
            }
            rows.append(network.calibrate(instrument, performed, **columns))
            months = InstrumentProperty(
                instrument_id=instrument.id, name="calibration_interval_months",
                text=str(data.draw(st.integers(1, 30))), valid_from=date(2026, 2, 1),
            )  # fmt: skip
            session.add(months)
            for upper in data.draw(st.lists(st.sampled_from(rows), max_size=2, unique_by=lambda one: one.id)):
                network.link(rows[-1], upper, role=data.draw(st.sampled_from(["reference", "comparator"])))
        for _ in range(2):  # put together, and kept
            found = chain_of(session, rows[-1].id, DAY)
            assert {said(link) for link in found.links} == plain(session, rows[-1].id, DAY)


def test_what_was_kept_is_never_told_against_the_database(session: Session, network: Network) -> None:
    """A name, an interval, an accreditation's end and a withdrawal count in the chain that is asked for next."""
    standard = network.standard("CT")
    row = network.calibrate(standard, date(2026, 2, 1), valid_until=None)
    assert breaks(chain(session, standard.id, DAY)) == ["no_due_date"]
    months = {"instrument_id": standard.id, "name": "calibration_interval_months", "text": "12"}
    session.add(InstrumentProperty(**months, valid_from=date(2026, 1, 1)))
    first = chain(session, standard.id, DAY)
    assert (first.unbroken, first.links[0].valid_until) == (True, date(2027, 2, 1))
    network.name(network.centre, "Trung tâm mới", date(2026, 1, 1))
    assert chain(session, standard.id, DAY).links[0].laboratory_vi == "Trung tâm mới"
    over = {"body_id": network.centre.id, "kind": "ilac", "number": "D-1"}
    session.add(Recognition(**over, valid_from=date(2026, 1, 31), ended=True))
    assert breaks(chain(session, standard.id, DAY)) == ["not_recognised_ilac"]
    network.withdraw(row, DAY)
    assert latest_calibration(session, standard.id, DAY) is None
    assert breaks(chain(session, standard.id, DAY)) == ["no_calibration"]


def test_a_certificate_of_many_points_is_linked_point_by_point(session: Session, network: Network) -> None:
    """A certificate too long to be kept answers as any other: each link shows the result that it used."""
    upper, lower = network.standard("CC"), network.standard("CT")
    points = [{"nominal": str(n), "value": str(n * 1000)} for n in range(1, 51)]
    above = network.calibrate(upper, date(2026, 1, 1), results=points, uncertainty="1")
    below = network.calibrate(lower, date(2026, 2, 1), results=points)
    assert 50 * 3 * len(above.id) > LONGEST_KEPT
    for result in results_of(session, above.id):
        network.link(below, above, upstream_result_id=result.id)
    found = chain(session, lower.id, DAY)
    assert sorted(link.value or "" for link in found.links[1:]) == sorted(str(n * 1000) for n in range(1, 51))
    assert chain(session, lower.id, DAY) == found
