"""A chain as an answer: its printed path and its plain form."""

from datetime import date

from sqlmodel import Session

from instruments.models import Calibration
from instruments.traceability import chain, chain_of, chain_path
from tests.instruments.network import DAY, Network


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


def test_a_chain_as_data_says_what_the_screen_says(session: Session, network: Network) -> None:
    """The plain form holds the verdict, the links with their digits, and the reasons as sentences."""
    _, _, working = network.ladder()
    plain = chain(session, working.id, date(2027, 2, 1)).to_json("vi")
    assert (plain["unbroken"], plain["levels"], plain["instrument"]) == (False, 3, "CT")
    first = plain["links"][0]
    needed = ("certificate", "laboratory", "performed_on", "valid_on_day", "quantity", "U", "unit")
    assert all(name in first for name in needed)
    assert (first["unit"], first["value_unit"], first["laboratory"]) == ("mg", "g", "Tên MB")
    assert (first["U"], first["performed_on"], first["valid_on_day"]) == ("12", "2026-01-15", False)
    assert plain["breaks"][0]["link"] == {"certificate": "CT/2026", "instrument": "CT"}
    assert plain["breaks"][0]["reason"].startswith("CT quá hạn")
