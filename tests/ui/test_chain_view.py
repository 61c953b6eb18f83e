"""The chain on the page of an instrument: its side branches can be opened, and each certificate stands in a list."""

from datetime import date

from instruments.traceability import chain, chain_path
from tests.instruments.network import DAY, Network, registry_in_memory
from ui.chain_view import MOST_NOTES, chain_notes, whole_chain


def test_a_chain_with_side_branches_can_be_opened_as_a_whole() -> None:
    """A second standard is drawn beside the main path, and the list below names every certificate and the break."""
    with registry_in_memory() as session:
        network = Network(session)
        main = network.calibrate(network.standard("MAIN"), date(2026, 1, 1), uncertainty="1")
        side = network.calibrate(network.standard("SIDE"), date(2025, 1, 1), uncertainty="2")
        item = network.standard("X", kind="item", level=None)
        network.calibrate(item, date(2026, 5, 1), [main, side], uncertainty="50")
        found = chain(session, item.id, DAY)
        shown = whole_chain(found, "vi", here="X", shown=len(chain_path(found)))
        assert shown is not None
        assert "<svg" in shown and "<table" in shown
        listed = shown[shown.index("<table") :]
        assert all(link.certificate in listed for link in found.links)
        assert found.breaks[0].text("vi") in listed
        assert "SIDE quá hạn" in found.breaks[0].text("vi")


def test_a_chain_without_side_branches_is_not_drawn_twice() -> None:
    """Where the main path shows every certificate there is nothing more to open."""
    with registry_in_memory() as session:
        network = Network(session)
        _, _, working = network.ladder()
        found = chain(session, working.id, DAY)
        assert whole_chain(found, "en", here="CT", shown=len(chain_path(found))) is None


def test_a_finding_is_said_once_and_many_are_folded() -> None:
    """A certificate out of date that five results rest on is one note; the first of many stand, the others open."""
    with registry_in_memory() as session:
        network = Network(session)
        late = network.calibrate(network.standard("LATE"), date(2024, 1, 1), uncertainty="1")
        middle = [
            network.calibrate(network.standard(f"M{place}"), date(2025, 3, 1), [late], uncertainty="2")
            for place in range(1, 6)
        ]
        item = network.standard("X", kind="item", level=None)
        network.calibrate(item, date(2026, 5, 1), middle, uncertainty="50")
        found = chain(session, item.id, DAY)
        said = {one.text("vi") for one in found.breaks} | {one.text("vi") for one in found.warnings}
        *first, folded = chain_notes(found, "vi")
        assert len(first) == MOST_NOTES and folded.startswith("<details")
        assert sum(one.count("c-note__what") for one in (*first, folded)) == len(said)
        assert len(said) < len(found.breaks) + len(found.warnings)
