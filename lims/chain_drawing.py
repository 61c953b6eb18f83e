"""A chain as an SVG: its boxes in levels, the lines between, and U relative on a logarithmic scale on the same rows.

Colours are the variables of the screens with the light colour behind them, so that a page may take the drawing as it
is; `whole` puts a head, the findings and both appearances around it for a file that stands alone.
"""

import math
from typing import Final

from markupsafe import Markup

from instruments.chain import Chain, Link
from lims.chain_layout import BOX, BOX_HEIGHT, ROW, Box, Layout, Line, layout, relative_u
from lims.quantity_text import Shown
from uncertainty.wording import wording

_PLOT: Final = 190.0
"""Width of the scale on the left."""
_LEFT, _TOP, _FOOT, _HEAD, _LINE, _MOST_SIGNS = 214.0, 30.0, 26.0, 58.0, 20.0, 110
_MARGIN: Final = 4.0
_CROWDED: Final = 40
"""Lines above which each is drawn thinner, so that boxes and breaks stand out."""
_COLOURS: Final = {
    "paper": ("#F2F4F3", "#0C1519"), "sheet": ("#FFFFFF", "#131F24"), "line-2": ("#E6EBEA", "#213037"),
    "edge": ("#74878C", "#728890"), "ink": ("#10222A", "#E5EDEE"), "ink-2": ("#41565E", "#B3C3C8"),
    "pri": ("#0A5A6C", "#6AC6D8"), "brass": ("#80590C", "#E2B456"), "brass-m": ("#B5811A", "#D6A33C"),
    "ok": ("#17693A", "#74CD94"), "warn": ("#7C4E00", "#F1C062"), "warn-m": ("#B97700", "#E5AA30"),
    "bad": ("#B0211A", "#FF958B"), "bad-s": ("#FCE8E6", "#3C1A18"), "bar-2": ("#B5CFD5", "#2D5560"),
}  # fmt: skip
_FACE: Final = "font-family:var(--text,'IBM Plex Sans',Inter,system-ui,sans-serif)"
_ELEMENT: Final = Markup("<{0}{1}>{2}</{0}>")
_ATTRIBUTE: Final = Markup(' {}="{}"')
_NOTHING: Final = Markup("")
_WIDE, _CAPITAL, _NARROW = "mwMW@%—…", 0.69, "iljtfr.,:;'|()[] -/·"
_DAY: Final = 88.0
"""Room that a day takes behind the certificate: it is never cut."""


def drawing(chain: Chain, language: str, *, here: str = "") -> Markup:
    """The graph of a chain for a page of the program, which shows U relative beside it.

    Args:
        chain: with at least one link.
        language: `vi` or `en`.
        here: code of the instrument that is marked as the one asked about.
    """
    placed = layout(chain)
    height = placed.height - (ROW - BOX_HEIGHT) + 2 * _MARGIN
    said = sentence(chain, language)
    return _element(
        "svg", _element("title", said), *_graph(placed, language, here, (_MARGIN, _MARGIN)),
        viewBox=f"0 0 {placed.width:.0f} {height:.0f}", width=f"{placed.width:.0f}", height=f"{height:.0f}",
        role="img", aria_label=said, style=_FACE,
    )  # fmt: skip


def whole(chain: Chain, language: str) -> Markup:
    """The graph of a chain as a file that needs nothing else: its head, the graph, and every finding in words."""
    placed = layout(chain) if chain.links else None
    findings = [*((one, "bad") for one in chain.breaks), *((one, "warn") for one in chain.warnings)]
    lines = [(line, colour) for one, colour in findings for line in _wrapped(one.text(language))]
    graph_height = 0.0 if placed is None else _TOP + placed.height - (ROW - BOX_HEIGHT) + _FOOT
    height = _HEAD + graph_height + _LINE * (len(lines) + 1)
    width = max(_LEFT + (placed.width if placed else 0.0), 760.0) + 32
    title = wording("chains.title", language, code=chain.instrument_code, day=f"{chain.day:%d/%m/%Y}")
    state = sentence(chain, language)
    head = [
        _text(title, 16, 28, size=18, weight=600),
        _text(state, 16, 50, size=13, colour="ok" if chain.unbroken else "bad", weight=600),
    ]
    graph = (
        []
        if placed is None
        else [*_scale(placed, language), *_graph(placed, language, chain.instrument_code, (_LEFT, _TOP))]
    )
    start = _HEAD + graph_height + 14
    told = [
        _text(line, 16, start + _LINE * index, size=13, colour=colour) for index, (line, colour) in enumerate(lines)
    ]
    return _element(
        "svg", _element("title", f"{title}: {state}"), _element("style", _STYLE),
        _element("rect", width="100%", height="100%", fill=_colour("paper")), *head,
        _element("g", *graph, transform=f"translate(16 {_HEAD:.0f})"), *told,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:.0f} {height:.0f}", width=f"{width:.0f}",
        height=f"{height:.0f}", role="img", aria_label=title, style=_FACE,
    )  # fmt: skip


