"""The chain upwards on a day: unbroken where every link holds, and a break wherever one does not."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from instruments.models import Calibration
from instruments.registry import results_of
from instruments.traceability import MOST_LEVELS, chain, chain_of, chain_path
from tests.instruments.network import DAY, Network, breaks, registry_in_memory, warnings


def test_a_chain_leads_from_a_working_standard_to_the_national_one(session: Session, network: Network) -> None:
    """Three calibrations join a working standard to the national standard, with the result used at each."""
    _, _, working = network.ladder()
    found = chain(session, working.id, DAY)
    assert found.unbroken, breaks(found)
    assert (found.levels, found.warnings) == (3, ())
    path = chain_path(found)
    assert [link.instrument_code for link in path] == ["CQG", "CC", "CT"]
    assert [link.expanded_uncertainty for link in path] == ["0.5", "2", "12"]
    assert [link.recognition for link in path] == ["cipm_mra", "cipm_mra", "ilac"]
    assert [link.used_on for link in path] == [date(2025, 9, 1), date(2026, 1, 15), DAY]
    assert all(link.valid_on_day and link.value == "10000.005" for link in path)
    assert path[0].laboratory("en") == "Tên VIEN (en)"


def test_the_chain_of_an_earlier_day_is_that_of_its_day(session: Session, network: Network) -> None:
    """A later calibration changes future chains only."""
    _, principal, working = network.ladder()
    before = chain(session, working.id, DAY)
    upper = network.calibrate(principal, date(2026, 7, 1), laboratory_id=network.institute.id, recognition="cipm_mra")
    network.calibrate(working, date(2026, 8, 1), [upper], uncertainty="13")
    assert chain(session, working.id, DAY) == before
    later = chain(session, working.id, date(2026, 8, 2))
    assert [link.performed_on for link in later.links] == [date(2026, 8, 1), date(2026, 7, 1)]


def test_an_instrument_without_calibration_has_a_broken_chain(session: Session, network: Network) -> None:
    """Without any calibration there is no link, and the break says so."""
    standard = network.standard("CT")
    found = chain(session, standard.id, DAY)
    assert (found.levels, found.links, breaks(found)) == (0, (), ["no_calibration"])
    assert found.breaks[0].text("vi") == "CT không có giấy chứng nhận hiệu chuẩn nào tính đến ngày 01/06/2026."


def test_an_unknown_instrument_is_a_key_error(session: Session) -> None:
    """Asking about nothing is a mistake of the caller, not a broken chain."""
    with pytest.raises(KeyError):
        chain(session, "nothing", DAY)
    with pytest.raises(KeyError):
        chain_of(session, "nothing")


def test_a_standard_past_its_due_date_breaks_the_chain(session: Session, network: Network) -> None:
    """The last day of use is inside, the day after is not."""
    _, _, working = network.ladder()
    assert chain(session, working.id, date(2027, 1, 15)).unbroken
    late = chain(session, working.id, date(2027, 1, 16))
    assert breaks(late) == ["out_of_date"]
    assert not late.links[0].valid_on_day
    assert "15/01/2027" in late.breaks[0].text("en")


def test_a_link_is_judged_on_the_day_on_which_it_was_used(session: Session, network: Network) -> None:
    """An upper standard that has gone out of date since its use does not break the chain below it."""
    _, principal, working = network.ladder()
    day = date(2026, 12, 1)
    assert not chain(session, principal.id, day).unbroken
    assert chain(session, working.id, day).unbroken


def test_a_standard_used_out_of_date_further_up_breaks_the_chain(session: Session, network: Network) -> None:
    """A break two levels up is found and names its link."""
    _, principal, _ = network.ladder()
    upper = chain(session, principal.id, DAY).links[0].calibration_id
    late = network.standard("CT-2")
    row = network.calibrate(late, date(2026, 10, 1))
    network.link(row, session.get_one(Calibration, upper))
    found = chain(session, late.id, date(2026, 10, 2))
    assert breaks(found) == ["out_of_date"]
    assert found.breaks[0].link is not None
    assert found.breaks[0].link.instrument_code == "CC"


def test_a_standard_used_before_its_calibration_breaks_the_chain(session: Session, network: Network) -> None:
    """A result cannot rest on one that was found later."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 3, 1), uncertainty="1")
    network.calibrate(working, date(2026, 2, 1), [above])
    assert breaks(chain(session, working.id, DAY)) == ["used_before_calibrated"]


