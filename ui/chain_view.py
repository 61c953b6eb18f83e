"""A chain as the components want it: its main path as nodes, and the whole of it as a drawing with its table."""

from collections.abc import Sequence

from markupsafe import Markup

from instruments.chain import Chain, Link
from instruments.levels import levels
from lims.chain_drawing import drawing
from lims.chain_layout import relative_u
from lims.holds import ON_CHAIN
from ui.components.chain_graph import chain_table
from ui.components.chain_line import ChainNode, Joint, Kind
from ui.components.chain_map import chain_map
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import tag
from ui.numbers import day, quantity
from uncertainty.units import display_unit
from uncertainty.wording import wording

MOST_NOTES = 3
"""Notes that stand above the drawing before the others are folded away."""
MANY = 12
"""Certificates above which the whole chain begins with its map."""


def chain_nodes(
    path: Sequence[Link], language: str, *, here: str = "", chain: Chain | None = None
) -> tuple[ChainNode, ...]:
    """A path of calibrations, the highest first.

    Args:
        path: from the end of the chain down.
        language: `vi` or `en`.
        here: code of the instrument whose page this is.
        chain: what the path belongs to: a link that breaks it is drawn broken, with the reason; an instrument that is
            held from use on its day is marked.
    """
    reasons = (
        {one.link.calibration_id: one.text(language) for one in chain.breaks if one.link is not None} if chain else {}
    )
    held = {
        one.link.calibration_id: one.text(language)
        for one in (chain.warnings if chain else ())
        if one.link is not None and one.key == ON_CHAIN
    }
    nodes = []
    for index, link in enumerate(path):
        kind: Kind = "national" if link.level == "national" else "standard"
        reason = reasons.get(link.calibration_id, "")
        if not link.valid_on_day and not reason:
            reason = wording("pages.not_in_force", language, day=day(link.used_on))
        joint: Joint = "broken" if reason else "top" if index == 0 else "valid"
        unit = display_unit(link.uncertainty_unit, language) if link.uncertainty_unit else ""
        expanded = quantity(link.expanded_uncertainty, unit, language) if link.expanded_uncertainty else ""
        detail = f"{link.certificate} · {day(link.performed_on)} · {link.laboratory(language)}"
        known = levels().get(link.level or "")
        nodes.append(
            ChainNode(
                known.text(language) if known else wording("pages.level_none", language),
                link.name(language),
                link.instrument_code,
                detail,
                expanded,
                relative_u(link),
                kind,
                joint,
                reason,
                f"/instruments/{link.instrument_code}",
                link.instrument_code == here,
                held.get(link.calibration_id, ""),
            )
        )
    return tuple(nodes)


def chain_notes(chain: Chain, language: str) -> list[Markup]:
    """What breaks a chain and what must be explained in it, each once; where there is much, the rest can be opened."""
    bad = dict.fromkeys(one.text(language) for one in chain.breaks)
    doubtful = dict.fromkeys(one.text(language) for one in chain.warnings)
    notes = [error_note(*split_sentence(one)) for one in bad]
    notes += [error_note(*split_sentence(one), weight="warn") for one in doubtful]
    if len(notes) <= MOST_NOTES + 1:
        return notes
    words = wording("chains.more_notes", language, count=len(notes) - MOST_NOTES)
    rest = tag("details", tag("summary", words, class_="c-link"), *notes[MOST_NOTES:], class_="c-chain__twin c-notes")
    return [*notes[:MOST_NOTES], rest]


def whole_chain(chain: Chain, language: str, *, here: str, shown: int) -> Markup | None:
    """The whole chain with its side branches, to be opened; None where the main path shows all of it.

    Args:
        chain: as it stood on the day.
        language: `vi` or `en`.
        here: code of the instrument whose page this is.
        shown: how many calibrations the main path shows.
    """
    links = {link.calibration_id: link for link in reversed(chain.links)}
    if len(links) <= shown:
        return None
    title = wording("chains.whole", language, count=len(links))
    highest_first = sorted(links.values(), key=lambda link: (-link.depth, link.instrument_code))
    table = chain_table(chain_nodes(highest_first, language, here=here, chain=chain), language)
    graph = tag(
        "div", drawing(chain, language, here=here), class_="c-scroll c-chain__whole", tabindex="0", role="region",
        aria_label=title,
    )  # fmt: skip
    overview = chain_map(chain, language) if len(links) > MANY else None
    return tag(
        "details", tag("summary", title, class_="c-link"), overview, graph, tag("div", table, class_="c-chain__list"),
        class_="c-chain__twin",
    )  # fmt: skip
