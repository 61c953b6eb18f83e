"""The calibration function of an item as a table: coefficients and correlations as the certificate will print them."""

from markupsafe import Markup

from certificates.curve import SUBSCRIPTS
from certificates.curve_content import Curve
from ui.components.data_table import Column, Group, data_table
from ui.components.markup import Child, tag
from ui.components.panel import panel_markup
from ui.numbers import number
from uncertainty.units import display_unit
from uncertainty.wording import wording


def curve_panel(curve: Curve, language: str) -> Markup:
    """The panel with each coefficient, its standard uncertainty and unit, and its correlation with each of the others.

    Who computes with the function needs the correlations: without them its uncertainty comes out wrong.
    """

    def word(key: str) -> str:
        return wording(f"documents.{key}", language)

    names = [f"c{SUBSCRIPTS[power]}" for power in range(len(curve.coefficients))]
    columns = (
        Column(word("coefficient")),
        Column(word("coefficient_value"), right=True),
        Column(word("coefficient_u"), right=True),
        Column(word("coefficient_unit")),
        *(Column(f"r({name})", right=True) for name in names),
    )
    rows: tuple[tuple[Child, ...], ...] = tuple(
        (
            tag("i", name),
            number(one.value, language),
            number(one.standard_uncertainty, language),
            display_unit(one.unit, language),
            *(number(figure, language, sign=True) for figure in correlations),
        )
        for name, one, correlations in zip(names, curve.coefficients, curve.correlations, strict=True)
    )
    title = word("section_curve")
    table = data_table(columns, (Group(rows),), title, cards=False)
    return panel_markup(title, table, hint=wording("screens.correlations", language), padded=False)
