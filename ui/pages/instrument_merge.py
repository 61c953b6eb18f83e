"""Two records of one instrument: which ones look alike, both side by side, and the decision to merge them."""

from markupsafe import Markup
from nicegui import ui

from lims import merging
from lims.disciplines import quantity_name
from lims.laboratory import Laboratory
from lims.merging import Pair, Recorded
from lims.registry_sheets import InstrumentRow
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note, split_sentence
from ui.components.field import field
from ui.components.markup import Child, code, link, pieces, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel, panel_markup
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import number
from ui.pages.registry_form import Form
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.units import display_unit
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the pages."""

    @page(lab, sockets, "/instruments/duplicates")
    async def duplicates(visit: Visit) -> None:
        draw_duplicates(visit, await call(visit, merging.pairs_alike))

    @page(lab, sockets, "/instruments/{code}/merge")
    async def merge(visit: Visit, code: str, other: str = "") -> None:
        row = await call(visit, merging.record_to_merge, code)
        pair = await call(visit, merging.pair, code, other[:200]) if other.strip() else None
        MergePage(visit, row, pair)


def draw_duplicates(visit: Visit, pairs: list[merging.Alike]) -> None:
    """The list of records that may be one instrument."""
    language = visit.language

    def word(key: str) -> str:
        return wording(f"facts.{key}", language)

    crumbs = ((wording("screens.nav_instruments", language), "/instruments"), (word("duplicates"), ""))
    with frame(visit, PageHead(word("duplicates"), line=word("duplicates_line"), crumbs=crumbs), here="/instruments"):
        if not pairs:
            ui.html(empty_state(word("duplicates_none"), word("duplicates_none_when")))
            return
        columns = (
            Column(word("duplicates_first"), place="first"), Column(word("duplicates_second"), place="line"),
            Column("", place="beside"),
        )  # fmt: skip
        rows = tuple(
            (
                _plate(one.first, language), _plate(one.second, language),
                link(word("merge_compare"), f"/instruments/{one.first.code}/merge?other={one.second.code}"),
            )
            for one in pairs
        )  # fmt: skip
        ui.html(tag("div", data_table(columns, (Group(rows),), word("duplicates")), class_="c-panel c-clip"))


def _plate(one: InstrumentRow, language: str) -> Child:
    made = pieces(one.code, one.maker, one.model, one.serial_number)
    return named(link(one.name.text(language), f"/instruments/{one.code}", "c-name"), made)


class MergePage(Form):
    """The page of a merger: first the other record is named, then both are compared, then it is decided."""

    def __init__(self, visit: Visit, row: InstrumentRow, pair: Pair | None) -> None:
        """Draw the page."""
        super().__init__(visit)
        self.row, self.pair = row, pair
        path = f"/instruments/{row.code}"
        crumbs = ((row.code, path), (self.said("merge_title"), ""))
        head = PageHead(self.said("merge_title"), row.code, self.said("merge_line"), crumbs)
        with frame(visit, head, here="/instruments"), ui.element("div").classes("c-narrowpage c-stack"):
            ui.html(self._which())
            if pair is not None:
                ui.html(self._compared(pair))
                if not pair.serials_agree:
                    ui.html(error_note(*split_sentence(self.said("merge_serials")), weight="warn"))
                with panel(self.said("merge_do")), ui.element("div").classes("c-stack"):
                    self.reason = field(self.said("merge_reason"), kind="lines", hint=self.said("merge_reason_hint"))
                    ui.html(tag("p", self.said("merge_kept_note"), class_="c-second"))
                    self.end(self.said("merge_do"), self.save, path)

    def said(self, key: str) -> str:
        """A word of this page."""
        return wording(f"facts.{key}", self.language)

    def _which(self) -> Markup:
        other = self.pair.merged.instrument.code if self.pair else ""
        form = tag(
            "form",
            tag("div", tag("label", self.said("merge_other"), for_="other", class_="c-label"),
                tag("input", id="other", type="text", name="other", value=other, maxlength=200, autocomplete="off",
                    class_="c-input"), class_="c-box"),
            tag("div", tag("button", self.said("merge_compare"), type="submit", class_="c-btn"), class_="c-form__acts"),
            method="get", class_="c-stack",
        )  # fmt: skip
        return panel_markup(self.row.name.text(self.language), form)

    def _compared(self, pair: Pair) -> Markup:
        columns = (
            Column(self.said("merge_field"), place="first"), Column(self.said("merge_kept"), place="line"),
            Column(self.said("merge_merged"), place="line"),
        )  # fmt: skip
        rows: list[tuple[Child, ...]] = [
            (wording("pages.column_code", self.language), code(pair.kept.instrument.code),
             code(pair.merged.instrument.code)),
            (self.said("merge_counts"), _counts(pair.kept), _counts(pair.merged)),
        ]  # fmt: skip
        rows += [(self._field(name), *(self._value(name, one) for one in both)) for name, *both in pair.differing]
        table = data_table(columns, (Group(tuple(rows)),), self.said("merge_title"))
        hint = "" if pair.differing else self.said("merge_same")
        return panel_markup(self.said("merge_compare"), table, hint=hint, padded=False)

    def _field(self, name: str) -> str:
        words = {
            "kind": "pages.field_kind", "quantity": "pages.field_quantity", "status": "pages.column_state",
            "asset_code": "pages.field_asset_code",
        }  # fmt: skip
        return wording(words.get(name, f"pages.field_{name}"), self.language)

    def _value(self, name: str, value: str) -> str:
        """What a record says, in words where the registry keeps a key."""
        if name == "quantity" and value:
            return quantity_name(value).text(self.language)
        if name in ("kind", "status"):
            return wording(f"pages.{name}_{value}", self.language)
        if name == "nominal_unit" and value:
            return display_unit(value, self.language)
        return number(value, self.language) if name == "nominal" and value else value or "–"

    async def save(self) -> None:
        """Merge, and go to the record that goes on."""
        assert self.pair is not None
        done = await self.saved(
            merging.merge_instruments, self.pair.kept.instrument.id, merged_code=self.pair.merged.instrument.code,
            reason=self.reason.text.strip(),
        )  # fmt: skip
        if done is not None:
            ui.navigate.to(f"/instruments/{self.row.code}")


def _counts(one: Recorded) -> str:
    return f"{one.jobs} · {one.certificates} · {one.calibrations}"
