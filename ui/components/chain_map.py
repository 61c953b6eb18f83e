"""A chain of many certificates on one look: a row for each level, a dot for each certificate, U growing downwards.

Drawn 360 wide, so that a phone shows it without scrolling; a desk shows the same larger.
"""

import math
from typing import Final

from markupsafe import Markup

from instruments.chain import Chain
from lims.chain_drawing import sentence
from lims.chain_layout import Box, Layout, layout, relative_u
from ui.components.markup import tag
from uncertainty.wording import wording

_WIDTH: Final = 360.0
_SCALE: Final = 96.0
"""Width of the logarithmic scale of U on the left."""
_LEFT, _ROW, _TOP, _FOOT = 112.0, 34.0, 22.0, 20.0
_LARGEST: Final = 4.5
_NAMED: Final = 18


def chain_map(chain: Chain, language: str) -> Markup:
    """The map: every certificate with its title, every use as a line, the main path strong with its codes.

    Args:
        chain: with at least one link.
        language: `vi` or `en`.
    """
    placed = layout(chain)
    height = _TOP + _ROW * placed.rows + _FOOT
    places = {box.link.calibration_id: _place(box, placed) for box in placed.boxes}
    uses = [(line, places[line.lower], places[line.upper]) for line in placed.lines]
    order = sorted(placed.boxes, key=lambda one: (one.broken, one.on_path))
    said = sentence(chain, language)
    return tag(
        "svg", *_wedge(placed, height, language),
        *(_use(start, end, broken=line.broken or line.closes_cycle) for line, start, end in uses),
        *(_dot(box, *places[box.link.calibration_id], _radius(placed), language) for box in order),
        *_names(placed, places),
        viewBox=f"0 0 {_WIDTH:.0f} {height:.0f}", class_="c-plot c-chainmap", role="img", aria_label=said,
    )  # fmt: skip


def _place(box: Box, placed: Layout) -> tuple[float, float]:
    """The middle of a certificate's dot."""
    return _LEFT + (_WIDTH - _LEFT - 8) * box.x / placed.width, _TOP + _ROW * (box.row + 0.5)


def _radius(placed: Layout) -> float:
    """As large as the fullest row lets a dot be."""
    rows = [sum(box.row == row for box in placed.boxes) for row in range(placed.rows)]
    return min(_LARGEST, (_WIDTH - _LEFT) / max(rows) / 2.3)


def _use(start: tuple[float, float], end: tuple[float, float], *, broken: bool) -> Markup:
    (x1, y1), (x2, y2) = start, end
    return tag(
        "line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}",
        stroke="var(--bad)" if broken else "var(--ok)", stroke_width=1.5 if broken else 0.6,
        stroke_opacity=1 if broken else 0.45, stroke_dasharray="3 2" if broken else None,
    )  # fmt: skip


def _dot(box: Box, x: float, y: float, radius: float, language: str) -> Markup:
    """One certificate; its title names it. What breaks the chain is a cross as well as red."""
    link = box.link
    ink = "--bad" if box.broken else "--warn-m" if box.explained else "--pri" if box.on_path else "--edge"
    title = tag("title", f"{link.instrument_code} · {link.name(language)} · {link.certificate}")
    size = radius + 1 if box.broken or box.on_path else radius
    if box.broken:
        shape = tag(
            "path", title, d=f"M{x - size:.1f} {y - size:.1f} l{2 * size:.1f} {2 * size:.1f} m0 {-2 * size:.1f} "
            f"l{-2 * size:.1f} {2 * size:.1f}", stroke=f"var({ink})", stroke_width=2, fill="none",
        )  # fmt: skip
    elif link.level == "national":
        path = f"M{x:.1f} {y - size - 1:.1f} l{size + 1:.1f} {size + 1:.1f} l{-size - 1:.1f} {size + 1:.1f} "
        shape = tag("path", title, d=f"{path}l{-size - 1:.1f} {-size - 1:.1f} z", fill="var(--brass-m)")
    else:
        shape = tag("circle", title, cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{size:.1f}", fill=f"var({ink})")
    return shape


def _names(placed: Layout, places: dict[str, tuple[float, float]]) -> list[Markup]:
    """The codes of the main path beside its dots, on the side where there is room; only while rows are few."""
    found = []
    for box in placed.boxes:
        if not box.on_path or placed.rows > _NAMED:
            continue
        x, y = places[box.link.calibration_id]
        right = x < (_WIDTH + _LEFT) / 2
        found.append(
            tag(
                "text", box.link.instrument_code[:18], x=f"{x + (9 if right else -9):.1f}", y=f"{y - 5:.1f}",
                text_anchor="start" if right else "end", class_="c-plot__strong c-chainmap__name",
            )
        )  # fmt: skip
    return found


def _wedge(placed: Layout, height: float, language: str) -> list[Markup]:
    """U relative of every certificate on a logarithmic scale, on its own row; the main path as a wedge."""
    known = [(box, relative) for box in placed.boxes if (relative := relative_u(box.link))]
    if not known:
        return []
    low = math.floor(min(math.log10(relative) for _, relative in known))
    high = max(math.ceil(max(math.log10(relative) for _, relative in known)), low + 1)

    def x(relative: float) -> float:
        return 6 + (_SCALE - 12) * (math.log10(relative) - low) / (high - low)

    def y(box: Box) -> float:
        return _TOP + _ROW * (box.row + 0.5)

    parts = [tag("text", wording("screens.chain_relative", language), x=0, y=11)]
    for power in (low, high):
        at = x(10.0**power)
        exponent = tag("tspan", f"{power}".replace("-", "−"), dy=-4, style="font-size:8px")
        parts.append(tag("line", x1=at, x2=at, y1=_TOP, y2=height - 16, stroke="var(--line-2)"))
        anchor = "start" if power == low else "end"
        parts.append(tag("text", "10", exponent, x=at, y=height - 4, text_anchor=anchor))
    path = sorted(((y(box), x(relative)) for box, relative in known if box.on_path))
    if len(path) > 1:
        corners = [(6.0, path[0][0]), *((px, py) for py, px in path), (6.0, path[-1][0])]
        drawn = " ".join(f"{px:.1f},{py:.1f}" for px, py in corners)
        parts.append(tag("polygon", points=drawn, fill="var(--bar-2)", opacity="0.5"))
    for box, relative in sorted(known, key=lambda one: one[0].on_path):
        ink, size = ("var(--pri)", 3) if box.on_path else ("var(--edge)", 1.5)
        parts.append(tag("circle", cx=f"{x(relative):.1f}", cy=f"{y(box):.1f}", r=size, fill=ink))
    return parts
