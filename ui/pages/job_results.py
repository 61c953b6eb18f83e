"""The result side of a job: result, points, budget and plot, redrawn when a cell is left."""

from collections.abc import Sequence

from markupsafe import Markup
from nicegui import ui

from lims.sheets import JobSheet, PointView
from ui.components.budget_table import budget_table
from ui.components.data_table import Column, Group, data_table
from ui.components.error_note import error_note, split_sentence
from ui.components.interval_strip import interval_strip
from ui.components.markup import Child, tag
from ui.components.panel import panel_markup
from ui.components.result_panel import Result, result_panel, result_value
from ui.components.series_plot import series_plot
from ui.job_view import plot_of
from ui.matrix_results import results_matrix
from ui.numbers import as_typed, with_uncertainty
from ui.result_view import of_live, shown_budget, shown_interval, shown_result
from uncertainty.units import display_unit
from uncertainty.wording import wording


class JobResults:
    """The panels of the right column, with the point whose budget is shown."""

    def __init__(self, sheet: JobSheet, language: str) -> None:
        """Draw the panels where the page stands."""
        self._sheet, self._language, self._points = sheet, language, sheet.points
        self._chosen = 0
        if len(sheet.points) > 1:
            self._chooser()
        with ui.element("section").classes("c-panel"):
            self._result = ui.html("")
        self._list = ui.html("")
        self._list.set_visibility(len(sheet.points) > 1)
        self._budget = ui.html("")
        self._plot = ui.html("")
        self.show(sheet.points)

    def show(self, points: Sequence[PointView]) -> None:
        """Draw everything anew for the points as they stand."""
        self._points = tuple(points)
        point = self._points[self._chosen]
        language, procedure = self._language, self._sheet.procedure
        stated = of_live(point.result)
        self._result.content = result_panel(self._shown(point), language) + _why(point, language)
        if len(self._points) > 1:
            self._list.content = self._points_list()
        title = wording("screens.budget", language)
        budget = budget_table(shown_budget(procedure, stated, language), language) if stated else None
        self._budget.content = _panel(title, budget) if budget else ""
        self._budget.set_visibility(budget is not None)
        plot = plot_of(self._sheet, self._points, language)
        self._plot.content = _panel(plot.title, series_plot(plot, language), plot.unit, padded=True) if plot else ""
        self._plot.set_visibility(plot is not None)

    def short(self) -> Markup:
        """The result in one line, for the foot of a phone."""
        return result_value(self._shown(self._points[self._chosen]), self._language, "c-strong")

    def _shown(self, point: PointView) -> Result:
        why = provisional_words(point, self._language)
        here = self._sheet.procedure.at(point.result.point)  # before there is a result its range says the unit
        return shown_result(here, of_live(point.result), self._language, provisional=why)

    def _chooser(self) -> None:
        language = self._language
        options = {one.index: _nominal(one, language) for one in self._points}
        with ui.element("div").classes("c-chooser"):
            label = tag("label", wording("screens.point_shown", language), for_="point", class_="c-label")
            ui.html(label)
            field = ui.select(options, value=0, on_change=lambda event: self._choose(event.value))
            field.props("outlined dense options-dense hide-bottom-space behavior=menu transition-duration=0")
            field.props("for=point").classes("c-field")

    def _choose(self, index: object) -> None:
        if isinstance(index, int) and 0 <= index < len(self._points):
            self._chosen = index
            self.show(self._points)

    def _points_list(self) -> Markup:
        language, procedure = self._language, self._sheet.procedure
        title = wording("screens.points", language)
        if procedure.matrix is not None:
            return _panel(title, results_matrix(procedure, self._points, title, language))
        rows, strips, remarks = [], [], []
        for one in self._points:
            stated = of_live(one.result)
            interval = shown_interval(procedure, stated, language) if stated else None
            signed = stated is not None and stated.kind != "value"
            unit = display_unit(stated.unit, language) if stated else ""
            value = with_uncertainty(stated.value, stated.expanded, unit, language, sign=signed) if stated else "–"
            rows.append((_nominal(one, language), value))
            strips.append(interval_strip(interval, language, in_list=True) if interval else "")
            remarks.append(provisional_words(one, language))
        columns = [
            Column(wording("screens.grid_point", language), place="first"),
            Column(wording("screens.column_result", language), right=True, place="due"),
        ]
        cells: list[tuple[Child, ...]] = list(rows)
        # A column in which nothing stands says nothing.
        for key, column in (("in_limits", strips), ("remark", remarks)):
            if any(column):
                columns.append(Column(wording(f"screens.column_{key}", language), place="line"))
                cells = [(*row, cell) for row, cell in zip(cells, column, strict=True)]
        group = Group(tuple(cells), here=frozenset({self._chosen}))
        return _panel(title, data_table(tuple(columns), (group,), title))


def provisional_words(point: PointView, language: str) -> str:
    """From how many rows the result comes, as long as there are more to be read."""
    if not point.result.provisional:
        return ""
    rows = next(iter(point.result.observed.values()), ())
    done = sum(row.text is not None for row in rows)
    return wording("screens.from_series", language, done=done, count=len(rows))


def _why(point: PointView, language: str) -> Markup:
    if point.result.why is None:
        return Markup("")
    what, more = split_sentence(point.result.why.text(language))
    return error_note(what, more or None, weight="warn")


def _nominal(point: PointView, language: str) -> str:
    digits, _, unit = point.nominal.partition(" ")
    said = f"{as_typed(digits, language)}\u00a0{display_unit(unit, language)}" if unit else str(point.index + 1)
    return f"{said} · {point.where.text(language)}" if point.where else said


def _panel(title: str, body: Markup, hint: str = "", *, padded: bool = False) -> Markup:
    return panel_markup(title, body, hint=hint, padded=padded)