def test_a_withdrawn_calibration_breaks_what_rests_on_it(session: Session, network: Network) -> None:
    """A withdrawal breaks the chain from its day on, and an earlier use when judged by what is known now."""
    _, principal, working = network.ladder()
    upper = session.get_one(Calibration, chain(session, principal.id, DAY).links[0].calibration_id)
    known = DAY + timedelta(days=5)
    network.withdraw(upper, known)
    assert chain(session, working.id, DAY).unbroken
    assert breaks(chain(session, working.id, known)) == ["withdrawn"]
    assert [link.valid_on_day for link in chain(session, working.id, known).links] == [True, False, True]
    assert breaks(chain(session, working.id, DAY, known_on=known)) == ["withdrawn"]
    assert breaks(chain(session, principal.id, known)) == ["no_calibration"]


def test_a_circle_of_links_is_a_break_and_ends(session: Session, network: Network) -> None:
    """Calibrations that rest on each other are found out, wherever the walk begins."""
    rows = [network.calibrate(network.standard(code), date(2026, 2, 1)) for code in "ABC"]
    for lower, upper in [*pairwise(rows), (rows[2], rows[0])]:
        network.link(lower, upper)
    for row in rows:
        found = chain_of(session, row.id)
        assert breaks(found).count("cycle") == 1
        assert len(found.links) == 4
        assert len(chain_path(found)) == 3


def test_a_calibration_linked_to_itself_is_a_circle(session: Session, network: Network) -> None:
    """The smallest circle is found too."""
    row = network.calibrate(network.standard("A"), date(2026, 2, 1))
    network.link(row, row)
    assert "cycle" in breaks(chain_of(session, row.id))


def test_an_endless_ladder_is_cut_and_counts_as_broken(session: Session, network: Network) -> None:
    """More than the permitted number of levels is a break, and no more links than that are given."""
    below = first = network.calibrate(network.standard("S00"), date(2026, 2, 1), uncertainty="99")
    for number in range(1, MOST_LEVELS + 5):
        upper = network.calibrate(network.standard(f"S{number:02d}"), date(2026, 2, 1), uncertainty=str(99 - number))
        network.link(below, upper)
        below = upper
    found = chain_of(session, first.id)
    assert breaks(found) == ["too_deep"]
    assert len(found.links) == MOST_LEVELS


def test_an_instrument_that_stands_above_itself_is_a_warning(session: Session, network: Network) -> None:
    """A standard traced through its own earlier calibration must be explained."""
    first, second = network.standard("A"), network.standard("B")
    oldest = network.calibrate(first, date(2026, 1, 1), uncertainty="1")
    middle = network.calibrate(second, date(2026, 2, 1), [oldest], uncertainty="2")
    network.calibrate(first, date(2026, 3, 1), [middle], uncertainty="3")
    found = chain(session, first.id, DAY)
    assert found.unbroken
    assert warnings(found) == ["instrument_again"]


def test_a_link_that_names_its_result_shows_that_result(session: Session, network: Network) -> None:
    """Where the used result is recorded, the chain shows it and judges only it."""
    upper, lower = network.standard("CC"), network.standard("CT")
    above = network.calibrate(upper, date(2026, 1, 1), results=[{"nominal": "10"}, {"nominal": "5", "value": "5.1"}])
    used = results_of(session, above.id)[1]
    row = network.calibrate(lower, date(2026, 2, 1), uncertainty="1")
    network.link(row, above, upstream_result_id=used.id)
    found = chain_of(session, row.id)
    assert found.links[1].value == "5.1"
    assert not found.warnings


def test_the_longest_way_counts_whatever_the_order_of_the_links(session: Session, network: Network) -> None:
    """A standard reached over a short and a long way stands on the level of the long one."""
    for order in (1, -1):
        top, high, low, short, item = (
            network.calibrate(network.standard(f"{code}{order}"), date(2026, 2, 1), uncertainty=str(n))
            for n, code in enumerate("THLSX", start=1)
        )
        for lower, upper in ((high, top), (short, top), (low, high)):
            network.link(lower, upper)
        for upper in (short, low)[::order]:
            network.link(item, upper)
        found = chain_of(session, item.id)
        assert found.levels == len(chain_path(found)) == 4


