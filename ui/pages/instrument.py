"""One instrument: what it is, its calibrations, its chain as it stood on a day, its certificates."""

from datetime import date

from markupsafe import Markup
from nicegui import ui

from instruments.history import PastCalibration
from lims import registry_sheets
from lims.clock import local_day
from lims.laboratory import Laboratory
from lims.registry_sheets import InstrumentSheet
from ui.certificate_view import certificates_table
from ui.chain_view import chain_nodes
from ui.components.chain_graph import chain_graph
from ui.components.chip import chip, state_chip
from ui.components.data_table import Column, Group, data_table
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note
from ui.components.facts_strip import Fact, facts_strip
from ui.components.history_plot import HistoryPlot, HistoryPoint, history_plot
from ui.components.markup import code, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import as_typed, day, quantity, with_uncertainty
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.errors import Invalid
from uncertainty.units import display_unit
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/{code}")
    async def instrument(visit: Visit, code: str, on: str = "") -> None:
        today = local_day(lab.clock.now(), lab.settings.time_zone)
        asked = _day(on)
        sheet = await call(visit, registry_sheets.instrument_sheet, code, on=asked)
        _draw(visit, sheet, asked or today, today)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("screens.day_form", text=text[:20]) from None


def _draw(visit: Visit, sheet: InstrumentSheet, on: date, today: date) -> None:
    language, row = visit.language, sheet.row
    kind = (
        wording(f"screens.level_{row.level}", language) if row.level else wording(f"screens.kind_{row.kind}", language)
    )
    serial = wording("screens.serial", language, serial=row.serial_number) if row.serial_number else ""
    line = " · ".join(part for part in (kind, row.maker, row.model, serial, row.owner.text(language)) if part)
    list_path = "/instruments" if row.kind == "item" else "/standards"
    word = "nav_instruments" if row.kind == "item" else "nav_standards"
    crumbs = ((wording(f"screens.{word}", language), list_path), (row.code, ""))
    with frame(visit, PageHead(row.name.text(language), row.code, line, crumbs), here=list_path):
        ui.html(facts_strip(_facts(sheet, today, language), wording("screens.instrument_facts", language)))
        with ui.element("div").classes("c-columns c-columns--instrument"):
            with ui.element("div").classes("c-stack"):
                _history(sheet, language)
                if sheet.certificates:
                    table = certificates_table(sheet.certificates, language, whose="")
                    ui.html(tag("h2", wording("screens.nav_certificates", language), class_="c-section"))
                    ui.html(table)
            with ui.element("div").classes("c-stack"):
                _chain(sheet, on, language)


def _facts(sheet: InstrumentSheet, today: date, language: str) -> tuple[Fact, ...]:
    def word(key: str) -> str:
        return wording(f"screens.column_{key}", language)

    row, one = sheet.row, sheet.instrument
    found = [Fact(word("state"), "", chip=state_chip(row.status, language))]
    if row.kind == "standard" or row.valid_until:
        until = day(row.valid_until) if row.valid_until else wording("screens.not_calibrated", language)
        left = (row.valid_until - today).days if row.valid_until else 0
        detail = wording("screens.days_left", language, days=left) if left > 0 else ""
        found.append(
            Fact(word("valid_until"), until, detail, "bad" if not row.in_force else "warn" if left < 30 else "plain")
        )
    if one.nominal:
        unit = display_unit(one.nominal_unit, language) if one.nominal_unit else ""
        found.append(Fact(word("nominal"), quantity(one.nominal, unit, language), one.accuracy_class))
    for name, held in sheet.properties.items():
        label = wording("screens.property", language, name=_property_word(name, language))
        found.append(Fact(label, quantity(held.text, display_unit(held.unit, language), language)))
    return tuple(found)


def _property_word(name: str, language: str) -> str:
    """The name of a property in words; one without words of its own as it is stored."""
    try:
        return wording(f"screens.property_{name}", language)
    except KeyError:
        return name.replace("_", " ")


