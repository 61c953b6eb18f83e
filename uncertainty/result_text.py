"""A result written out: with U, in scientific notation, with the relative uncertainty, or concise; and its sentence."""

import math
from decimal import Context, Decimal
from typing import Literal, get_args

from uncertainty.errors import InvalidInput
from uncertainty.evaluation import ASYMMETRY, MOST_DECIMALS, OutputResult
from uncertainty.rounding import canonical, display, exact, power_of_ten, report, round_uncertainty
from uncertainty.units import display_unit
from uncertainty.wording import wording

Form = Literal["plain", "scientific", "relative", "concise"]
FORMS: tuple[str, ...] = get_args(Form)
_WIDE = Context(prec=700)


def written(
    estimate: float,
    uncertainty: float,
    unit: str = "",
    *,
    form: str = "plain",
    digits: int = 2,
    decimal: str = ",",
    sign: bool = False,
) -> str:
    """A value with its uncertainty, rounded for paper.

    Args:
        estimate: the value, in `unit`.
        uncertainty: U or u, same unit; zero gives the value alone.
        unit: as read by `units`; empty for dimension one.
        form: `plain` (10,025 ± 0,059) g, with a power of ten where it would be a row of zeros;
            `scientific` (1,0025 ± 0,0059)·10¹ g, the larger of the two with one digit before the mark;
            `relative` 10,025·(1 ± 0,0059) g;
            `concise` 10,025(59) g, the uncertainty in units of the last place.
        digits: significant digits of the uncertainty, 1 or 2.
        decimal: the decimal sign.
        sign: whether a positive value carries its sign.

    Raises:
        InvalidInput: for an unknown form, other digits, and a relative form of zero.
        InvalidNumber: for NaN, infinity and a negative uncertainty.

    Source: GUM (JCGM 100), 7.2.2, 7.2.6; ILAC-P14.

    >>> written(10.0249, 0.0585, "g", form="concise", decimal=".")
    '10.025(59) g'
    """
    if form not in FORMS or digits not in (1, 2):
        raise InvalidInput("uncertainty.result_form", form=form, digits=digits, known=", ".join(FORMS))
    rounded = report(estimate, uncertainty, digits)
    value, spread = Decimal(rounded.value), Decimal(rounded.expanded_uncertainty)
    after = f" {display_unit(unit)}" if unit and display_unit(unit) else ""

    def shown(number: Decimal, *, signed: bool = False) -> str:
        return display(canonical(number), decimal=decimal, sign=signed)

    if not spread:
        return shown(value, signed=sign) + after
    power = max(value, spread, key=abs).adjusted() if form == "scientific" or rounded.decimals > MOST_DECIMALS else 0
    last = Decimal((0, (1,), -rounded.decimals - power))
    ten, scaled, width = power_of_ten(power), _scaled(value, power, last), _scaled(spread, power, last)
    if form == "relative":
        return f"{shown(scaled, signed=sign)}{ten}·(1 ± {_relative(estimate, uncertainty, digits, decimal)}){after}"
    if form == "concise":
        whole = rounded.decimals + power <= 0 or width >= 1
        inside = shown(width) if whole else str(int(width.scaleb(rounded.decimals + power)))
        return f"{shown(scaled, signed=sign)}({inside}){ten}{after}"
    both = f"{shown(scaled, signed=sign)} ± {shown(width)}"
    return f"({both}){ten}{after}" if after or power else both


def _scaled(number: Decimal, power: int, last: Decimal) -> Decimal:
    """A rounded number with a power of ten taken out; it still ends at its last significant place."""
    moved = number.scaleb(-power, _WIDE)
    return moved.quantize(last, context=_WIDE) if last < 1 else moved


def _relative(estimate: float, uncertainty: float, digits: int, decimal: str) -> str:
    if not estimate:
        raise InvalidInput("uncertainty.relative_of_zero")
    ratio, _ = round_uncertainty(uncertainty / abs(estimate), digits)
    power = ratio.adjusted() if ratio.adjusted() < -4 else 0
    return display(canonical(ratio.scaleb(-power)), decimal=decimal, group_decimals=False) + power_of_ten(power)


def result_in(result: OutputResult, *, form: str = "plain", digits: int = 2, decimal: str = ",") -> str:
    """The result of one output in a form of `written`; an asymmetric interval is written as such.

    Args:
        result: of `evaluate`.
        form: as in `written`.
        digits: significant digits of U.
        decimal: the decimal sign.
    """
    low, high = result.coverage_interval
    signed = result.kind != "value"
    halves = abs((high - result.estimate) - (result.estimate - low))
    if form == "plain" and halves > ASYMMETRY * result.expanded_uncertainty > 0:
        ends = (report(end, result.expanded_uncertainty, digits).value for end in (low, high))
        interval = "; ".join(display(end, decimal=decimal, sign=signed) for end in ends)
        value = display(
            report(result.estimate, result.expanded_uncertainty, digits).value, decimal=decimal, sign=signed
        )
        return f"{value} {display_unit(result.unit)}, [{interval}] {display_unit(result.unit)}".replace("  ", " ")
    estimate, expanded = result.estimate, result.expanded_uncertainty
    return written(estimate, expanded, result.unit, form=form, digits=digits, decimal=decimal, sign=signed)


def statement(result: OutputResult, language: str) -> str:
    """The sentence that stands under a result: what U is, with k, p, and on what k rests.

    Args:
        result: of `evaluate`.
        language: `vi` (decimal comma) or `en` (decimal point).

    Source: GUM (JCGM 100), 7.2.3; ILAC-P14:09/2020, 5; EA-4/02 M:2022, 6.
    """
    decimal = "," if language == "vi" else "."
    basis = result.coverage_basis
    if basis in ("t", "stated"):
        basis = "normal" if math.isinf(result.effective_dof) else "t"
    places = Decimal("0.01")
    percent = exact(100 * result.coverage_probability).quantize(places).normalize()
    values = {
        "k": display(canonical(exact(result.coverage_factor).quantize(places)), decimal=decimal),
        "p": display(canonical(percent), decimal=decimal) + " %",
        "dof": "∞" if math.isinf(result.effective_dof) else str(math.floor(result.effective_dof + 1e-9)),
    }
    return wording(f"uncertainty.statement_{basis}", language, **values)
