"""The facts strip: environment, standards and equipment, or the figures of an instrument, in one line."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from ui.components.markup import Child, icon, link, tag


@dataclass(frozen=True)
class Fact:
    """One fact.

    Attributes:
        label: what it is.
        value: the figure with its unit, or a name.
        detail: limits or what remains, in small type; outside its limits the whole fact turns red.
        state: "bad" outside limits, "warn" close to them.
        icon: of the closed set, or empty.
        badge: markup before the label, such as the load's letter.
        chip: markup after the value.
        href: where the value leads, on this host.
        wide: takes a row of its own on a phone.
    """

    label: str
    value: str
    detail: str = ""
    state: Literal["plain", "warn", "bad"] = "plain"
    icon: str = ""
    badge: Markup | None = None
    chip: Markup | None = None
    href: str = ""
    wide: bool = False


def facts_strip(facts: tuple[Fact, ...], label: str) -> Markup:
    """The strip.

    Args:
        facts: in the order of their weight.
        label: what the strip is, for those who do not see it.
    """
    strip = tag("dl", *(_fact(fact) for fact in facts), class_="c-panel c-facts")
    return tag("section", strip, aria_label=label)


def _fact(fact: Fact) -> Markup:
    value: Child = link(fact.value, fact.href) if fact.href else tag("span", fact.value)
    modifiers = ("" if fact.state == "plain" else f" c-fact--{fact.state}") + (" c-fact--wide" if fact.wide else "")
    return tag(
        "div",
        tag("dt", fact.badge, icon(fact.icon) if fact.icon else None, fact.label),
        tag("dd", value, tag("small", fact.detail) if fact.detail else None, fact.chip),
        class_=f"c-fact{modifiers}",
    )
