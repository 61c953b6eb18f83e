"""The uncertainty budget: rows in the order of the model, the share of each as a bar."""

from dataclasses import dataclass

from markupsafe import Markup

from ui.components.markup import join, symbol, tag
from ui.components.share_bar import share_bar
from ui.numbers import number, quantity
from uncertainty.wording import wording


@dataclass(frozen=True)
class BudgetLine:
    """One row: what the quantity is, where its number comes from, what it contributes.

    Attributes:
        symbol: as the model writes it, `m_S`; empty for covariance and second-order rows.
        source: in words, in the reader's language.
        estimate: canonical; None where the row has none.
        estimate_unit: as shown.
        uncertainty: the contribution to u of the result, canonical, in the unit of the budget.
        distribution: in words, in the reader's language.
        part: share of the variance, 0 to 1 (negative for a covariance that lowers it).
    """

    symbol: str
    source: str
    estimate: str | None
    estimate_unit: str
    uncertainty: str
    distribution: str
    part: float


@dataclass(frozen=True)
class Budget:
    """The rows and what they add up to, all canonical, uncertainties in one unit.

    Attributes:
        symbol: of the result.
        unit: of all uncertainties, as shown.
        lines: in the order of the model.
        estimate: of the result.
        estimate_unit: as shown.
        uncertainty: combined standard uncertainty.
        coverage_factor: k.
        expanded: U.
    """

    symbol: str
    unit: str
    lines: tuple[BudgetLine, ...]
    estimate: str
    estimate_unit: str
    uncertainty: str
    coverage_factor: str
    expanded: str


def budget_table(budget: Budget, language: str) -> Markup:
    """The budget as a table; on a phone symbol, u and share remain."""
    largest = max((line.part for line in budget.lines), default=0.0)
    rows = [_row(line, line.part == largest, language) for line in budget.lines]
    return tag(
        "table",
        tag("caption", wording("screens.budget", language), class_="c-hidden"),
        tag("thead", _head(budget, language)),
        tag("tbody", *rows, _total(budget, language)),
        class_="c-table c-budget",
    )


def _head(budget: Budget, language: str) -> Markup:
    def word(key: str) -> str:
        return wording(f"screens.budget_{key}", language)

    share_of = join(word("share_of"), " u²(", symbol(budget.symbol), ")")
    return tag(
        "tr",
        tag("th", word("quantity"), scope="col"),
        tag("th", word("source"), scope="col", class_="c-phone-off"),
        tag("th", word("estimate"), scope="col", class_="c-right c-phone-off"),
        tag("th", join(tag("i", "u"), f", {budget.unit}"), scope="col", class_="c-right"),
        tag("th", word("distribution"), scope="col", class_="c-phone-off"),
        tag("th", share_of, scope="col"),
    )


def _row(line: BudgetLine, largest: bool, language: str) -> Markup:
    estimate = "" if line.estimate is None else quantity(line.estimate, line.estimate_unit, language)
    return tag(
        "tr",
        tag("td", symbol(line.symbol) if line.symbol else tag("span", line.source, class_="c-second c-narrow-inline")),
        tag("td", line.source, class_="c-second c-phone-off"),
        tag("td", estimate, class_="c-number c-phone-off"),
        tag("td", number(line.uncertainty, language), class_="c-number"),
        tag("td", line.distribution, class_="c-second c-phone-off"),
        tag("td", share_bar(line.part, language, largest=largest)),
    )


def _total(budget: Budget, language: str) -> Markup:
    coverage = number(budget.coverage_factor, language)
    combined = quantity(budget.uncertainty, budget.unit, language)
    expanded = quantity(budget.expanded, budget.unit, language)
    sum_of_it = join(
        tag("i", "U"), " = ", tag("i", "k"), "·", tag("i", "u"), f" = {coverage} × {combined} = ", tag("b", expanded)
    )
    return tag(
        "tr",
        tag("td", join(tag("i", "u"), "(", symbol(budget.symbol), ")")),
        tag("td", wording("screens.budget_combined", language), class_="c-phone-off"),
        tag("td", quantity(budget.estimate, budget.estimate_unit, language), class_="c-number c-phone-off"),
        tag("td", tag("b", number(budget.uncertainty, language)), class_="c-number"),
        tag("td", class_="c-phone-off"),
        tag("td", sum_of_it, class_="c-nowrap"),
        class_="c-table__total",
    )
