"""Bodies: the administrator enters institutes, centres and laboratories, and settles the centres' letterheads."""

from markupsafe import Markup
from nicegui import ui

from lims import body_sheets, registering
from lims.body_sheets import ORGANISATIONS, BodyRow
from lims.laboratory import Laboratory
from lims.registering import NewName
from lims.store.tables import Letterhead
from ui.components.button import button
from ui.components.data_table import Column, Group, data_table, named
from ui.components.field import Field, choice, field
from ui.components.markup import Child, code, join, link, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

NAME_FIELDS = ("name_vi", "name_en", "address_vi", "address_en", "telephone")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/bodies")
    async def bodies(visit: Visit) -> None:
        Bodies(visit, await call(visit, body_sheets.organisations))


class Bodies:
    """The page of all bodies."""

    def __init__(self, visit: Visit, rows: list[BodyRow]) -> None:
        """Draw the page."""
        self._visit, self._rows, self._language = visit, rows, visit.language
        head = PageHead(self._word("title"), line=self._word("line", count=len(rows)))
        with frame(visit, head, here="/bodies"), ui.element("div").classes("c-columns c-columns--side"):
            with ui.element("div").classes("c-stack"):
                ui.html(tag("div", self._table(), class_="c-panel c-clip"))
            with ui.element("div").classes("c-stack"):
                self._new()
                self._letterhead()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"bodies.{key}", self._language, **values)

    def _table(self) -> Child:
        columns = (
            Column(self._word("column_name"), place="first"),
            Column(self._word("column_code"), place="line"),
            Column(self._word("column_kind"), place="line"),
            Column(self._word("column_parent"), place="off"),
            Column(self._word("column_letterhead"), place="beside"),
        )
        rows = tuple(self._cells(row) for row in self._rows)
        return data_table(columns, (Group(rows),), self._word("title"))

    def _cells(self, row: BodyRow) -> tuple[Child, ...]:
        address = (row.name.address_vi if self._language == "vi" else row.name.address_en) if row.name else ""
        letterhead: Child = ""
        if row.kind in ("centre", "nmi"):
            head = row.letterhead
            letterhead = _printed_in(head) if head else self._word("no_letterhead")
        return (
            named(link(row.label().text(self._language), f"/bodies/{row.code}", "c-name"), address),
            code(row.code),
            tag("span", self._word(f"kind_{row.kind}"), class_="c-second"),
            code(row.parent) if row.parent else "",
            tag("span", letterhead, class_="c-second") if letterhead else "",
        )

    def _new(self) -> None:
        with panel(self._word("new")), ui.element("div").classes("c-stack"):
            kind = choice(self._word("kind"), {one: self._word(f"kind_{one}") for one in ORGANISATIONS})
            short = field(self._word("code"), hint=self._word("code_hint"), longest=20)
            parents = {row.id: row.label().text(self._language) for row in self._rows}
            parent = choice(self._word("parent"), parents)
            texts: dict[str, Field] = {one: field(self._word(one), longest=300) for one in NAME_FIELDS}
            note = Note(self._language)

            async def add() -> None:
                if not kind.text:
                    note.say_text(self._word("choose"))
                    return
                name = NewName(**{one: made.text for one, made in texts.items()})
                done = await attempt(
                    self._visit, note, registering.found_body, code=short.text, kind=kind.text, name=name,
                    parent_id=parent.text or None,
                )  # fmt: skip
                if done is not None:
                    ui.navigate.to("/bodies")

            button(self._word("add"), add, look="main")

    def _letterhead(self) -> None:
        centres = {row.id: row.label().text(self._language) for row in self._rows if row.kind in ("centre", "nmi")}
        with panel(self._word("letterhead")), ui.element("div").classes("c-stack"):
            centre = choice(self._word("letterhead_for"), centres)
            monogram = field(self._word("monogram"), hint=self._word("monogram_hint"), longest=3)
            accent = field(self._word("accent"), value="#12365C", hint=self._word("accent_hint"), longest=7)
            city_vi = field(self._word("city_vi"), longest=60)
            city_en = field(self._word("city_en"), longest=60)
            note = Note(self._language)

            async def save() -> None:
                if not centre.text:
                    note.say_text(self._word("choose"))
                    return
                done = await attempt(
                    self._visit, note, registering.set_letterhead, centre_id=centre.text, monogram=monogram.text,
                    accent=accent.text, city_vi=city_vi.text, city_en=city_en.text,
                )  # fmt: skip
                if done is not None:
                    ui.navigate.to("/bodies")

            button(self._word("save_letterhead"), save)


def _printed_in(head: Letterhead) -> Markup:
    """The monogram of a letterhead beside a patch of its colour."""
    patch = tag(
        "svg", tag("rect", x=0, y=0, width=12, height=12, fill=head.accent), viewBox="0 0 12 12", width=12, height=12,
        class_="c-swatch", aria_hidden="true",
    )  # fmt: skip
    return join(patch, tag("span", head.monogram, title=head.accent))