def sentence(chain: Chain, language: str) -> str:
    """The verdict on a chain in one sentence."""
    if chain.unbroken:
        return wording(
            "chains.unbroken", language, levels=chain.levels, links=len({one.calibration_id for one in chain.links})
        )
    return wording("chains.broken", language, breaks=len(chain.breaks), levels=chain.levels)


def expanded_text(link: Link, language: str) -> str:
    """U of a link with its unit, as it is read in a language; a dash without one."""
    if link.expanded_uncertainty is None:
        return "–"
    try:
        return Shown(link.expanded_uncertainty, link.uncertainty_unit or "1").text(language)
    except ValueError:
        return link.expanded_uncertainty


def _graph(placed: Layout, language: str, here: str, at: tuple[float, float]) -> list[Markup]:
    crowded = len(placed.lines) > _CROWDED
    ink = [_line(one, crowded=crowded) for one in sorted(placed.lines, key=lambda one: (one.broken, one.explained))]
    boxes = [_box(one, language, here) for one in placed.boxes]
    return [_element("g", *ink, *boxes, transform=f"translate({at[0]} {at[1]})")]


def _line(line: Line, *, crowded: bool) -> Markup:
    colour = "bad" if line.broken or line.closes_cycle else "warn-m" if line.explained else "ok"
    (x, y), drawn = line.corners[0], ""
    for to_x, to_y in line.corners[1:]:
        middle = (y + to_y) / 2
        drawn += f" C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}"
        x, y = to_x, to_y
    dashes = "5 4" if line.broken or line.closes_cycle else None
    first = line.corners[0]
    path = f"M{first[0]:.1f},{first[1]:.1f}{drawn}"
    thin = crowded and not dashes
    return _element(
        "path", d=path, fill="none", stroke=_colour(colour), stroke_width="1" if thin else "2",
        stroke_dasharray=dashes, stroke_opacity="0.6" if thin else None,
    )  # fmt: skip


def _box(box: Box, language: str, here: str) -> Markup:
    """A calibration: its instrument, certificate, day and U; the whole of it in the title."""
    link, left = box.link, box.x - BOX / 2
    colour = "bad" if box.broken else "warn-m" if box.explained else "brass-m" if link.level == "national" else "edge"
    strong = box.broken or box.explained or link.instrument_code == here or link.level == "national"
    colour = "pri" if link.instrument_code == here and not (box.broken or box.explained) else colour
    day = f"{link.performed_on:%d/%m/%Y}"
    whole_text = " · ".join(
        (link.instrument_code, link.name(language), link.laboratory(language), link.certificate, day)
    )
    x, y, mark, room = left + 12, box.y, [], 0.0
    if box.held:
        held = wording("holds.mark", language)
        mark, room = [_text(held, left + BOX - 12, y + 20, size=11, colour="warn", weight=600, anchor="end")], 62.0
        whole_text += f" · {held}"
    return _element(
        "g",
        _element("title", whole_text),
        _element(
            "rect", x=f"{left:.1f}", y=f"{y:.1f}", width=f"{BOX:.0f}", height=f"{BOX_HEIGHT:.0f}", rx="4",
            fill=_colour("bad-s" if box.broken else "sheet"), stroke=_colour(colour),
            stroke_width="2" if strong else "1",
        ),
        _text(_cut(link.instrument_code, 13, BOX - 24 - room), x, y + 20, size=13, weight=600),
        *mark,
        _text(_cut(link.name(language), 12), x, y + 38, size=12, colour="ink-2"),
        _text(f"{_cut(link.certificate, 12, BOX - 24 - _DAY)} · {day}", x, y + 55, size=12, colour="ink-2"),
        _text(_cut(f"U = {expanded_text(link, language)}", 12), x, y + 73, size=12, weight=600),
    )  # fmt: skip


