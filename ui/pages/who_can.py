"""Who can calibrate this: one search over the scopes of all centres, for staff and for customers."""

from typing import Final

from markupsafe import Markup
from nicegui import ui

from instruments.capability import Offer
from instruments.cmc import CmcText
from lims import who_can
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.procedure_format import Label
from lims.who_can import Found
from ui.components.chip import chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import Child, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

HERE: Final = "/who-can"
_COLUMNS: Final = ("body", "range", "cmc", "meets")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, HERE)
    async def search(visit: Visit, quantity: str = "", point: str = "", u: str = "") -> None:
        known = await call(visit, who_can.quantities)
        found: Found | None = None
        problem: Stated | None = None
        if point.strip():
            asked = {"quantity": quantity[:200], "point": point[:100], "most_u": u[:100]}
            try:
                found = await call(visit, who_can.search, **asked)
            except Stated as refusal:
                problem = refusal
        _draw(visit, known, (quantity[:200], point[:100], u[:100]), found, problem)


def _draw(
    visit: Visit, known: list[tuple[str, Label]], typed: tuple[str, str, str], found: Found | None,
    problem: Stated | None,
) -> None:  # fmt: skip
    language = visit.language
    head = PageHead(wording("scopes.title", language), line=wording("scopes.line", language))
    with frame(visit, head, here=HERE):
        form = _form(known, typed, language)
        note = error_note(*split_sentence(problem.text(language))) if problem is not None else None
        ui.html(panel_markup(wording("scopes.search", language), form, note))
        if found is not None:
            ui.html(_answer(found, language))


def _form(known: list[tuple[str, Label]], typed: tuple[str, str, str], language: str) -> Markup:
    """A form without script: its answer has an address that can be sent to a colleague."""
    quantity, point, most_u = typed
    options = [
        tag("option", name.text(language), value=key, selected="selected" if key == quantity else None)
        for key, name in known
    ]

    def box(words: str, *inside: Child, hint: str = "") -> Markup:
        label = tag("span", words, tag("span", f" {hint}", class_="c-label__hint") if hint else None, class_="c-label")
        return tag("label", label, *inside, class_="c-box")

    def line(name: str, value: str) -> Markup:
        return tag("input", type="text", name=name, value=value, class_="c-input", autocomplete="off", maxlength=100)

    said = {
        key: wording(f"scopes.{key}", language) for key in ("quantity", "point", "point_hint", "u", "u_hint", "find")
    }
    fields = (
        box(said["quantity"], tag("select", *options, name="quantity", class_="c-input")),
        box(said["point"], line("point", point), hint=said["point_hint"]),
        box(said["u"], line("u", most_u), hint=said["u_hint"]),
    )
    submit = tag("button", said["find"], type="submit", class_="c-btn c-btn--main")
    acts = tag("div", submit, class_="c-form__acts")
    return tag(
        "form", tag("div", tag("div", *fields, class_="c-form"), acts, class_="c-stack"), method="get", action=HERE
    )


def _answer(found: Found, language: str) -> Markup:
    asked = {"quantity": found.quantity, "point": found.asked(language), "day": day(found.day)}
    title = wording("scopes.asked", language, count=len(found.offers), **asked)
    if not found.offers:
        return empty_state(wording("scopes.nobody", language), wording("scopes.nobody_when", language))
    shown = [key for key in _COLUMNS if key != "meets" or found.most_u]
    places = {"body": "first", "cmc": "due", "range": "line", "meets": "beside"}
    columns = tuple(
        Column(wording(f"scopes.column_{key}", language), right=key == "cmc", place=places[key])  # type: ignore[arg-type]
        for key in shown
    )
    rows = tuple(_cells(one, found, language)[: len(shown)] for one in found.offers)
    return panel_markup(title, data_table(columns, (Group(rows),), title), padded=False)


def _cells(one: Offer, found: Found, language: str) -> tuple[Child, ...]:
    name = (one.name.name_vi if language == "vi" else one.name.name_en) if one.name else one.body.code
    recognition = wording(f"bodies.recognition_{one.recognition.kind}", language)
    beside = " · ".join(
        part for part in (recognition, one.recognition.number, one.name.telephone if one.name else "") if part
    )
    meets: Child = ""
    if one.meets is not None:
        word = wording(f"scopes.{'meets' if one.meets else 'misses'}", language)
        meets = chip(word, *(("ok", "circle-check") if one.meets else ("warn", "circle-x")))
    cmc: Child = tag("span", who_can.shown_cmc(one, found.wanted, language), class_="c-name")
    if one.line.cmc_slope:
        cmc = named(cmc, CmcText(one.line).text(language))
    return named(tag("span", name, class_="c-name"), beside), who_can.shown_range(one, language), cmc, meets
