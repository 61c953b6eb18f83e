"""The signs of a verdict: shapes beside words, never colour."""

from __future__ import annotations

from certificates.sheet import Sheet
from certificates.typesetting import INK


def draw_verdict_sign(sheet: Sheet, x: float, y: float, verdict: str, size: float = 2.1) -> float:
    """The sign of a verdict with its left edge at x, standing on the baseline y.

    Args:
        verdict: "pass" is a solid disc, "fail" a crossed box; a ring about a disc and an empty box are the conditional
            ones; "cannot_be_stated" is an open disc.
        size: mm.

    Returns:
        Its right edge, mm.
    """
    middle = y - size / 2 + 0.1
    if verdict == "pass":
        sheet.circle(x + size / 2, middle, size / 2, fill=INK)
    elif verdict in ("fail", "conditional_fail"):
        sheet.box(x, middle - size / 2, size, size, stroke=INK, weight=0.7)
    if verdict == "fail":
        sheet.line(x + 0.4, middle - size / 2 + 0.4, x + size - 0.4, middle + size / 2 - 0.4, 0.7)
        sheet.line(x + 0.4, middle + size / 2 - 0.4, x + size - 0.4, middle - size / 2 + 0.4, 0.7)
    if verdict in ("cannot_be_stated", "conditional_pass"):
        sheet.circle(x + size / 2, middle, size / 2 - 0.1, stroke=INK, weight=0.7)
    if verdict == "conditional_pass":
        sheet.circle(x + size / 2, middle, size / 5, fill=INK)
    return x + size
