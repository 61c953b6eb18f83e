"""The chain of one instrument from top to bottom, with its uncertainty as a wedge on the same rows."""

import math
from typing import Final

from markupsafe import Markup

from ui.components.chain_line import ChainNode, chain_sentence, node_mark
from ui.components.markup import code, icon, join, link, tag
from uncertainty.wording import wording

_ROW: Final = 84
_WIDTH: Final = 180
_TOP: Final = 24
_SCALE_FROM: Final = 6.0
_SCALE_TO: Final = 168.0


def chain_graph(nodes: tuple[ChainNode, ...], language: str) -> Markup:
    """Nodes on the left, relative U on a logarithmic scale on the right; a table of the same for a phone.

    Args:
        nodes: from the national standard down; rows are as high as each other, so the wedge meets them.
        language: `vi` or `en`.
    """
    drawing = tag(
        "div",
        tag(
            "ol",
            *(_row(node, language) for node in nodes),
            class_="c-chain__nodes",
            aria_label=chain_sentence(nodes, language),
        ),
        tag("div", _wedge(nodes, language), class_="c-chain__wedge"),
        class_="c-chain",
    )
    twin = tag(
        "details",
        tag("summary", wording("screens.chain_as_table", language), class_="c-link"),
        chain_table(nodes, language),
        class_="c-chain__twin",
    )
    return join(drawing, twin)


def chain_table(nodes: tuple[ChainNode, ...], language: str) -> Markup:
    """The accessible twin of the drawing."""
    heads = ("chain_level", "chain_name", "chain_evidence", "chain_u_head")
    head = tag("tr", *(tag("th", wording(f"screens.{key}", language), scope="col") for key in heads))
    rows = [
        tag(
            "tr",
            tag("td", node.level, class_="c-second"),
            tag(
                "td",
                link(node.name, node.href) if node.href else node.name,
                tag("span", node.code, class_="c-name__more c-code"),
            ),
            tag(
                "td",
                node.detail,
                tag("span", node.reason, class_="c-name__more c-bad") if node.reason else None,
                tag("span", node.held, class_="c-name__more c-warn") if node.held else None,
                class_="c-second",
            ),
            tag("td", node.expanded or "–", class_="c-nowrap"),
            class_="c-table__here" if node.here else None,
        )
        for node in nodes
    ]
    caption = tag("caption", wording("screens.chain", language), class_="c-hidden")
    table = tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="c-table")
    return tag(
        "div", table, class_="c-scroll", tabindex="0", role="region", aria_label=wording("screens.chain", language)
    )


def _row(node: ChainNode, language: str) -> Markup:
    mark = tag("svg", node_mark(node, 12, 12), width=24, height=24, viewBox="0 0 24 24", aria_hidden="true")
    name = link(node.name, node.href, "c-name") if node.href else tag("span", node.name, class_="c-name")
    number = join(" · ", code(node.code)) if node.code else None
    broken = (
        tag("span", icon("unlink", 14), " ", node.reason, class_="c-chain__reason", title=node.reason)
        if node.joint == "broken"
        else None
    )
    box = tag(
        "div",
        tag("span", node.level, number, class_="c-small c-brass" if node.kind == "national" else "c-small"),
        tag("span", name, class_="c-chain__name", title=node.name),
        tag("span", node.detail, class_="c-small", title=node.detail),
        _held(node, language) if node.held else None,
        class_="c-chain__box c-chain__box--here" if node.here else "c-chain__box",
        aria_current="true" if node.here else None,
    )
    return tag("li", broken, mark, box, class_=f"c-chain__node c-chain__node--{node.joint}")


def _held(node: ChainNode, language: str) -> Markup:
    """The mark of an instrument that is held from use; why is said where the pointer rests, and in the table."""
    words = wording("holds.mark", language)
    return tag("span", icon("lock", 14), " ", words, class_="c-small c-warn", title=node.held)


def _wedge(nodes: tuple[ChainNode, ...], language: str) -> Markup:
    """U relative of each level as bars on a logarithmic scale, joined to a wedge; a fall shows as a notch."""
    known = [(row, node.relative, node) for row, node in enumerate(nodes) if node.relative and node.relative > 0]
    height = _TOP + _ROW * len(nodes) + 28
    if not known:
        return Markup("")
    low = math.floor(min(math.log10(relative) for _, relative, _ in known))
    high = max(math.ceil(max(math.log10(relative) for _, relative, _ in known)), low + 1)

    def x(relative: float) -> float:
        return _SCALE_FROM + (_SCALE_TO - _SCALE_FROM) * (math.log10(relative) - low) / (high - low)

    points = [(x(relative), _TOP + _ROW * (row + 0.5), node) for row, relative, node in known]
    title = tag("text", wording("screens.chain_relative", language), x=0, y=14)
    bars = [piece for point in points for piece in _bar(*point, language)]
    shares = "; ".join(f"{node.code or node.name} {node.expanded}" for _, _, node in points)
    said = wording("screens.chain_wedge_alternative", language, shares=shares)
    return tag(
        "svg", title, _outline([(px, py) for px, py, _ in points]), *_decades(low, high, height), *bars,
        viewBox=f"0 0 {_WIDTH} {height}", width=_WIDTH, height=height, class_="c-plot", role="img", aria_label=said,
    )  # fmt: skip


def _outline(points: list[tuple[float, float]]) -> Markup:
    """The wedge through the ends of the bars."""
    (first_x, first_y), (last_x, last_y) = points[0], points[-1]
    corners = [
        (_SCALE_FROM, first_y - 24),
        (first_x, first_y - 24),
        *points,
        (last_x, last_y + 24),
        (_SCALE_FROM, last_y + 24),
    ]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return tag("polygon", points=drawn, fill="var(--bar-2)", opacity="0.45")


def _bar(x: float, y: float, node: ChainNode, language: str) -> list[Markup]:
    """One level: its bar with U in words, on the side where there is room."""
    left = x > _WIDTH / 2
    label = wording("screens.chain_u", language, expanded=node.expanded)
    place = {"x": x - 2 if left else x + 8, "text_anchor": "end" if left else "start"}
    return [
        tag("line", x1=_SCALE_FROM, x2=x, y1=y, y2=y, stroke="var(--pri)", stroke_width=1.5),
        tag("circle", cx=x, cy=y, r=4, fill="var(--pri)"),
        tag("text", label, y=y - 8, class_="c-plot__strong", **place),
    ]


def _decades(low: int, high: int, height: float) -> list[Markup]:
    """Thin lines at the powers of ten, at most four of them with figures."""
    parts: list[Markup] = []
    step = max(1, math.ceil((high - low) / 3))
    for power in range(low, high + 1):
        x = _SCALE_FROM + (_SCALE_TO - _SCALE_FROM) * (power - low) / (high - low)
        parts.append(tag("line", x1=x, x2=x, y1=_TOP, y2=height - 22, stroke="var(--line-2)", stroke_width=1))
        if (power - low) % step == 0:
            exponent = tag("tspan", f"{power}".replace("-", "−"), dy=-5, style="font-size:9px")
            parts.append(tag("text", "10", exponent, x=x, y=height - 6, text_anchor="middle"))
    return parts
