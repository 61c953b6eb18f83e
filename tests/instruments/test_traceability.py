"""The chain upwards on a day: unbroken where every link holds, and a break wherever one does not."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session

from instruments.models import Calibration
from instruments.registry import latest_calibration, results_of
from instruments.traceability import MOST_LEVELS, Chain, chain, chain_of, chain_path
from tests.instruments.network import DAY, Network, registry_in_memory


def _breaks(found: Chain) -> list[str]:
    return [finding.key.removeprefix("instruments.") for finding in found.breaks]


def _warnings(found: Chain) -> list[str]:
    return [finding.key.removeprefix("instruments.") for finding in found.warnings]


def test_a_chain_leads_from_a_working_standard_to_the_national_one(session: Session, network: Network) -> None:
    """Three calibrations join a working standard to the national standard, with the result used at each."""
    _, _, working = network.ladder()
    found = chain(session, working.id, DAY)
    assert found.unbroken, _breaks(found)
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
    assert (found.levels, found.links, _breaks(found)) == (0, (), ["no_calibration"])
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
    assert _breaks(late) == ["out_of_date"]
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
    assert _breaks(found) == ["out_of_date"]
    assert found.breaks[0].link is not None
    assert found.breaks[0].link.instrument_code == "CC"


def test_a_standard_used_before_its_calibration_breaks_the_chain(session: Session, network: Network) -> None:
    """A result cannot rest on one that was found later."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 3, 1), uncertainty="1")
    network.calibrate(working, date(2026, 2, 1), [above])
    assert _breaks(chain(session, working.id, DAY)) == ["used_before_calibrated"]


def test_a_standard_needs_a_due_date_and_an_item_does_not(session: Session, network: Network) -> None:
    """What is used as a standard has a last day of use; a customer's item, a national standard and a realisation have
    none."""
    standard, item = network.standard("CT"), network.standard("X", kind="item", level=None)
    network.calibrate(standard, date(2026, 2, 1), valid_until=None)
    network.calibrate(item, date(2026, 2, 1), valid_until=None)
    assert _breaks(chain(session, standard.id, DAY)) == ["no_due_date"]
    assert chain(session, item.id, DAY).unbroken


def test_a_withdrawn_calibration_breaks_what_rests_on_it(session: Session, network: Network) -> None:
    """A withdrawal breaks the chain from the day on which it is known, and an earlier use when judged by what is known
    now."""
    _, principal, working = network.ladder()
    upper = session.get_one(Calibration, chain(session, principal.id, DAY).links[0].calibration_id)
    known = DAY + timedelta(days=5)
    network.withdraw(upper, known)
    assert chain(session, working.id, DAY).unbroken
    assert _breaks(chain(session, working.id, known)) == ["withdrawn"]
    assert _breaks(chain(session, working.id, DAY, known_on=known)) == ["withdrawn"]
    assert _breaks(chain(session, principal.id, known)) == ["no_calibration"]


@pytest.mark.parametrize("uncertainty", [None, "0", "about 2"])
def test_a_result_without_uncertainty_breaks_the_chain(
    session: Session, network: Network, uncertainty: str | None
) -> None:
    """A certificate that states no uncertainty above zero carries no traceability."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 2, 1), uncertainty=uncertainty)
    assert _breaks(chain(session, standard.id, DAY)) == ["no_uncertainty"]


def test_a_certificate_without_results_breaks_the_chain(session: Session, network: Network) -> None:
    """A certificate of which no value is known cannot be used."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 2, 1), results=[])
    assert "no_result" in _breaks(chain(session, standard.id, DAY))


def test_an_uncertainty_in_a_foreign_unit_breaks_the_chain(session: Session, network: Network) -> None:
    """U in kelvin does not belong to a mass; a relative U does."""
    standard, other = network.standard("CT"), network.standard("CT-2")
    network.calibrate(standard, date(2026, 2, 1), results=[{"uncertainty_unit": "K"}])
    network.calibrate(other, date(2026, 2, 1), results=[{"uncertainty_unit": "ppm"}])
    assert _breaks(chain(session, standard.id, DAY)) == ["uncertainty_unit"]
    assert chain(session, other.id, DAY).unbroken


