"""A result as plain rows of text: for the command line and for anything else that prints a budget."""

import math
from collections.abc import Mapping
from decimal import Context, Decimal

from uncertainty.budget import BudgetRow, difference_unit
from uncertainty.evaluation import MOST_DECIMALS, OutputResult
from uncertainty.measurement_model import MeasurementModel
from uncertainty.rounding import canonical, display, exact, power_of_ten, report
from uncertainty.units import check_unit, display_unit
from uncertainty.wording import Phrase, wording

SIGNIFICANT = 4
PLAIN_EXPONENTS = range(-4, 9)
_EXACT = Context(prec=700)


def shown(number: float | None, decimal: str, digits: int = SIGNIFICANT) -> str:
    """A number to a few significant digits, for tables that are read and not computed with.

    Args:
        number: any unit; None gives an empty text.
        decimal: the decimal sign.
        digits: significant digits.
    """
    if number is None:
        return ""
    value = exact(number)
    if not value:
        return "0"
    rounded = _EXACT.quantize(value, Decimal((0, (1,), value.adjusted() - digits + 1)))
    rounded = _EXACT.quantize(rounded, Decimal((0, (1,), rounded.adjusted() - digits + 1)))
    power = 0 if rounded.adjusted() in PLAIN_EXPONENTS else rounded.adjusted()
    return display(canonical(rounded.scaleb(-power)), decimal=decimal) + power_of_ten(power)


def shown_dof(dof: float, decimal: str) -> str:
    """Degrees of freedom: to one decimal where there are few, `∞` where nothing limits them."""
    if math.isinf(dof):
        return "∞"
    rounded = f"{dof:.1f}".removesuffix(".0") if dof < 100 else f"{dof:.0f}"
    return display(rounded, decimal=decimal)


def _estimate(row: BudgetRow, decimal: str) -> str:
    """An estimate to one digit more than its uncertainty needs; an exact one with its own digits."""
    estimate, u = row.estimate or 0.0, row.standard_uncertainty or 0.0
    if u and estimate:
        digits = exact(estimate).adjusted() - exact(u).adjusted() + 3
        return shown(estimate, decimal, min(digits, 16)) if digits > 0 else "0"
    if u:
        return "0"
    return shown(estimate, decimal, len(exact(estimate).normalize().as_tuple().digits))


def _with_unit(text: str, unit: str | None) -> str:
    shown = display_unit(unit) if unit else ""
    return f"{text} {shown}".strip() if text else ""


def budget_head(language: str) -> tuple[str, ...]:
    """The heads of the columns of `budget_rows`."""
    columns = ("input", "estimate", "u", "distribution", "dof", "sensitivity", "contribution", "share")
    return tuple(wording(f"uncertainty.column_{column}", language) for column in columns)


def budget_rows(
    result: OutputResult, language: str, model: MeasurementModel | None = None, *, decimal: str | None = None
) -> list[tuple[str, ...]]:
    """The budget of one output as rows of text, in the order it is printed.

    Args:
        result: of `evaluate`.
        language: `vi` (decimal comma) or `en` (decimal point).
        model: the model, whose labels stand instead of the names where it has them.
        decimal: the decimal sign; that of the language where it is None.
    """
    decimal = decimal or ("," if language == "vi" else ".")
    labels = {quantity.name: quantity.label.get(language, "") for quantity in model.inputs} if model else {}
    return [_row(row, language, decimal, labels) for row in result.budget]


def _row(row: BudgetRow, language: str, decimal: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    name = labels.get(row.input) or row.input
    share = display(report(100 * row.share, 0.1, 1).value, decimal=decimal) + " %"
    contribution = _with_unit(shown(row.contribution, decimal, 3), row.contribution_unit)
    if row.kind != "input":
        kind = "shared" if row.through else row.kind
        title = wording(f"uncertainty.row_{kind}", language, names=row.input)
        return (title, "", "", "", "", "", contribution, share)
    u = row.standard_uncertainty or 0.0
    return (
        name,
        _with_unit(_estimate(row, decimal), row.unit),
        _with_unit(shown(u, decimal, 3), difference_unit(check_unit(row.unit))) if u and row.unit else "",
        wording(f"uncertainty.distribution_{row.distribution}", language),
        shown_dof(row.dof or math.inf, decimal) if u else "",
        _with_unit(shown(row.sensitivity, decimal), row.sensitivity_unit),
        contribution,
        share,
    )


def _reported(result: OutputResult, decimal: str) -> str:
    """The result written out, with the decimal sign of the other lines; a name may have a comma of its own."""
    name, equals, numbers = result.reported.partition(" = ")
    return name + equals + numbers.replace(",", decimal)


def _interval(interval: tuple[float, float], result: OutputResult, decimal: str) -> str:
    """An interval to one digit more than U has, with a power of ten taken out where it would be rows of zeros."""
    ends = [report(end, result.expanded_uncertainty or 1, 3) for end in interval]
    powers = [Decimal(end.value).adjusted() for end in ends if Decimal(end.value)]
    power = max(powers, default=0) if ends[0].decimals > MOST_DECIMALS else 0
    said = "; ".join(display(canonical(Decimal(end.value).scaleb(-power, _EXACT)), decimal=decimal) for end in ends)
    return _with_unit(f"[{said}]{power_of_ten(power)}", result.unit)


def result_lines(result: OutputResult, language: str) -> list[tuple[str, str]]:
    """The result as pairs of a word and its text: reported, u, dof, k, p, basis, and what Monte Carlo says."""
    decimal = "," if language == "vi" else "."
    spread = difference_unit(check_unit(result.unit))
    dof = shown_dof(result.effective_dof, decimal)
    pairs = [
        ("reported", _reported(result, decimal)),
        ("u", _with_unit(shown(result.standard_uncertainty, decimal, 3), spread)),
        ("dof", dof),
        ("k", display(report(result.coverage_factor, 0.01, 1).value, decimal=decimal)),
        ("p", shown(100 * result.coverage_probability, decimal) + " %"),
        ("basis", result.coverage_reason.text(language)),
    ]
    trials = result.monte_carlo
    if trials is not None:
        pairs.append(("interval", _interval(trials.coverage_interval, result, decimal)))
        verdict = {True: "agrees", False: "differs", None: "unknown"}[trials.validates_gum]
        settled = Phrase(f"uncertainty.monte_carlo_{'settled' if trials.stabilised else 'unsettled'}")
        said = wording(f"uncertainty.monte_carlo_{verdict}", language, trials=trials.trials, settled=settled)
        pairs.append(("monte_carlo", said))
        if trials.reason:
            pairs.append(("note", trials.reason.text(language)))
    return [(wording(f"uncertainty.line_{key}", language), text) for key, text in pairs]