FAULTS: dict[str, dict[str, Any]] = {
    "out_of_date": {"valid_until": date(2026, 1, 1)},
    "withdrawn": {},
    "no_uncertainty": {"uncertainty": None},
    "recognition_not_recorded": {"recognition": None},
    "not_recognised_ilac": {"laboratory_id": "other"},
}
"""A fault and the columns of a calibration that bring it about."""


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    """Random chains: for each calibration the later-numbered ones that it used; number 0 is the lowest."""
    size = draw(st.integers(2, 9))
    uppers = [draw(st.lists(st.integers(n + 1, size - 1), max_size=3, unique=True)) for n in range(size - 1)]
    return [*uppers, []]


def _reached(graph: list[list[int]]) -> set[int]:
    reached, waiting = {0}, [0]
    while waiting:
        for upper in graph[waiting.pop()]:
            if upper not in reached:
                reached.add(upper)
                waiting.append(upper)
    return reached


def _build(network: Network, graph: list[list[int]], fault: str = "", at: int = -1) -> list[Calibration]:
    """The calibrations of a graph, each four days before what used it, one of them with a fault."""
    rows = []
    for number in range(len(graph)):
        performed = date(2026, 5, 1) - timedelta(days=4 * number)
        columns = dict(FAULTS[fault]) if number == at else {}
        if columns.get("laboratory_id") == "other":
            columns["laboratory_id"] = network.other.id
        if fault == "out_of_date" and number == at:
            columns["valid_until"] = performed
        given = {"uncertainty": str(100 - number), "certificate_number": f"N{number}"} | columns
        rows.append(network.calibrate(network.standard(f"S{number}"), performed, **given))
    for lower, uppers in zip(rows, graph, strict=True):
        for upper in uppers:
            network.link(lower, rows[upper])
    if fault == "withdrawn":
        network.withdraw(rows[at], date(2026, 1, 1))
    return rows


SOME = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SOME
@given(graphs())
def test_any_sound_graph_is_unbroken_and_every_link_is_there_once(graph: list[list[int]]) -> None:
    """Whatever its shape, a graph without a fault is unbroken, as deep as its longest way, and each use is one link."""
    with registry_in_memory() as session:
        rows = _build(Network(session), graph)
        found = chain_of(session, rows[0].id, DAY)
        assert found.unbroken, breaks(found)
        assert not found.warnings
        reached = _reached(graph)
        assert len(found.links) == 1 + sum(len(graph[number]) for number in reached)
        heights = [1] * len(graph)
        for number in reversed(range(len(graph))):
            heights[number] = 1 + max((heights[upper] for upper in graph[number]), default=0)
        assert found.levels == heights[0] == len(chain_path(found))
        for upper, lower in pairwise(chain_path(found)):
            assert upper.used_by == lower.calibration_id


@SOME
@given(graphs(), st.sampled_from(sorted(FAULTS)), st.data())
def test_a_fault_anywhere_above_is_found_and_one_elsewhere_is_not(
    graph: list[list[int]], fault: str, data: st.DataObject
) -> None:
    """A chain is broken exactly when the faulty calibration is in it, and the break names that calibration."""
    at = data.draw(st.integers(0, len(graph) - 1))
    with registry_in_memory() as session:
        rows = _build(Network(session), graph, fault, at)
        found = chain_of(session, rows[0].id, DAY)
        if at in _reached(graph):
            assert fault in breaks(found)
            assert {one.link.calibration_id for one in found.breaks if one.link} == {rows[at].id}
        else:
            assert found.unbroken, breaks(found)


@SOME
@given(graphs(), st.data())
def test_a_link_back_down_is_always_a_cycle(graph: list[list[int]], data: st.DataObject) -> None:
    """Joining a calibration above to one below it closes a cycle, and the walk ends."""
    reached = sorted(_reached(graph))
    upper = data.draw(st.sampled_from(reached))
    with registry_in_memory() as session:
        network = Network(session)
        rows = _build(network, graph)
        network.link(rows[upper], rows[0])
        found = chain_of(session, rows[0].id, DAY)
        assert "cycle" in breaks(found)
        assert found.levels <= len(graph)
