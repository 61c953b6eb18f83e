"""The traceability chain: its nodes, and the chain as one horizontal line for the approval screen."""

from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from ui.components.markup import code, link, tag
from uncertainty.wording import wording

# How a node hangs on the one above it, on the day in question.
Joint = Literal["top", "valid", "pending", "broken"]
Kind = Literal["national", "standard", "item"]

_MIDDLE: Final = 9.0


@dataclass(frozen=True)
class ChainNode:
    """One level of the chain, from the national standard down to the item.

    Attributes:
        level: what kind of standard it is, in words.
        name: what it is.
        code: its unique code, or the serial number of an item.
        detail: laboratory, certificate, day, in words.
        expanded: U with its unit, as shown; empty where there is none yet.
        relative: U relative to the value, for the wedge; None where there is none.
        kind: national standard, standard in between, or the item.
        joint: to the node above; "top" for the first.
        reason: why a joint is broken, in words.
        href: its page on this host, or empty.
        here: whether this is the instrument of the page.
        held: since when and why it is held from use, in words; empty where it is not.
    """

    level: str
    name: str
    code: str
    detail: str
    expanded: str
    relative: float | None
    kind: Kind
    joint: Joint
    reason: str = ""
    href: str = ""
    here: bool = False
    held: str = ""


def chain_line(nodes: tuple[ChainNode, ...], language: str) -> Markup:
    """The chain from left to right; it scrolls by itself where it is wider than the panel."""
    return tag(
        "ol",
        *(_node(node, language) for node in nodes),
        class_="c-chainline",
        tabindex="0",
        aria_label=chain_sentence(nodes, language),
    )


def chain_sentence(nodes: tuple[ChainNode, ...], language: str) -> str:
    """What the drawing says in one sentence: how many levels, unbroken or where it breaks."""
    broken = next((node for node in nodes if node.joint == "broken"), None)
    if broken is not None:
        return wording("screens.chain_breaks", language, code=broken.code or broken.name, reason=broken.reason)
    return wording("screens.chain_holds", language, levels=len(nodes) - 1)


def node_mark(node: ChainNode, middle: float = _MIDDLE, y: float = _MIDDLE) -> Markup:
    """The sign of a node: brass diamond, green ring, petrol disc where the page stands, red ring at a break."""
    if node.kind == "national":
        corners = f"{middle},{y - 8} {middle + 8},{y} {middle},{y + 8} {middle - 8},{y}"
        return tag("polygon", points=corners, fill="var(--brass-m)")
    if node.here or (node.kind == "item" and node.joint == "valid"):
        return tag("circle", cx=middle, cy=y, r=7, fill="var(--pri)")
    if node.kind == "item":
        colour = "var(--bad)" if node.joint == "broken" else "var(--edge)"
        return tag(
            "rect", x=middle - 6, y=y - 6, width=12, height=12, fill="var(--sheet)", stroke=colour, stroke_width=2
        )
    colour = {"broken": "var(--bad)", "pending": "var(--edge)"}.get(node.joint, "var(--ok)")
    return tag("circle", cx=middle, cy=y, r=6, fill="var(--sheet)", stroke=colour, stroke_width=2)


def _node(node: ChainNode, language: str) -> Markup:
    mark = tag("svg", node_mark(node), width=18, height=18, viewBox="0 0 18 18", aria_hidden="true")
    name = node.name if node.kind != "standard" or not node.code else node.code
    shown = link(name, node.href) if node.href else (code(name) if name == node.code else name)
    uncertainty = wording("screens.chain_u", language, expanded=node.expanded) if node.expanded else "–"
    reason = tag("span", node.reason, class_="c-chainline__reason") if node.joint == "broken" else None
    return tag("li", mark, shown, tag("b", uncertainty), reason, class_=f"c-chain--{node.joint}")