def _history(sheet: InstrumentSheet, language: str) -> None:
    title = wording("screens.calibrations", language)
    if not sheet.past:
        when = wording("screens.calibrations_empty_when", language)
        ui.html(panel_markup(title, empty_state(wording("screens.calibrations_empty", language), when)))
        return
    plot = _plot(sheet, language)
    if plot is not None:
        ui.html(
            panel_markup(
                plot.title, history_plot(plot, language), hint=wording("screens.plot_unit", language, unit=plot.unit)
            )
        )
    rows = tuple(_past(one, language) for one in sheet.past)
    heads = ("performed", "certificate", "laboratory", "result", "valid_until", "state")
    columns = tuple(
        Column(
            wording(f"screens.column_{key}", language),
            right=key == "result",
            place="first" if key == "certificate" else "line",
        )
        for key in heads
    )
    ui.html(panel_markup(title, data_table(columns, (Group(rows),), title), padded=False))


def _past(one: PastCalibration, language: str) -> tuple[Markup | str, ...]:
    calibration = one.calibration
    laboratory = (one.name.name_vi if language == "vi" else one.name.name_en) if one.name else one.laboratory.code
    first = one.results[0] if one.results else None
    result = ""
    if first is not None and first.expanded_uncertainty:
        unit, other = display_unit(first.unit, language), display_unit(first.uncertainty_unit or first.unit, language)
        same = unit == other
        result = (
            with_uncertainty(first.value, first.expanded_uncertainty, unit, language)
            if same
            else f"{quantity(first.value, unit, language)} ± {quantity(first.expanded_uncertainty, other, language)}"
        )
        if len(one.results) > 1:
            result = wording("screens.results_count", language, count=len(one.results))
    state = (
        state_chip("withdrawn", language)
        if one.withdrawal
        else chip(wording("screens.in_force", language), "ok", "circle-check")
        if one.in_force
        else ""
    )
    until = day(calibration.valid_until) if calibration.valid_until else ""
    return (day(calibration.performed_on), code(calibration.certificate_number), laboratory, result, until, state)


def _plot(sheet: InstrumentSheet, language: str) -> HistoryPlot | None:
    """Deviation from the nominal value over the years, where every calibration has one result in comparable units."""
    from decimal import Decimal

    from lims.quantity_text import in_unit
    from uncertainty.rounding import canonical

    points = []
    unit = ""
    for one in sorted(sheet.past, key=lambda past: past.calibration.performed_on):
        first = one.results[0] if len(one.results) == 1 and not one.withdrawal else None
        if first is None or not (first.nominal and first.nominal_unit and first.expanded_uncertainty):
            continue
        unit = unit or (first.uncertainty_unit or first.unit)
        deviation = in_unit(f"{first.value} {first.unit}", unit) - in_unit(
            f"{first.nominal} {first.nominal_unit}", unit
        )
        expanded = in_unit(f"{first.expanded_uncertainty} {first.uncertainty_unit or first.unit}", unit)
        points.append(
            HistoryPoint(
                one.calibration.performed_on, canonical(Decimal(deviation)), canonical(Decimal(expanded)), one.in_force
            )
        )
    if len(points) < 2:
        return None
    nominal = as_typed(sheet.instrument.nominal or "", language)
    name = f"{nominal} {display_unit(sheet.instrument.nominal_unit, language)}" if sheet.instrument.nominal_unit else ""
    return HistoryPlot(
        wording("screens.plot_deviation", language, nominal=name), display_unit(unit, language), tuple(points)
    )


def _chain(sheet: InstrumentSheet, on: date, language: str) -> None:
    title = wording("screens.chain", language)
    if sheet.chain is None:
        return
    whole = sheet.chain.unbroken
    chip_words = state_chip("unbroken" if whole else "broken", language)
    words = wording("screens.chain_on", language)
    field = tag("input", type="date", name="on", value=on.isoformat(), aria_label=words, class_="c-input c-input--day")
    form = tag(
        "form", field, tag("button", words, type="submit", class_="c-btn c-btn--small"), method="get", class_="c-search"
    )
    notes = [error_note(one.text(language), weight="bad") for one in sheet.chain.breaks]
    notes += [error_note(one.text(language), weight="warn") for one in sheet.chain.warnings]
    graph = chain_graph(chain_nodes(sheet.path, language, here=sheet.row.code), language) if sheet.path else None
    year_ago = tag(
        "a", wording("screens.chain_year_ago", language), href=f"?on={_year_before(on).isoformat()}", class_="c-link"
    )
    beside = tag("div", chip_words, form, class_="c-form__acts")
    ui.html(panel_markup(title, *notes, graph, tag("p", year_ago), beside=beside))


def _year_before(on: date) -> date:
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return on.replace(year=on.year - 1, day=28)
