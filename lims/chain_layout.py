"""Where the links of a chain stand in a drawing: one row for each level, the end of the chain on top, nothing overlaps.

Source: Sugiyama, Tagawa, Toda (1981), Methods for visual understanding of hierarchical system structures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from instruments.chain import Chain, Link, chain_path
from instruments.points import converted, same_dimension
from lims.holds import ON_CHAIN

BOX, GAP, LANE, ROW, BOX_HEIGHT = 232.0, 20.0, 14.0, 140.0, 84.0
"""Width of a box, space between neighbours, width kept free for a line that passes a row, height of a row and a box."""
SWEEPS = 6

Place = tuple[str, str, int]
"""A link's own place (calibration, "", row), or where a line passes a row (lower, upper, row)."""


@dataclass(frozen=True)
class Box:
    """One calibration of the chain: middle and upper edge of its box, and how it stands."""

    link: Link
    row: int
    x: float
    y: float
    broken: bool
    explained: bool
    on_path: bool
    held: bool = False


@dataclass(frozen=True)
class Line:
    """The use of one calibration by another: the corners from the lower box up to the upper one."""

    lower: str
    upper: str
    corners: tuple[tuple[float, float], ...]
    broken: bool
    explained: bool
    closes_cycle: bool


@dataclass(frozen=True)
class Layout:
    """A drawing without ink: boxes, lines, and the size in pixels."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    rows: int
    width: float
    height: float


def relative_u(link: Link) -> float | None:
    """U of a link relative to its nominal value, to its value where it has none; None where there is no such share.

    A temperature counts in kelvin: U as a share of degrees Celsius says nothing. A nominal value of another kind than
    the result (the temperature of a resistance) is none to compare with, and a level in dBm has no share.
    """
    if not (link.expanded_uncertainty and link.uncertainty_unit and link.unit) or link.unit == "dBm":
        return None
    unit, value = link.uncertainty_unit, (link.value, link.unit)
    if same_dimension(unit, "1") and not same_dimension(link.unit, "1"):
        return converted(link.expanded_uncertainty, unit, "1", True)
    nominal = (link.nominal, link.nominal_unit or link.unit)
    base, base_unit = nominal if link.nominal and same_dimension(nominal[1], unit) else value
    one = "K" if same_dimension(base_unit, "K") else base_unit
    size = converted(base or "", base_unit, one, False)
    expanded = converted(link.expanded_uncertainty, unit, one, True)
    return abs(expanded / size) or None if size and expanded else None


def layout(chain: Chain) -> Layout:
    """The places of a chain's links.

    Args:
        chain: with at least one link.

    Returns:
        Boxes of one row in their order from left to right; boxes of one row never overlap, and a line that passes a row
        has a lane of its own there.
    """
    links = {link.calibration_id: link for link in reversed(chain.links)}
    deepest = max(link.depth for link in chain.links)
    rows = {key: deepest - link.depth for key, link in links.items()}
    uses = [link for link in chain.links if link.used_by in links and not link.closes_cycle]
    routes = {
        (str(one.used_by), one.calibration_id): _route(str(one.used_by), one.calibration_id, rows) for one in uses
    }
    beside = _neighbours(routes.values())
    order = _ordered(_first_order(links, routes, rows, deepest), beside)
    xs = _spread(order, beside)
    return Layout(
        tuple(_boxes(chain, links, rows, xs)),
        tuple(_lines(chain, rows, xs, routes)),
        deepest + 1,
        max((x + _width(place) / 2 for place, x in xs.items()), default=BOX) + GAP,
        (deepest + 1) * ROW,
    )


def _route(lower: str, upper: str, rows: Mapping[str, int]) -> tuple[Place, ...]:
    """The places from a calibration up to one that it used, with a lane in each row between."""
    between = range(rows[lower] - 1, rows[upper], -1)
    return (lower, "", rows[lower]), *((lower, upper, row) for row in between), (upper, "", rows[upper])


def _neighbours(routes: Iterable[tuple[Place, ...]]) -> dict[Place, list[Place]]:
    beside: dict[Place, list[Place]] = {}
    for route in routes:
        for lower, upper in pairwise(route):
            beside.setdefault(lower, []).append(upper)
            beside.setdefault(upper, []).append(lower)
    return beside


def _first_order(
    links: Mapping[str, Link],
    routes: Mapping[tuple[str, str], tuple[Place, ...]],
    rows: Mapping[str, int],
    deepest: int,
) -> list[list[Place]]:
    order: list[list[Place]] = [[] for _ in range(deepest + 1)]
    for key in sorted(links, key=lambda one: (links[one].instrument_code, one)):
        order[rows[key]].append((key, "", rows[key]))
    for route in routes.values():
        for place in route[1:-1]:
            order[place[2]].append(place)
    return order


def _ordered(order: list[list[Place]], beside: Mapping[Place, list[Place]]) -> list[list[Place]]:
    """Each row sorted by the mean place of its neighbours in the row before, downwards and upwards in turn."""
    for sweep in range(SWEEPS):
        down = sweep % 2 == 1
        sequence = range(1, len(order)) if down else range(len(order) - 2, -1, -1)
        for row in sequence:
            before = {place: index for index, place in enumerate(order[row + (-1 if down else 1)])}
            means = {}
            for index, place in enumerate(order[row]):
                met = [before[one] for one in beside.get(place, ()) if one in before]
                means[place] = (sum(met) / len(met) if met else float(index), place)
            order[row] = sorted(order[row], key=lambda one: means[one])
    return order


def _width(place: Place) -> float:
    return LANE if place[1] else BOX


def _spread(order: Sequence[Sequence[Place]], beside: Mapping[Place, list[Place]]) -> dict[Place, float]:
    """The middles of all places: as near to their neighbours' as the order and the widths of a row permit."""
    xs: dict[Place, float] = {}
    for row in order:
        at = 0.0
        for place in row:
            xs[place] = at + _width(place) / 2
            at += _width(place) + GAP
    for sweep in range(2 * SWEEPS):
        for row in order if sweep % 2 else reversed(order):
            wished = []
            for place in row:
                met = [xs[one] for one in beside.get(place, ())]
                wished.append(sum(met) / len(met) if met else xs[place])
            xs |= dict(zip(row, _apart(row, wished), strict=True))
    least = min(x - _width(place) / 2 for place, x in xs.items())
    return {place: x - least for place, x in xs.items()}


