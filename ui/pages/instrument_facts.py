"""What is added to an instrument: where it stands, its ranges, its parts, the certification of a standard."""

from collections.abc import Callable

from nicegui import ui

from lims import instrument_facts, ownership, registry_choices, registry_sheets
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.ownership import OwnersSheet
from lims.people import QUALITY_MANAGER
from lims.registry_choices import RegistryChoices
from lims.registry_sheets import InstrumentSheet
from ui.components.button import button
from ui.components.field import Field, choice, field
from ui.components.markup import tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day, read_day_or_none
from uncertainty.wording import wording

RANGE_FIELDS = ("quantity", "lower", "upper", "unit", "resolution", "resolution_unit", "accuracy", "line")
DAYS = ("issued_on", "valid_until")
HINTS = {"resolution_unit": "resolution_unit_hint", "line": "range_line_hint"}


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/{code}/facts")
    async def facts(visit: Visit, code: str) -> None:
        sheet = await call(visit, registry_sheets.sheet_to_describe, code)
        choices = None
        if sheet.row.kind == "standard" and visit.me.is_a(QUALITY_MANAGER):
            choices = await call(visit, registry_choices.registry_choices)
        FactsPage(visit, sheet, choices, await call(visit, ownership.owners_sheet, code))


class FactsPage:
    """The page: one small form for each kind of fact, each saved by itself."""

    def __init__(
        self, visit: Visit, sheet: InstrumentSheet, choices: RegistryChoices | None, owners: OwnersSheet
    ) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._language = visit, sheet, visit.language
        row = sheet.row
        crumbs = ((row.code, f"/instruments/{row.code}"), (self._word("edit_title"), ""))
        head = PageHead(self._word("edit_title"), row.code, self._word("edit_line"), crumbs)
        here = "/instruments" if row.kind == "item" else "/standards"
        with frame(visit, head, here=here), ui.element("div").classes("c-narrowpage c-stack"):
            self._place()
            if not sheet.instrument.giai:
                self._asset_code()
            self._range()
            self._part()
            if choices is not None:
                self._certification(choices)
            self._owner(owners)

    def _word(self, key: str) -> str:
        return wording(f"facts.{key}", self._language)

    async def _do(self, note: Note, act: Callable[..., object], **given: object) -> None:
        """Do an act and show the instrument again; a refusal stands below its own form."""
        row = self._sheet.row
        if await attempt(self._visit, note, act, row.id, **given) is not None:
            ui.navigate.to(f"/instruments/{row.code}")

    def _place(self) -> None:
        with panel(self._word("place")), ui.element("div").classes("c-stack"):
            place = field(self._word("place"), value=self._sheet.facts.place, longest=200)
            note = Note(self._language)

            async def save() -> None:
                await self._do(note, instrument_facts.place_instrument, place=place.text)

            with ui.element("div").classes("c-form__acts"):
                button(self._word("place_save"), save)

    def _asset_code(self) -> None:
        with panel(self._word("giai")), ui.element("div").classes("c-stack"):
            note = Note(self._language)

            async def give() -> None:
                row = self._sheet.row
                given = await attempt(self._visit, note, instrument_facts.give_asset_code, row.id)
                if given:
                    ui.navigate.to(f"/instruments/{row.code}")
                elif given == "":
                    note.say_text(self._word("giai_none"))

            with ui.element("div").classes("c-form__acts"):
                button(self._word("giai_give"), give)

    def _range(self) -> None:
        with panel(self._word("range_new")), ui.element("div").classes("c-stack"):
            texts: dict[str, Field] = {}
            with ui.element("div").classes("c-form"):
                for name in RANGE_FIELDS:
                    label = self._word("range_line" if name == "line" else name)
                    with ui.element("div"):
                        texts[name] = field(label, hint=self._word(HINTS[name]) if name in HINTS else "", longest=200)
            note = Note(self._language)

            async def save() -> None:
                given = {name: one.text.strip() for name, one in texts.items()}
                await self._do(note, instrument_facts.set_range, **given)

            with ui.element("div").classes("c-form__acts"):
                button(self._word("range_save"), save)

    def _part(self) -> None:
        with panel(self._word("part_new")), ui.element("div").classes("c-stack"):
            with ui.element("div").classes("c-form"):
                with ui.element("div"):
                    part_code = field(self._word("part_code"), longest=200)
                with ui.element("div"):
                    part = field(self._word("part_what"), longest=200)
            note = Note(self._language)

            async def save() -> None:
                await self._do(note, instrument_facts.add_part, part_code=part_code.text, part=part.text)

            with ui.element("div").classes("c-form__acts"):
                button(self._word("part_save"), save)

    def _owner(self, owners: OwnersSheet) -> None:
        def word(key: str) -> str:
            return wording(f"owners.{key}", self._language)

        with panel(word("change"), hint=word("change_hint")), ui.element("div").classes("c-stack"):
            ui.html(tag("p", f"{word('title')}: ", owners.owners[0].name.text(self._language), class_="c-second"))
            with ui.element("div").classes("c-form"):
                bodies = {key: name.text(self._language) for key, name in owners.offered}
                who = choice(word("new_owner"), bodies)
                since = field(word("since"), hint=word("since_hint"), longest=10)
                reason = field(word("reason"), hint=word("reason_hint"), longest=500)
            note = Note(self._language)

            async def save() -> None:
                if not who.text:
                    note.say_text(word("choose"))
                    return
                try:
                    on = read_day_or_none(since.text)
                except Stated as fault:
                    note.say(fault)
                    return
                given = {"owner_id": who.text, "since": on, "reason": reason.text}
                await self._do(note, ownership.change_owner, **given)

            with ui.element("div").classes("c-form__acts"):
                button(word("do"), save)

    def _certification(self, choices: RegistryChoices) -> None:
        hint = self._word("certification_line")
        with panel(self._word("certification"), hint=hint), ui.element("div").classes("c-stack"):
            with ui.element("div").classes("c-form"):
                bodies = {key: name.text(self._language) for key, name in choices.laboratories}
                with ui.element("div"):
                    body = choice(self._word("certified_by"), bodies)
                texts: dict[str, Field] = {}
                for name in ("number", "decision", "issued_on", "valid_until"):
                    with ui.element("div"):
                        texts[name] = field(self._word(name), hint=day_form(self._language) if name in DAYS else "")
            note = Note(self._language)

            async def save() -> None:
                try:
                    issued, until = read_day(texts["issued_on"].text), read_day_or_none(texts["valid_until"].text)
                except Stated as fault:
                    note.say(fault)
                    return
                await self._do(
                    note, instrument_facts.record_certification, body_id=body.text, number=texts["number"].text,
                    decision=texts["decision"].text, issued_on=issued, valid_until=until,
                )  # fmt: skip

            with ui.element("div").classes("c-form__acts"):
                button(self._word("certification_save"), save)
