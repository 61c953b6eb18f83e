"""Printing the asset label of an instrument: which size, on which sheet, from which place."""

from nicegui import ui

from lims import asset_labels, registry_sheets
from lims.laboratory import Laboratory
from lims.registry_sheets import InstrumentSheet
from ui.components.button import button_link
from ui.components.markup import Child, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/{code}/label")
    async def label(visit: Visit, code: str) -> None:
        draw(visit, await call(visit, registry_sheets.instrument_sheet, code))


def draw(visit: Visit, sheet: InstrumentSheet) -> None:
    """Draw the page: one form that leads to the file."""
    language, row = visit.language, sheet.row

    def word(key: str) -> str:
        return wording(f"labels.{key}", language)

    crumbs = ((row.code, f"/instruments/{row.code}"), (word("title"), ""))
    head = PageHead(word("title"), row.code, word("line"), crumbs)
    with frame(visit, head, here="/instruments"), ui.element("div").classes("c-narrowpage c-stack"):
        sizes = [(one.id, one.name[language]) for one in asset_labels.sizes()]
        usual = f"asset-{asset_labels.USUAL_SIZE}"
        sheets = [("", word("no_sheet_chosen"))]
        for form in asset_labels.sizes():
            known = {key for key, _ in sheets}
            sheets += [(one.id, one.name[language]) for one in asset_labels.sheets_for(form) if one.id not in known]
        form_markup = tag(
            "form",
            tag("input", type="hidden", name="code", value=row.code),
            _field(word("size"), "size", sizes, usual),
            _field(word("sheet"), "sheet", sheets, ""),
            _labelled(
                word("start_place"),
                tag("input", id="start", type="text", name="start", value="1", inputmode="numeric", maxlength=4,
                    autocomplete="off", class_="c-input c-input--day"),
                word("start_hint"), "start",
            ),
            tag(
                "div", tag("button", word("make"), type="submit", class_="c-btn c-btn--main"),
                button_link(wording("pages.leave_form", language), f"/instruments/{row.code}", look="text"),
                class_="c-form__acts",
            ),
            method="get", action="/labels.pdf", class_="c-stack",
        )  # fmt: skip
        ui.html(panel_markup(row.name.text(language), form_markup))


def _field(label: str, name: str, options: list[tuple[str, str]], chosen: str) -> Child:
    made = (
        tag("option", words, value=key, selected="selected" if key == chosen else None) for key, words in options
    )  # fmt: skip
    return _labelled(label, tag("select", *made, id=name, name=name, class_="c-input"), "", name)


def _labelled(label: str, control: Child, hint: str, name: str) -> Child:
    said = tag("p", hint, class_="c-hint") if hint else None
    return tag("div", tag("label", label, for_=name, class_="c-label"), control, said)