def test_neighbours_whose_units_do_not_fit_break_the_chain(session: Session, network: Network) -> None:
    """The same quantity in incommensurable units on two levels is a break at their link."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 1, 1), results=[{"unit": "V", "uncertainty_unit": "V"}])
    network.calibrate(working, date(2026, 2, 1), [above])
    assert "unit_mismatch" in _breaks(chain(session, working.id, DAY))


def test_a_provider_outside_its_scope_breaks_the_chain(session: Session, network: Network) -> None:
    """Accreditation counts only for points inside the scope on the day of the work."""
    inside, outside, early = network.standard("A"), network.standard("B"), network.standard("C")
    network.calibrate(inside, date(2026, 2, 1), results=[{"nominal": "20"}])
    network.calibrate(outside, date(2026, 2, 1), results=[{"nominal": "20.1"}])
    network.calibrate(early, date(2009, 2, 1), valid_until=DAY)
    assert chain(session, inside.id, DAY).unbroken
    assert _breaks(chain(session, outside.id, DAY)) == ["not_recognised_ilac"]
    assert _breaks(chain(session, early.id, DAY)) == ["not_recognised_ilac"]


def test_the_point_that_was_used_has_to_be_in_scope(session: Session, network: Network) -> None:
    """Of a certificate with points inside and outside the scope, only the one that was used is judged."""
    standard = network.standard("A")
    results = [{"nominal": "10"}, {"nominal": "50"}]
    network.calibrate(standard, date(2026, 2, 1), results=results)
    ids = [link.result_id for link in chain(session, standard.id, DAY).links]
    assert chain(session, standard.id, DAY, result_id=ids[0]).unbroken
    calibration = latest_calibration(session, standard.id, DAY)
    assert calibration is not None
    far = results_of(session, calibration.id)[1]
    assert _breaks(chain(session, standard.id, DAY, result_id=far.id)) == ["not_recognised_ilac"]


@pytest.mark.parametrize("kind", ["evidence", "realisation", "crm"])
def test_a_chain_may_end_at_recorded_evidence(session: Session, network: Network, kind: str) -> None:
    """A laboratory outside the arrangements is accepted on evidence, and refused without."""
    good, bad = network.standard("A"), network.standard("B")
    other: dict[str, Any] = {"laboratory_id": network.other.id, "recognition": kind}
    network.calibrate(good, date(2026, 2, 1), evidence="Báo cáo đánh giá 12/2025", **other)
    network.calibrate(bad, date(2026, 2, 1), evidence="  ", **other)
    assert chain(session, good.id, DAY).unbroken
    assert _breaks(chain(session, bad.id, DAY)) == [f"not_recognised_{kind}"]
    network.recognise(network.other, kind)
    assert chain(session, bad.id, DAY).unbroken


def test_a_certificate_without_a_claimed_recognition_breaks_the_chain(session: Session, network: Network) -> None:
    """A foreign certificate whose standing nobody recorded is not accepted."""
    standard = network.standard("A")
    network.calibrate(standard, date(2026, 2, 1), laboratory_id=network.other.id, recognition=None)
    found = chain(session, standard.id, DAY)
    assert _breaks(found) == ["recognition_not_recorded"]
    assert "Tên LAB (en)" in found.breaks[0].text("en")


def test_an_in_house_calibration_is_accepted_with_what_it_used(session: Session, network: Network) -> None:
    """A centre's own calibration needs no accreditation but must lead upwards."""
    _, principal, _ = network.ladder()
    upper = session.get_one(Calibration, chain(session, principal.id, DAY).links[0].calibration_id)
    joined, loose = network.standard("A"), network.standard("B")
    own: dict[str, Any] = {"recognition": None, "own_certificate_id": "some certificate"}
    network.calibrate(joined, date(2026, 2, 1), [upper], **own)
    network.calibrate(loose, date(2026, 2, 1), **own)
    assert chain(session, joined.id, DAY).unbroken
    assert _breaks(chain(session, loose.id, DAY)) == ["no_end"]


