"""One body: what it has been called, its new name, its GS1 company prefix."""

from nicegui import ui

from instruments.models import BodyName
from lims import body_sheets, registering_bodies
from lims.body_sheets import BodySheet, RecognitionRow
from lims.laboratory import Laboratory
from lims.people import ADMINISTRATOR
from lims.registering_bodies import NewName
from ui.components.button import button
from ui.components.data_table import Column, Group, data_table, named
from ui.components.field import Field, field
from ui.components.markup import Child, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel, panel_markup
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

FIELDS = ("name_vi", "name_en", "legal_form", "address_vi", "address_en", "telephone")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/bodies/{code}")
    async def body(visit: Visit, code: str) -> None:
        BodyPage(visit, await call(visit, body_sheets.body_sheet, code))


class BodyPage:
    """The page of one body."""

    def __init__(self, visit: Visit, sheet: BodySheet) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._language = visit, sheet, visit.language
        row = sheet.row
        crumbs = ((self._word("title"), "/bodies"), (row.code, ""))
        head = PageHead(row.label().text(self._language), row.code, self._word(f"kind_{row.kind}"), crumbs)
        with frame(visit, head, here="/bodies"), ui.element("div").classes("c-narrowpage c-stack"):
            ui.html(panel_markup(self._word("names"), self._names(), hint=self._word("names_line"), padded=False))
            if sheet.recognitions:
                said = self._said("recognitions")
                ui.html(panel_markup(said, self._recognitions(said), padded=False))
            prefix = sheet.company_prefix or self._word("prefix_none")
            ui.html(panel_markup(self._word("prefix"), tag("p", prefix)))
            if visit.me.is_a(ADMINISTRATOR):
                self._rename()
                self._prefix()

    def _word(self, key: str) -> str:
        return wording(f"bodies.{key}", self._language)

    def _names(self) -> Child:
        columns = (
            Column(self._word("column_name"), place="first"), Column(self._word("legal_form"), place="line"),
            Column(self._word("since"), place="line"),
        )  # fmt: skip
        rows = tuple(self._cells(one) for one in self._sheet.names)
        return data_table(columns, (Group(rows),), self._word("names"))

    def _cells(self, one: BodyName) -> tuple[Child, ...]:
        vi = self._language == "vi"
        name = named(one.name_vi if vi else one.name_en, one.address_vi if vi else one.address_en)
        return (name, one.legal_form or "", day(one.valid_from))

    def _recognitions(self, title: str) -> Child:
        heads = (self._word("recognition"), self._word("number"), self._said("lines"), self._said("valid"))
        columns = tuple(Column(head, place="line" if place else "first") for place, head in enumerate(heads))
        rows = tuple(self._recognition(one) for one in self._sheet.recognitions)
        return data_table(columns, (Group(rows),), title)

    def _said(self, key: str, **values: object) -> str:
        return wording(f"scope_lines.{key}", self._language, **values)

    def _recognition(self, one: RecognitionRow) -> tuple[Child, ...]:
        """Kind with authority, number, how many lines, and from when to when."""
        authority = one.authority.text(self._language) if one.authority else None
        first = day(one.valid_from)
        valid = f"{first} – {day(one.valid_to)}" if one.valid_to else self._said("valid_since", first=first)
        kind = named(self._word(f"recognition_{one.kind}"), authority)
        return kind, one.number, self._said("lines_count", count=len(one.lines)), valid

    def _rename(self) -> None:
        held = self._sheet.row.name
        with panel(self._word("rename")), ui.element("div").classes("c-stack"):
            texts: dict[str, Field] = {}
            with ui.element("div").classes("c-form"):
                for name in FIELDS:
                    with ui.element("div"):
                        value = (getattr(held, name) or "") if held else ""
                        texts[name] = field(self._word(name), value=value, longest=300)
            reason = field(self._word("rename_reason"), hint=self._word("rename_reason_hint"), longest=500)
            note = Note(self._language)

            async def save() -> None:
                name = NewName(**{key: one.text for key, one in texts.items()})
                given = {"name": name, "reason": reason.text.strip()}
                done = await attempt(self._visit, note, registering_bodies.rename_body, self._sheet.row.id, **given)
                if done is not None:
                    ui.navigate.to(f"/bodies/{self._sheet.row.code}")

            with ui.element("div").classes("c-form__acts"):
                button(self._word("rename_save"), save)

    def _prefix(self) -> None:
        with panel(self._word("prefix")), ui.element("div").classes("c-stack"):
            prefix = field(self._word("prefix"), hint=self._word("prefix_hint"), longest=20)
            source = field(self._word("prefix_source"), hint=self._word("prefix_source_hint"), longest=200)
            note = Note(self._language)

            async def save() -> None:
                given = {"prefix": prefix.text, "source": source.text}
                done = await attempt(
                    self._visit, note, registering_bodies.set_company_prefix, self._sheet.row.id, **given
                )
                if done is not None:
                    ui.navigate.to(f"/bodies/{self._sheet.row.code}")

            with ui.element("div").classes("c-form__acts"):
                button(self._word("prefix_save"), save)
