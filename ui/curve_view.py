"""The calibration function of an item as a table: the coefficients as the certificate will print them."""

from markupsafe import Markup

from certificates.curve import SUBSCRIPTS
from certificates.curve_content import Curve
from ui.components.data_table import Column, Group, data_table
from ui.components.markup import tag
from ui.components.panel import panel_markup
from ui.numbers import number
from uncertainty.units import display_unit
from uncertainty.wording import wording


def curve_panel(curve: Curve, language: str) -> Markup:
    """The panel with each coefficient, its standard uncertainty and its unit."""

    def word(key: str) -> str:
        return wording(f"documents.{key}", language)

    columns = (
        Column(word("coefficient"), place="first"),
        Column(word("coefficient_value"), right=True, place="line"),
        Column(word("coefficient_u"), right=True, place="line"),
        Column(word("coefficient_unit"), place="line"),
    )
    rows = tuple(
        (
            tag("i", f"c{SUBSCRIPTS[power]}"),
            number(one.value, language),
            number(one.standard_uncertainty, language),
            display_unit(one.unit, language),
        )
        for power, one in enumerate(curve.coefficients)
    )
    title = word("section_curve")
    return panel_markup(title, data_table(columns, (Group(rows),), title), padded=False)