def test_another_centre_is_not_in_house(session: Session, network: Network) -> None:
    """A certificate of this system by another body needs that body's recognition."""
    standard = network.standard("A", owner_id=network.other.id, keeper_id=network.other.id)
    network.calibrate(standard, date(2026, 2, 1), recognition=None, own_certificate_id="some certificate")
    assert _breaks(chain(session, standard.id, DAY)) == ["recognition_not_recorded"]


def test_the_chain_of_a_customers_certificate_needs_no_recognition_of_its_own(
    session: Session, network: Network
) -> None:
    """A certificate outside the scope is still traceable when what it used is."""
    _, _, working = network.ladder()
    upper = session.get_one(Calibration, chain(session, working.id, DAY).links[0].calibration_id)
    item = network.standard("X", kind="item", level=None, owner_id=network.customer.id)
    row = network.calibrate(item, DAY, [upper], recognition=None, own_certificate_id="some certificate")
    found = chain_of(session, row.id)
    assert found.unbroken, _breaks(found)
    assert (found.levels, found.day) == (4, DAY)


def test_a_circle_of_links_is_a_break_and_ends(session: Session, network: Network) -> None:
    """Calibrations that rest on each other are found out, wherever the walk begins."""
    rows = [network.calibrate(network.standard(code), date(2026, 2, 1)) for code in "ABC"]
    for lower, upper in [*pairwise(rows), (rows[2], rows[0])]:
        network.link(lower, upper)
    for row in rows:
        found = chain_of(session, row.id)
        assert _breaks(found).count("cycle") == 1
        assert len(found.links) == 4
        assert len(chain_path(found)) == 3


def test_a_calibration_linked_to_itself_is_a_circle(session: Session, network: Network) -> None:
    """The smallest circle is found too."""
    row = network.calibrate(network.standard("A"), date(2026, 2, 1))
    network.link(row, row)
    assert "cycle" in _breaks(chain_of(session, row.id))


def test_an_endless_ladder_is_cut_and_counts_as_broken(session: Session, network: Network) -> None:
    """More than the permitted number of levels is a break, and no more links than that are given."""
    below = first = network.calibrate(network.standard("S00"), date(2026, 2, 1), uncertainty="99")
    for number in range(1, MOST_LEVELS + 5):
        upper = network.calibrate(network.standard(f"S{number:02d}"), date(2026, 2, 1), uncertainty=str(99 - number))
        network.link(below, upper)
        below = upper
    found = chain_of(session, first.id)
    assert _breaks(found) == ["too_deep"]
    assert len(found.links) == MOST_LEVELS


def test_an_uncertainty_that_falls_is_a_warning(session: Session, network: Network) -> None:
    """A lower level with a smaller U at the same point warns and does not break; both uncertainties are said."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 1, 1), uncertainty="10.0")
    network.calibrate(working, date(2026, 2, 1), [above], uncertainty="9.9")
    found = chain(session, working.id, DAY)
    assert found.unbroken
    assert _warnings(found) == ["uncertainty_falls"]
    assert "9,9 mg" in found.warnings[0].text("vi")
    assert "10.0 mg" in found.warnings[0].text("en")


@pytest.mark.parametrize(
    ("lower", "warns"),
    [
        ({"nominal": "10000", "nominal_unit": "g", "expanded_uncertainty": "9"}, True),
        ({"expanded_uncertainty": "0.009", "uncertainty_unit": "g"}, True),
        ({"expanded_uncertainty": "0.9", "uncertainty_unit": "ppm"}, True),
        ({"expanded_uncertainty": "1.1", "uncertainty_unit": "ppm"}, False),
        ({"expanded_uncertainty": "13", "coverage_factor": "3"}, True),
        ({"expanded_uncertainty": "10"}, False),
        ({"nominal": "9", "expanded_uncertainty": "1"}, False),
        ({"quantity": "volume", "unit": "mL", "uncertainty_unit": "mL", "expanded_uncertainty": "1"}, False),
    ],
)
def test_a_fall_is_seen_across_units_and_coverage_factors(
    session: Session, network: Network, lower: dict[str, str], warns: bool
) -> None:
    """The same point in other units, a relative U and another k are compared; another point or quantity is not."""
    working, upper = network.standard("CT"), network.standard("CC")
    network.scope(network.centre, "ilac", "D-1", line="2", quantity="volume", unit="mL", lower="1", upper="20000")
    above = network.calibrate(upper, date(2026, 1, 1), uncertainty="10")
    network.calibrate(working, date(2026, 2, 1), [above], results=[lower])
    assert bool(_warnings(chain(session, working.id, DAY))) is warns


def test_a_comparator_is_not_compared(session: Session, network: Network) -> None:
    """Only what carries the quantity is expected to have the smaller uncertainty."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 1, 1), uncertainty="10")
    network.calibrate(working, date(2026, 2, 1), [above], uncertainty="1", role="equipment")
    assert not _warnings(chain(session, working.id, DAY))


