"""The calibration function on paper: equation, coefficients with uncertainty and correlation, its use backwards."""

from __future__ import annotations

from certificates.column_groups import table_items
from certificates.content import Bilingual, Column, ResultTable
from certificates.curve_content import Curve
from certificates.edition import Edition
from certificates.flow import Item
from certificates.sections import prose, space

UNSAID = Bilingual("", "")  # below a symbol that the equation explains
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
SUPERSCRIPTS = ("", "", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹")


def curve_items(curve: Curve, edition: Edition, accent: str, *, place: int) -> list[Item]:
    """The blocks of the section.

    Args:
        place: number of the first table in the certificate, to name it in a refusal.
    """
    items: list[Item] = [
        *prose(equation_text(curve, edition), edition, ours=True, field="curve"),
        space(1.2),
        *table_items(_coefficients(curve, edition), edition, accent, place=place),
    ]
    if curve.inverse:
        items += [space(2.4), *prose(_inverse_text(curve, edition), edition, ours=True, field="curve")]
        items += table_items(_inverse(curve, edition), edition, accent, place=place + 1)
    return items


def equation(curve: Curve) -> str:
    """ "R = c₀ + c₁ t + c₂ t²", its symbols marked for italics."""
    terms = []
    for power in range(len(curve.coefficients)):
        argument = f"\u00a0*{curve.argument}*{SUPERSCRIPTS[power]}" if power else ""
        terms.append(f"*c*{SUBSCRIPTS[power]}{argument}")
    return f"*{curve.symbol}*\u00a0= {' + '.join(terms)}"


def equation_text(curve: Curve, edition: Edition) -> Bilingual:
    """What the function is, where it holds, and how its uncertainty is had from the table."""
    said = {}
    for language, of in (("vi", edition), ("en", edition.in_english())):
        unit = of.unit(curve.argument_unit)
        values = {
            "equation": equation(curve), "lower": of.number(curve.lower), "upper": of.number(curve.upper), "unit": unit,
            "argument": f"*{curve.argument}*",
        }  # fmt: skip
        said[language] = getattr(of.say("documents.curve_equation", **values), language)
    return Bilingual(said["vi"], said["en"])


def _inverse_text(curve: Curve, edition: Edition) -> Bilingual:
    return edition.say("documents.curve_inverse", symbol=f"*{curve.symbol}*", argument=f"*{curve.argument}*")


def _coefficients(curve: Curve, edition: Edition) -> ResultTable:
    """One row a coefficient; the correlation with each stands in its row."""
    names = [f"c{SUBSCRIPTS[power]}" for power in range(len(curve.coefficients))]
    columns = [
        Column("name", edition.say("documents.coefficient"), kind="symbol"),
        Column("value", edition.say("documents.coefficient_value"), emphasis=True),
        Column("u", edition.say("documents.coefficient_u")),
        Column("unit", edition.say("documents.coefficient_unit"), kind="text"),
        *(Column(f"r{name}", UNSAID, symbol=f"r({name})") for name in names),
    ]
    rows = tuple(
        (name, one.value, one.standard_uncertainty, edition.unit(one.unit), *correlations)
        for name, one, correlations in zip(names, curve.coefficients, curve.correlations, strict=True)
    )
    return ResultTable(tuple(columns), rows)


def _inverse(curve: Curve, edition: Edition) -> ResultTable:
    """The argument at some values of the function."""
    uncertainty_unit = "K" if curve.argument_unit == "degC" else curve.argument_unit
    columns = (
        Column("response", UNSAID, curve.unit, symbol=curve.symbol),
        Column("argument", UNSAID, curve.argument_unit, symbol=curve.argument, emphasis=True),
        Column("U", edition.say("layout.inverse_factor"), uncertainty_unit, symbol="U"),
    )
    return ResultTable(columns, tuple((one.response, one.value, one.expanded_uncertainty) for one in curve.inverse))
