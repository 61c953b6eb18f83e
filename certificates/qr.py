"""The QR code as one path of black row runs."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

import segno

from certificates.sheet import PAGE_HEIGHT, points
from certificates.typesetting import MM

QUIET_MODULES = 4


@lru_cache(maxsize=64)
def qr_path(address: str, x: float, y: float, size: float, *, level: str = "M") -> tuple[str, int]:
    """The code of an address at a place of the page.

    Args:
        address: what the code holds.
        x: left edge, mm.
        y: upper edge, mm from the top.
        size: edge length without the quiet zone, mm.
        level: error correction, L, M, Q or H.

    Returns:
        PDF operators of the path, and the number of modules on an edge.

    Source:
        ISO/IEC 18004:2015: the quiet zone of four modules is the caller's to keep.
    """
    code = segno.make(address, error=level.lower(), micro=False, boost_error=False)
    rows = [bytes(row) for row in code.matrix]
    module = size / len(rows) * MM
    left, top = x * MM, (PAGE_HEIGHT - y) * MM
    path = []
    for number, row in enumerate(rows):
        place = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                bottom = top - (number + 1) * module
                path.append(
                    f"{points(left + place * module)} {points(bottom)} {points(length * module)} {points(module)} re"
                )
            place += length
    return " ".join(path), len(rows)