def _apart(row: Sequence[Place], wished: Sequence[float]) -> list[float]:
    """Wished middles moved apart: the mean of pushing to the right and pushing to the left keeps order and distance."""
    steps = [(_width(one) + _width(other)) / 2 + GAP for one, other in pairwise(row)]
    right, left = list(wished), list(wished)
    for index, step in enumerate(steps):
        right[index + 1] = max(right[index + 1], right[index] + step)
    for index, step in reversed(list(enumerate(steps))):
        left[index] = min(left[index], left[index + 1] - step)
    return [(one + other) / 2 for one, other in zip(right, left, strict=True)]


def _boxes(chain: Chain, links: Mapping[str, Link], rows: Mapping[str, int], xs: Mapping[Place, float]) -> list[Box]:
    broken = {one.link.calibration_id for one in chain.breaks if one.link is not None}
    explained = {one.link.calibration_id for one in chain.warnings if one.link is not None}
    held = {one.link.calibration_id for one in chain.warnings if one.link is not None and one.key == ON_CHAIN}
    path = {link.calibration_id for link in chain_path(chain)}
    boxes = [
        Box(
            link, rows[key], xs[key, "", rows[key]], rows[key] * ROW, key in broken, key in explained, key in path,
            key in held,
        )
        for key, link in links.items()
    ]  # fmt: skip
    return sorted(boxes, key=lambda box: (box.row, box.x))


def _lines(
    chain: Chain,
    rows: Mapping[str, int],
    xs: Mapping[Place, float],
    routes: Mapping[tuple[str, str], tuple[Place, ...]],
) -> list[Line]:
    broken = {(one.link.used_by, one.link.calibration_id) for one in chain.breaks if one.link is not None}
    explained = {
        (one.link.used_by, one.link.calibration_id)
        for one in chain.warnings
        if one.link is not None and one.key != ON_CHAIN
    }  # a hold is about the instrument, not about how it was used
    lines = []
    for link in chain.links:
        if link.used_by not in rows:
            continue
        use = (str(link.used_by), link.calibration_id)
        ends = ((use[0], "", rows[use[0]]), (use[1], "", rows[use[1]]))
        route = ends if link.closes_cycle else routes[use]
        lanes = [(xs[place], place[2] * ROW + edge) for place in route for edge in (BOX_HEIGHT, 0.0)]
        corners = lanes[1:-1]  # from the upper edge of the lower box to the lower edge of the upper one
        lines.append(Line(*use, tuple(corners), use in broken, use in explained, link.closes_cycle))
    return lines
