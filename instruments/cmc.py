"""Calibration and measurement capability (CMC) of a scope line: what it is at a point, and what falls below it.

A CMC is one number, absolute or relative, or it grows with the value: a + b·|x|, or the root of the sum of the squares
of the two terms. Which forms there are is data: ``data/cmc-forms.toml``.

Source: ILAC-P14:09/2020, 4 and 5.4.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from string import Template

from instruments.models import DESIGNATION, ScopeLine
from instruments.points import Amount, Spread, absolute, converted, falls_below, fits_as_uncertainty
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid
from uncertainty.rounding import canonical, exact
from uncertainty.typed import read_number
from uncertainty.units import Unit, check_unit

DIGITS = 12
"""Significant digits to which a CMC at a point is computed: beyond what is printed, within what floats hold."""
CMC_PROBABILITY = 0.9545
"""The coverage probability that a CMC has (k = 2)."""
SAME_PROBABILITY = 0.01
"""Probabilities this close to 95 % are both "about 95 %"; U is then compared as it is printed."""


@dataclass(frozen=True)
class CmcForm:
    """One way in which the two terms of a CMC combine: the exponent of their sum, and how it is written."""

    key: str
    exponent: int
    written: str
    vi: str
    en: str

    def text(self, language: str) -> str:
        """What the form is called."""
        return self.vi if language == "vi" else self.en

    def combined(self, constant: float, growing: float) -> float:
        """The CMC from its two terms, neither of them negative and both of one unit."""
        greater = max(constant, growing)
        if greater == 0:
            return 0.0
        shares = (constant / greater, growing / greater)
        return float(greater * sum(one**self.exponent for one in shares) ** (1 / self.exponent))


@dataclass(frozen=True)
class Coverage:
    """With which coverage an expanded uncertainty is stated: k, p, and the degrees of freedom where k rests on them."""

    factor: str = "2"
    probability: str = "0.95"
    dof: str | None = None


ABOUT_95 = Coverage()


@cache
def cmc_forms() -> dict[str, CmcForm]:
    """The forms by their key, in the order of `data/cmc-forms.toml`; the first is offered first."""
    with (data_folder() / "cmc-forms.toml").open("rb") as file:
        return {key: CmcForm(key, **one) for key, one in tomllib.load(file).items()}


@cache
def _symbols() -> dict[str, str]:
    with (data_folder() / "quantities.toml").open("rb") as file:
        return {key: one["symbol"] for key, one in tomllib.load(file).items() if "symbol" in one}


@dataclass(frozen=True)
class CmcText:
    """The CMC of a scope line as it is printed: "0,1 µm + 0,8 µm/m × L"."""

    line: ScopeLine

    def text(self, language: str) -> str:
        """The CMC in the numbers and units of a language; a dash where the scope states none."""
        line = self.line
        if not line.cmc:
            return "–"
        constant = Amount(line.cmc, line.cmc_unit).text(language)
        if not line.cmc_slope:
            return constant
        slope = Amount(line.cmc_slope, line.cmc_slope_unit or "1").text(language)
        growing = f"{slope} × {_symbols().get(line.quantity.casefold(), 'x')}"
        if not read_number(line.cmc).number:
            return growing
        return Template(_form(line).written).substitute(constant=constant, growing=growing)


def check_cmc(line: ScopeLine) -> None:
    """Bring the CMC of a new scope line into its canonical form, or say what is wrong with it.

    A line of a designation, of verification or of testing may state none: nothing is then compared.

    Raises:
        Invalid: a number or unit cannot be used, or the units of the two terms do not belong together.
    """
    line.cmc, line.cmc_slope = line.cmc.strip(), (line.cmc_slope or "").strip() or None
    if not (line.cmc or line.cmc_slope or line.cmc_unit.strip()) and not _must_state(line):
        line.cmc_unit, line.cmc_slope_unit, line.cmc_form = "", None, None
        return
    unit, of = check_unit(line.cmc_unit), check_unit(line.unit)
    constant = read_number(line.cmc if line.cmc or line.cmc_slope is None else "0")
    if constant.number < 0 or (constant.number == 0 and line.cmc_slope is None):
        raise Invalid("lims.cmc_not_positive", cmc=line.cmc)
    if not fits_as_uncertainty(unit.text, of.text):
        raise Invalid("scope_lines.unit_does_not_fit", unit=unit.text, of=of.text)
    line.cmc, line.cmc_unit = constant.canonical, unit.text
    if line.cmc_slope is None:
        line.cmc_slope_unit = line.cmc_form = None
    else:
        _check_slope(line, unit, of)


def _check_slope(line: ScopeLine, unit: Unit, of: Unit) -> None:
    slope, slope_unit = read_number(line.cmc_slope or ""), check_unit(line.cmc_slope_unit or "1")
    if slope.number <= 0:
        raise Invalid("scope_lines.slope_not_positive", slope=line.cmc_slope)
    together = tuple(one + other for one, other in zip(slope_unit.dimension, of.dimension, strict=True))
    if together != tuple(unit.dimension):
        raise Invalid("scope_lines.slope_unit", slope_unit=slope_unit.text, unit=unit.text, of=of.text)
    line.cmc_form = line.cmc_form or next(iter(cmc_forms()))
    if line.cmc_form not in cmc_forms():
        raise Invalid("scope_lines.form_unknown", form=line.cmc_form, known=", ".join(cmc_forms()))
    line.cmc_slope, line.cmc_slope_unit = slope.canonical, slope_unit.text


def _must_state(line: ScopeLine) -> bool:
    """Whether a line needs a CMC: every one of calibration does, but in a designation."""
    return line.service == "calibration" and line.kind != DESIGNATION


def cmc_spread(line: ScopeLine, value: str, unit: str) -> Spread:
    """The CMC of a scope line at a point, in the unit in which the scope states it.

    The value of a CMC that grows is taken in the unit of the line's range, without its sign; without a value it has no
    number. A relative one stays relative, beside its value.

    Args:
        line: the scope line.
        value: the point, a number as text.
        unit: its unit.
    """
    if not line.cmc_slope:
        return Spread(line.cmc, line.cmc_unit, value, unit)
    at, constant = converted(value, unit, line.unit, False), converted(line.cmc, line.cmc_unit, line.cmc_unit, True)
    slope = converted(line.cmc_slope, line.cmc_slope_unit or "1", line.cmc_slope_unit or "1", True)
    if at is None or constant is None or slope is None:
        return Spread("", line.cmc_unit, value, unit)
    scale = check_unit(line.cmc_slope_unit or "1").factor * check_unit(line.unit).factor
    growing = slope * abs(at) * scale / check_unit(line.cmc_unit).factor
    total = _form(line).combined(constant, growing)
    return Spread(canonical(exact(float(f"{total:.{DIGITS}g}")).normalize()), line.cmc_unit, value, unit)


def _form(line: ScopeLine) -> CmcForm:
    return cmc_forms()[line.cmc_form or next(iter(cmc_forms()))]


def better(line: ScopeLine, other: ScopeLine, value: str, unit: str) -> bool:
    """Whether the CMC of one line is smaller at a point than that of another; False where one states none."""
    return bool(falls_below(cmc_spread(line, value, unit), cmc_spread(other, value, unit)))


def below_cmc(
    line: ScopeLine, expanded_uncertainty: str, uncertainty_unit: str, value: str = "", unit: str = "1",
    coverage: Coverage = ABOUT_95,
) -> bool:  # fmt: skip
    """Whether an expanded uncertainty, as printed, is below the CMC of a scope line at its point.

    Both are compared at the coverage probability of a CMC; a line that states no CMC has nothing below it.

    Args:
        line: the scope line.
        expanded_uncertainty: U as printed, a number as text.
        uncertainty_unit: the unit of U; dimension one where U is relative.
        value: the point; needed where the CMC or U depends on it.
        unit: the unit of the point.
        coverage: k, p and degrees of freedom with which U is stated.

    Raises:
        Invalid: the two cannot be compared; nothing is ever taken as good enough unseen.

    Source: ILAC-P14:09/2020, 5.4.
    """
    if not line.cmc:
        return False
    widened = canonical(exact(float(f"{widening(coverage):.{DIGITS}g}")))
    printed = Spread(expanded_uncertainty, uncertainty_unit, value, unit, widened)
    below = falls_below(printed, cmc_spread(line, value, unit))
    if below is None:
        amounts = {"uncertainty": Amount(expanded_uncertainty, uncertainty_unit), "cmc": CmcText(line)}
        raise Invalid("instruments.cmc_not_comparable", line=line.line, **amounts)
    return below


def widening(coverage: Coverage) -> float:
    """By how much an expanded uncertainty is wider than it would be at the probability of a CMC; 1 at about 95 %.

    Where U rests on degrees of freedom, both factors are those of the t distribution.
    """
    if abs(float(coverage.probability) - 0.95) <= SAME_PROBABILITY:
        return 1.0
    from uncertainty.coverage import factor_from_t  # loads numpy; hardly any result is stated at another probability

    dof = float(Decimal(coverage.dof)) if coverage.dof else float("inf")
    return float(coverage.factor) / factor_from_t(CMC_PROBABILITY, dof)


def cmc_at(line: ScopeLine, value: str, unit: str) -> float:
    """The CMC of a scope line at a point, in the unit of the point.

    Args:
        line: the scope line.
        value: the point, a number as text; needed where the CMC depends on it.
        unit: the unit of the point and of what is returned.

    Raises:
        Invalid: the CMC cannot be had in that unit.

    Source: ILAC-P14:09/2020, 4.3.
    """
    found = absolute(cmc_spread(line, value, unit), unit)
    if found is None:
        amounts = {"uncertainty": Amount(value, unit), "cmc": CmcText(line)}
        raise Invalid("instruments.cmc_not_comparable", line=line.line, **amounts)
    return found