def test_an_instrument_that_stands_above_itself_is_a_warning(session: Session, network: Network) -> None:
    """A standard traced through its own earlier calibration must be explained."""
    first, second = network.standard("A"), network.standard("B")
    oldest = network.calibrate(first, date(2026, 1, 1), uncertainty="1")
    middle = network.calibrate(second, date(2026, 2, 1), [oldest], uncertainty="2")
    network.calibrate(first, date(2026, 3, 1), [middle], uncertainty="3")
    found = chain(session, first.id, DAY)
    assert found.unbroken
    assert _warnings(found) == ["instrument_again"]


def test_the_printed_path_follows_what_carries_the_quantity(session: Session, network: Network) -> None:
    """The main path prefers the reference over a thermometer, and the longer way over the shorter."""
    _, _, working = network.ladder()
    upper = session.get_one(Calibration, chain(session, working.id, DAY).links[0].calibration_id)
    thermometer, shortcut = network.standard("AAA"), network.standard("AAB")
    warm = network.calibrate(thermometer, date(2026, 2, 1))
    short = network.calibrate(shortcut, date(2026, 2, 1), uncertainty="1")
    item = network.standard("X", kind="item", level=None)
    row = network.calibrate(item, DAY, [upper, short], uncertainty="50")
    network.link(row, warm, role="environment")
    found = chain_of(session, row.id)
    assert [link.instrument_code for link in chain_path(found)] == ["CQG", "CC", "CT", "X"]
    assert len(found.links) == 6


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


def test_the_laboratory_has_the_name_of_its_day(session: Session, network: Network) -> None:
    """A body renamed later keeps its former name in the chain of that time."""
    standard = network.standard("CT")
    network.name(network.centre, "Trung tâm mới", date(2026, 3, 1))
    network.calibrate(standard, date(2026, 2, 1))
    assert chain(session, standard.id, DAY).links[0].laboratory_vi == "Tên MB"


def test_a_chain_as_data_says_what_the_screen_says(session: Session, network: Network) -> None:
    """The plain form holds the verdict, the links with their digits, and the reasons as sentences."""
    _, _, working = network.ladder()
    plain = chain(session, working.id, date(2027, 2, 1)).to_json("vi")
    assert (plain["unbroken"], plain["levels"], plain["instrument"]) == (False, 3, "CT")
    first = plain["links"][0]
    needed = ("certificate", "laboratory_en", "performed_on", "valid_on_day", "quantity", "U", "unit")
    assert all(name in first for name in needed)
    assert (first["U"], first["performed_on"], first["valid_on_day"]) == ("12", "2026-01-15", False)
    assert plain["breaks"][0]["link"] == {"certificate": "CT/2026", "instrument": "CT"}
    assert plain["breaks"][0]["reason"].startswith("CT quá hạn")


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
    assert statements(rows[0].id) == statements(rows[-2].id) <= 12


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


SOME = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SOME
@given(graphs())
def test_any_sound_graph_is_unbroken_and_every_link_is_there_once(graph: list[list[int]]) -> None:
    """Whatever its shape, a graph without a fault is unbroken, as deep as its longest way, and each use is one link."""
    with registry_in_memory() as session:
        rows = _build(Network(session), graph)
        found = chain_of(session, rows[0].id, DAY)
        assert found.unbroken, _breaks(found)
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
            assert fault in _breaks(found)
            assert {one.link.calibration_id for one in found.breaks if one.link} == {rows[at].id}
        else:
            assert found.unbroken, _breaks(found)


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
        assert "cycle" in _breaks(found)
        assert found.levels <= len(graph)
