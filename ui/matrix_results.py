"""The results of a matrix as they stand: nominal values down, conditions across, what is outside its limits marked."""

from collections.abc import Sequence

from markupsafe import Markup

from lims.procedure_format import Procedure
from lims.quantity_text import shown
from lims.sheets import PointView
from ui.components.data_table import Column, Group, data_table
from ui.components.markup import Child, icon, tag
from ui.matrix_view import row_name, row_of
from ui.numbers import NONE, with_uncertainty
from ui.result_view import of_live
from uncertainty.units import display_unit
from uncertainty.wording import wording


def results_matrix(procedure: Procedure, points: Sequence[PointView], title: str, language: str) -> Markup:
    """The table of results in rows and columns; a dash where nothing is measured or read yet."""
    assert procedure.matrix is not None
    used = {one.result.point["at"] for one in points}
    conditions = [one.at for one in procedure.matrix.columns if one.at in used]
    rows: dict[str, dict[str, PointView]] = {}
    for point in points:
        rows.setdefault(row_of(point), {})[point.result.point["at"]] = point
    columns = (
        Column(wording("screens.grid_point", language)),
        Column(wording("matrix.unit", language)),
        *(Column(shown(at).text(language), right=True) for at in conditions),
    )
    made: list[tuple[Child, ...]] = []
    for cells in rows.values():
        first = next(iter(cells.values()))
        unit = display_unit(first.result.unit, language)
        results = (_cell(cells[at], language) if at in cells else NONE for at in conditions)
        made.append((row_name(procedure, first, language), unit, *results))
    return data_table(columns, (Group(tuple(made)),), title, cards=False)


def _cell(point: PointView, language: str) -> Child:
    """The result with its U; what does not conform has a sign and its word before it."""
    stated = of_live(point.result)
    if stated is None:
        return NONE
    said = with_uncertainty(stated.value, stated.expanded, "", language, sign=stated.kind != "value")
    verdict = stated.conformity["verdict"] if stated.conformity else "pass"
    if verdict == "pass":
        return said
    words = wording(f"certificate.verdict_{verdict}", language)
    return tag("span", icon("octagon-alert", 14), tag("span", words, class_="c-hidden"), " ", said, class_="c-strong")
