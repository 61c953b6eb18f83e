"""A list of instruments from a spreadsheet: the file, its columns, every wrong cell, and the taking over."""

from dataclasses import replace
from typing import Final

from nicegui import ui

from instruments.lists import INSTRUMENTS, fields_of
from lims import list_import, registry_choices
from lims.laboratory import Laboratory
from lims.list_import import ListChoice, ListPreview, ReceivedList, accept_list, preview_list
from lims.registry_choices import ListOwners
from ui.components.button import button, button_link
from ui.components.error_note import error_note, split_sentence
from ui.components.field import Field, choice
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.list_view import problems_table, rows_table, summary
from ui.pages.received_form import ReceivedForm
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

TELL_S: Final = 0.3
SAME, APART = "same", "apart"
MOST_ALIKE: Final = 100
KINDS: Final = ("standard", "equipment")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/import")
    async def new_list(visit: Visit) -> None:
        ListImportPage(visit, await call(visit, registry_choices.list_owners))


class ListImportPage(ReceivedForm[ReceivedList]):
    """The page: whose instruments and which file, then columns and rows, then the taking over."""

    def __init__(self, visit: Visit, owners: ListOwners) -> None:
        """Draw the first step."""
        super().__init__(visit, list_import.read_list)
        self.progress = (0, 1)
        crumbs = ((wording("screens.nav_instruments", self.language), "/instruments"), (self.say("list_import"), ""))
        head = PageHead(self.say("list_import"), line=self.say("list_import_line"), crumbs=crumbs)
        with frame(visit, head, here="/instruments"), ui.element("div").classes("c-stack"):
            with panel(self.say("list_file")):
                with ui.element("div").classes("c-form"):
                    centres = {key: name.text(self.language) for key, name in owners.centres}
                    self.centre = choice(self.word("column_keeper"), centres, value=next(iter(centres), None))
                    customers = {"": self.say("list_own")}
                    customers |= {key: name.text(self.language) for key, name in owners.customers}
                    self.owner = choice(self.say("list_owner"), customers, value="")
                    kinds = {one: self.word(f"kind_{one}") for one in KINDS}
                    self.kind = choice(self.say("list_kind"), kinds, value="standard", hint=self.say("list_kind_hint"))
                self.file_step("list", ".xlsx,.ods,.csv,.txt,.xml")
            self.place = ui.element("div").classes("c-stack")

    async def show_read(self) -> None:
        """Its rows by what is most likely."""
        await self.show(ListChoice(self.centre.text, self.owner.text, self.kind.text))

    async def show(self, chosen: ListChoice) -> None:
        """Look at every row and show what would be imported."""
        assert self.note is not None
        bar = self.telling()
        found = await attempt(
            self.visit, self.note, preview_list, received=self.received, choice=chosen, told=self.told
        )
        bar.delete()
        if found is not None:
            self.place.clear()
            with self.place:
                self.draw(found)

    def told(self, done: int, of: int) -> None:
        """Remember how far the work in the other thread is."""
        self.progress = (done, max(1, of))

    def telling(self) -> ui.element:
        """The bar that shows how far the work is; it goes with the next drawing."""
        self.progress = (0, 1)
        with self.place:
            box = ui.element("div").classes("c-panel c-panel__body")
            with box:
                bar = ui.linear_progress(0, show_value=False).props("aria-label=progress")
                ui.timer(TELL_S, lambda: bar.set_value(self.progress[0] / self.progress[1]))
        return box

    def draw(self, found: ListPreview) -> None:
        """Columns, wrong cells, good rows, and the acts."""
        with panel(self.say("list_columns"), hint=self.say("list_columns_hint", head=found.head)):
            self.columns(found)
        self.decided: dict[int, Field] = {}
        if found.alike:
            with panel(self.say("list_alike"), hint=self.say("list_alike_hint")):
                self.alike(found)
        with panel(self.say("list_rows")):
            if found.rows:
                ui.html(summary(found, self.language))
            else:
                ui.html(error_note(*split_sentence(wording("lists.no_rows", self.language, head=found.head))))
            if found.problems:
                ui.html(problems_table(found, self.language))
            if found.good:
                ui.html(rows_table(found, self.language))
            self.end_note = Note(self.language)
            self.acts(found)

    def columns(self, found: ListPreview) -> None:
        """Which column is which field, and which sheet is read."""
        assert self.received is not None
        fields = {"": self.say("column_left_out")}
        fields |= {one: wording(f"lists.field.{one}", self.language) for one in fields_of(INSTRUMENTS)}
        self.mapping: dict[str, Field] = {}
        with ui.element("div").classes("c-form c-form--columns"):
            if len(self.received.sheets) > 1:
                sheets = {str(place): one.name for place, one in enumerate(self.received.sheets)}
                self.sheet = choice(self.say("list_sheet"), sheets, value=str(found.choice.sheet))
            for heading in dict.fromkeys(found.headings):
                self.mapping[heading] = choice(heading[:60], fields, value=found.mapping.get(heading, ""))
        with ui.element("div").classes("c-form__acts"):
            button(self.say("look_again"), lambda: self.look_again(found), size="small", icon="refresh-cw")

    def alike(self, found: ListPreview) -> None:
        """For each row that looks like a known instrument, or an earlier row: whether it is that one, or another."""
        with ui.element("div").classes("c-stack"):
            for one in found.alike[:MOST_ALIKE]:
                row = wording("lists.alike_of_row", self.language, row=one.earlier)
                same = self.say("alike_same", code=one.known[0] if one.known else row)
                options = {"": self.say("alike_open"), SAME: same, APART: self.say("alike_apart")}
                like = [one.told[:120], f"{row}: {one.earlier_plate[:80]}" if one.earlier else ""]
                value = SAME if one.row in found.choice.same else APART if one.row in found.choice.apart else ""
                label = self.say("alike_row", row=one.row, plate=one.plate[:80])
                self.decided[one.row] = choice(label, options, value=value, hint="; ".join(filter(None, like)))
        with ui.element("div").classes("c-form__acts"):
            button(self.say("look_again"), lambda: self.look_again(found), size="small", icon="refresh-cw")

    def decisions(self, found: ListPreview) -> tuple[frozenset[int], frozenset[int]]:
        """The rows that are a known instrument, and those that are another; those not on the page as before."""
        same, apart = (
            frozenset(row for row in before if row not in self.decided)
            | frozenset(row for row, one in self.decided.items() if one.text == word)
            for word, before in ((SAME, found.choice.same), (APART, found.choice.apart))
        )
        return same, apart

    async def look_again(self, found: ListPreview) -> None:
        """Look at the rows again with the columns as they are chosen now."""
        assert self.received is not None
        sheet = int(self.sheet.text) if len(self.received.sheets) > 1 else 0
        mapping = {heading: one.text for heading, one in self.mapping.items()} if sheet == found.choice.sheet else None
        same, apart = self.decisions(found) if sheet == found.choice.sheet else (frozenset(), frozenset())
        await self.show(replace(found.choice, sheet=sheet, mapping=mapping, same=same, apart=apart))

    def acts(self, found: ListPreview) -> None:
        """Take over all rows, or the good ones where some are wrong."""
        with ui.element("div").classes("c-form__acts"):
            if found.good and not found.problems:
                words = self.say("list_take_all", count=len(found.good))
                button(words, lambda: self.accept(found), look="main", icon="check")
            elif found.good:
                words = self.say("list_take_good", count=len(found.good), left=found.left_out)
                button(words, lambda: self.accept(found, good_rows_only=True), icon="check")
            ui.html(button_link(self.word("leave_form"), "/instruments", look="text"))

    async def accept(self, found: ListPreview, *, good_rows_only: bool = False) -> None:
        """Take the rows over, and say how many there are now."""
        if self.decisions(found) != (found.choice.same, found.choice.apart):
            await self.look_again(found)  # what is taken over is what was shown
            return
        chosen = replace(found.choice, mapping=found.mapping, good_rows_only=good_rows_only)
        bar = self.telling()
        done = await attempt(
            self.visit, self.end_note, accept_list, received=self.received, choice=chosen, told=self.told
        )
        bar.delete()
        if done is not None:
            self.place.clear()
            with self.place, panel(self.say("list_done", count=done.rows)):
                said = self.say("list_done_line", first=done.first_code, last=done.last_code)
                ui.label(said)
                where = "/instruments" if chosen.owner_id else "/standards"
                ui.html(button_link(self.say("list_done_see"), where))
