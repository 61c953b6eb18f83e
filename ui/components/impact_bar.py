"""A shift beside its U: a bar as long as the share, with a red mark at a third of U."""

from typing import Final

from markupsafe import Markup

from ui.components.markup import tag
from uncertainty.wording import wording

_WIDTH: Final = 120
_THIRD: Final = _WIDTH / 3


def impact_bar(share: float | None, words: str, language: str) -> Markup:
    """The bar with its figure; a share above one fills it and ends in an arrow.

    Args:
        share: size of the shift as a share of U; None where it is not known.
        words: the same in words, "58 %".
        language: `vi` or `en`.
    """
    if share is None:
        return tag("span", "–", class_="c-impactbar")
    length = min(share, 1.0) * (_WIDTH - 8)
    ink = "var(--bad)" if share > 1 / 3 else "var(--warn-m)" if share >= 0.1 else "var(--bar)"
    parts = [
        tag("line", x1=0, x2=_WIDTH - 8, y1=8, y2=8, stroke="var(--line)", stroke_width=1),
        tag("rect", x=0, y=4, width=f"{max(length, 1.5):.1f}", height=8, fill=ink),
        tag("line", x1=_THIRD, x2=_THIRD, y1=0, y2=16, stroke="var(--bad)", stroke_width=1.5),
    ]
    if share > 1:
        parts.append(tag("path", d=f"M{_WIDTH - 8} 1 l7 7 l-7 7 z", fill=ink))
    said = wording("impact.bar_alternative", language, share=words)
    drawing = tag("svg", *parts, viewBox=f"0 0 {_WIDTH} 16", width=_WIDTH, height=16, role="img", aria_label=said)
    return tag("span", drawing, tag("span", words, class_="c-nowrap"), class_="c-impactbar")
