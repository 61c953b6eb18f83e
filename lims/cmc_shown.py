"""The CMC beside a result, as sentences and screens show it, and the coverage with which the result is stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from instruments.cmc import CmcText, Coverage, cmc_spread
from instruments.models import ScopeLine
from lims.quantity_text import Shown
from uncertainty.rounding import canonical, exact

DIGITS = 3


@dataclass(frozen=True)
class CmcShown:
    """The CMC of a scope line at a point; one that grows with the value has its form behind it."""

    line: ScopeLine
    value: str
    unit: str

    def text(self, language: str) -> str:
        """Return it in the reader's language: "0,5 µm (0,1 µm + 0,8 µm/m × L)"."""
        line = self.line
        if not line.cmc_slope:
            return Shown(line.cmc, line.cmc_unit).text(language) if line.cmc else CmcText(line).text(language)
        here = cmc_spread(line, self.value, self.unit).digits
        if not here:
            return CmcText(line).text(language)
        number = canonical(exact(float(f"{float(here):.{DIGITS}g}")).normalize())
        return f"{Shown(number, line.cmc_unit).text(language)} ({CmcText(line).text(language)})"


def coverage_of(point: Mapping[str, Any]) -> Coverage:
    """With which coverage the U of an evaluated point is stated."""
    return Coverage(point["coverage_factor"], point["coverage_probability"], point.get("dof"))
