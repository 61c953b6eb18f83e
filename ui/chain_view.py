"""A path of calibrations as the components of the chain want it."""

from collections.abc import Sequence

from instruments.chain import Finding, Link
from lims.quantity_text import in_unit
from ui.components.chain_line import ChainNode, Joint, Kind
from ui.numbers import day, quantity
from uncertainty.units import display_unit
from uncertainty.wording import wording


def chain_nodes(
    path: Sequence[Link], language: str, *, here: str = "", breaks: Sequence[Finding] = ()
) -> tuple[ChainNode, ...]:
    """A path of calibrations, the highest first.

    Args:
        path: from the end of the chain down.
        language: `vi` or `en`.
        here: code of the instrument whose page this is.
        breaks: what breaks the chain; a link that is named there is drawn broken, with the reason.
    """
    reasons = {one.link.calibration_id: one.text(language) for one in breaks if one.link is not None}
    nodes = []
    for index, link in enumerate(path):
        kind: Kind = "national" if link.level == "national" else "standard"
        reason = reasons.get(link.calibration_id, "")
        if not link.valid_on_day and not reason:
            reason = wording("pages.not_in_force", language, day=day(link.used_on))
        joint: Joint = "broken" if reason else "top" if index == 0 else "valid"
        unit = display_unit(link.uncertainty_unit, language) if link.uncertainty_unit else ""
        expanded = quantity(link.expanded_uncertainty, unit, language) if link.expanded_uncertainty else ""
        detail = f"{link.laboratory(language)} · {link.certificate} · {day(link.performed_on)}"
        nodes.append(
            ChainNode(
                wording(f"pages.level_{link.level or 'none'}", language),
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
            )
        )
    return tuple(nodes)


def relative_u(link: Link) -> float | None:
    """U of a link relative to its nominal value, to its value where it has none; None without a result."""
    if not (link.expanded_uncertainty and link.uncertainty_unit):
        return None
    base, unit = (link.nominal, link.nominal_unit) if link.nominal and link.nominal_unit else (link.value, link.unit)
    if not base or not unit or not float(base):
        return None
    return abs(float(in_unit(f"{link.expanded_uncertainty} {link.uncertainty_unit}", unit)) / float(base))
