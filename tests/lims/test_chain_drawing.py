"""The drawing of a chain: nothing overlaps, nothing is left out, and the file stands alone."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from instruments.traceability import Chain, chain, chain_of
from lims.chain_drawing import drawing, whole
from lims.chain_layout import BOX, BOX_HEIGHT, Line, layout, relative_u
from tests.instruments.network import DAY, Network, registry_in_memory

LEVELS, SIBLINGS = 10, 22
SVG = "{http://www.w3.org/2000/svg}"


def _large() -> Chain:
    """Ten levels with 199 calibrations, each used by one of the level below, some by another two levels down."""
    with registry_in_memory() as session:
        network = Network(session)
        lowest = network.calibrate(network.standard("X", kind="item", level=None), date(2026, 5, 1), uncertainty="999")
        rows = [[lowest]]
        for depth in range(1, LEVELS):
            rows.append([])
            for place in range(SIBLINGS):
                level = "national" if depth == LEVELS - 1 else "working"
                standard = network.standard(f"S{depth}-{place:02d}", level=level, name_vi="Quả cân chuẩn rất dài " * 3)
                performed = date(2026, 5, 1) - timedelta(days=4 * depth)
                one = network.calibrate(standard, performed, uncertainty=str(900 - 90 * depth))
                rows[-1].append(one)
                network.link(rows[depth - 1][place * 7 % len(rows[depth - 1])], one)
                if depth > 2 and place % 5 == 0:
                    network.link(rows[depth - 2][place], one)
        return chain_of(session, lowest.id, DAY)


@pytest.fixture(scope="module")
def large() -> Chain:
    """A chain of ten levels and 199 calibrations."""
    return _large()


def test_boxes_never_overlap(large: Chain) -> None:
    """Of 199 calibrations on ten levels each has a box of its own, on the row of its level."""
    placed = layout(large)
    assert (placed.rows, len(placed.boxes)) == (LEVELS, 1 + (LEVELS - 1) * SIBLINGS)
    for row in range(LEVELS):
        middles = sorted(box.x for box in placed.boxes if box.row == row)
        assert all(right - left > BOX for left, right in pairwise(middles))
        assert all(BOX / 2 <= x <= placed.width - BOX / 2 for x in middles)


def _in_a_box(line: Line, large: Chain) -> bool:
    """Whether a straight piece of a line that passes a row runs through a box there."""
    return any(
        abs(box.x - x) < BOX / 2 and lower == (x, box.y + BOX_HEIGHT) and upper == (x, box.y)
        for lower, upper in pairwise(line.corners)
        for box in layout(large).boxes
        for x in (lower[0],)
    )


def test_a_line_that_passes_a_level_has_a_lane_of_its_own(large: Chain) -> None:
    """A use over two levels goes between the boxes of the level that it leaves out."""
    longer = [line for line in layout(large).lines if len(line.corners) > 2]
    assert longer
    assert not any(_in_a_box(line, large) for line in longer)


def test_every_use_is_a_line_upwards(large: Chain) -> None:
    """Each link but the lowest is drawn, from the upper edge of what used it to the lower edge of what was used."""
    placed = layout(large)
    assert len(placed.lines) == len(large.links) - 1
    assert all(line.corners[0][1] > line.corners[-1][1] for line in placed.lines)


def test_the_file_stands_alone_and_names_every_certificate(large: Chain) -> None:
    """The SVG is well-formed, loads nothing from elsewhere, and every certificate stands in it."""
    text = whole(large, "vi")
    tree = ElementTree.fromstring(text)
    assert tree.tag == f"{SVG}svg"
    assert "href" not in text and "url(" not in text and "@import" not in text
    titles = [one.text or "" for one in tree.iter(f"{SVG}title")]
    assert all(any(link.certificate in title for title in titles) for link in large.links)


def test_a_break_is_drawn_and_said() -> None:
    """A broken chain has a red, dashed line at its break, and its reason in words; text of people is escaped."""
    with registry_in_memory() as session:
        network = Network(session)
        upper = network.standard("<CC>&", name_en="<script>alert(1)</script>")
        above = network.calibrate(upper, date(2026, 1, 1), uncertainty="1", valid_until=date(2026, 1, 31))
        lower = network.standard("CT")
        network.calibrate(lower, date(2026, 2, 1), [above])
        found = chain(session, lower.id, DAY)
        assert [line.broken for line in layout(found).lines] == [True]
        text = whole(found, "en")
        assert "<script>" not in text and "&lt;script&gt;" in text
        assert "stroke-dasharray" in text
        words = " ".join(one.text or "" for one in ElementTree.fromstring(text).iter(f"{SVG}text"))
        assert found.breaks[0].text("en") in words
        assert "stroke-dasharray" in drawing(found, "en", here="CT")


def test_a_circle_is_drawn_too() -> None:
    """A chain that rests on itself has a drawing: the line that closes the circle is dashed."""
    with registry_in_memory() as session:
        network = Network(session)
        one, other = (network.calibrate(network.standard(code), date(2026, 2, 1)) for code in "AB")
        network.link(one, other)
        network.link(other, one)
        found = chain_of(session, one.id, DAY)
        assert sum(line.closes_cycle for line in layout(found).lines) == 1
        ElementTree.fromstring(whole(found, "vi"))


def test_an_instrument_without_calibration_is_said_in_the_file() -> None:
    """Without any link the file still says which chain it is and why there is none."""
    with registry_in_memory() as session:
        network = Network(session)
        found = chain(session, network.standard("CT").id, DAY)
        words = " ".join(one.text or "" for one in ElementTree.fromstring(whole(found, "vi")).iter(f"{SVG}text"))
        assert found.breaks[0].text("vi") in words


@pytest.mark.parametrize(
    ("value", "nominal", "expanded", "share"),
    [
        ("10.1 V", "10 V", "2 ppm", 2e-6),
        ("0.01 K", "0 degC", "8 mK", 0.008 / 273.15),
        ("119.4 ohm", "50 degC", "0.0038 ohm", 0.0038 / 119.4),
        ("0.01 mm", "0 mm", "1 um", None),
        ("-10 dBm", None, "0.1 dB", None),
    ],
)
def test_u_relative_is_drawn_for_every_kind_of_result(
    large: Chain, value: str, nominal: str | None, expanded: str, share: float | None
) -> None:
    """A relative U stays, temperatures count in kelvin, nominal values of another kind do not count, nor does zero."""
    (digits, unit), (spread, spread_unit) = value.split(), expanded.split()
    point = dict(zip(("nominal", "nominal_unit"), nominal.split() if nominal else (None, None), strict=True))
    printed = {"value": digits, "unit": unit, "expanded_uncertainty": spread, "uncertainty_unit": spread_unit}
    first = large.links[0]._replace(**printed, **point)
    assert relative_u(first) == (None if share is None else pytest.approx(share))
    drawn = whole(replace(large, links=(first, *large.links[1:])), "vi")
    assert ElementTree.fromstring(drawn) is not None


def test_a_long_certificate_number_is_cut_before_its_day(large: Chain) -> None:
    """However long the number of a certificate is, the day behind it is read whole."""
    first = large.links[0]._replace(certificate="KRISS-MH-KL-0001/2026-" * 3)
    drawn = whole(replace(large, links=(first, *large.links[1:])), "vi")
    lines = [one.text or "" for one in ElementTree.fromstring(drawn).iter(f"{SVG}text")]
    assert any(one.startswith("KRISS-") and one.endswith(f"… · {first.performed_on:%d/%m/%Y}") for one in lines)