def _scale(placed: Layout, language: str) -> list[Markup]:
    """U relative of every box on its row; the main path as a wedge, on which a fall shows as a notch."""
    known = [(box, relative) for box in placed.boxes if (relative := relative_u(box.link))]
    if not known:
        return []
    low = math.floor(min(math.log10(relative) for _, relative in known))
    high = max(math.ceil(max(math.log10(relative) for _, relative in known)), low + 1)
    bottom = _TOP + placed.height - (ROW - BOX_HEIGHT)
    step = max(1, math.ceil((high - low) / 3))
    parts = [_text(wording("chains.scale", language), 0, 16, size=12, colour="ink-2")]
    for power in range(low, high + 1):
        x = 8 + (_PLOT - 24) * (power - low) / (high - low)
        parts.append(_stroke((x, _TOP), (x, bottom), "line-2"))
        if (power - low) % step == 0:
            exponent = _element("tspan", str(power).replace("-", "−"), dy="-5", font_size="9")
            parts.append(_text("10", x, bottom + 18, size=12, colour="ink-2", more=exponent, anchor="middle"))
    points = [(8 + (_PLOT - 24) * (math.log10(relative) - low) / (high - low), box) for box, relative in known]
    path = [(x, _TOP + box.y + BOX_HEIGHT / 2) for x, box in points if box.on_path]
    if len(path) > 1:
        corners = [(8.0, path[0][1]), *path, (8.0, path[-1][1])]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        parts.append(_element("polygon", points=drawn, fill=_colour("bar-2"), opacity="0.45"))
    for x, box in sorted(points, key=lambda one: one[1].on_path):
        y = _TOP + box.y + BOX_HEIGHT / 2
        ink, size = ("pri", "4.5") if box.on_path else ("edge", "3")
        if box.on_path:
            parts.append(_stroke((8, y), (x, y), "pri"))
        parts.append(_element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=size, fill=_colour(ink)))
    return parts


def _stroke(start: tuple[float, float], end: tuple[float, float], colour: str) -> Markup:
    (x1, y1), (x2, y2) = start, end
    return _element("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", stroke=_colour(colour))


def _text(
    said: str, x: float, y: float, *, size: int, colour: str = "ink", weight: int = 400, more: Markup = _NOTHING,
    anchor: str = "start",
) -> Markup:  # fmt: skip
    return _element(
        "text", said, more, x=f"{x:.1f}", y=f"{y:.1f}", font_size=str(size), font_weight=str(weight),
        fill=_colour(colour), text_anchor=anchor,
    )  # fmt: skip


def _cut(said: str, size: int, most: float = BOX - 24) -> str:
    """A text as far as it fits into a box, by the widths of a wide common face; cut ones end with an ellipsis."""
    room, kept = most / size, 0.0
    for place, sign in enumerate(said):
        kept += 1.0 if sign in _WIDE else 0.39 if sign in _NARROW else _CAPITAL if sign.isupper() else 0.63
        if kept > room:
            return said[: max(place - 1, 1)].rstrip() + "…"
    return said


def _wrapped(said: str) -> list[str]:
    lines, line = [], ""
    for word in said.split():
        if line and len(line) + len(word) >= _MOST_SIGNS:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def _colour(name: str) -> str:
    return f"var(--{name},{_COLOURS[name][0]})"


def _declared(dark: bool) -> str:
    return ";".join(f"--{name}:{pair[dark]}" for name, pair in _COLOURS.items())


_STYLE: Final = f":root{{{_declared(False)}}}@media(prefers-color-scheme:dark){{:root{{{_declared(True)}}}}}"


def _element(name: str, /, *children: str | Markup, **attributes: str | None) -> Markup:
    """One element, all text escaped; underscores of attributes become hyphens, None leaves one out."""
    head = _NOTHING.join(
        _ATTRIBUTE.format(key if key == "viewBox" else key.replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None
    )
    return _ELEMENT.format(name, head, _NOTHING.join(children))
