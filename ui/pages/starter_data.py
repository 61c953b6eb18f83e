"""Starter data of the national measurement system: what was read where, and who has confirmed it."""

from typing import Final

from markupsafe import Markup
from nicegui import ui

from lims import starter_data
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER
from lims.starter_data import Judged, Provenance, StarterList
from ui.components.button import button
from ui.components.chip import chip
from ui.components.confirm_reason import confirm_reason
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import Child, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

FIRST: Final = "national-standards"


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/starter-data")
    async def starter(visit: Visit, of: str = FIRST) -> None:
        found, rows = await call(visit, starter_data.starter_data, list_name=of[:60])
        StarterPage(visit, found, rows)


class StarterPage:
    """The page of one list."""

    def __init__(self, visit: Visit, found: StarterList, rows: list[Judged]) -> None:
        """Draw the page."""
        self._visit, self._list, self._language = visit, found, visit.language
        drafts = sum(one.draft for one in rows)
        line = self._word("starter_count", count=len(rows), drafts=drafts)
        crumbs = ((wording("screens.nav_standards", self._language), "/standards"), (self._word("starter"), ""))
        head = PageHead(found.name.text(self._language), line=line, crumbs=crumbs)
        with frame(visit, head, here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            ui.html(self._lists())
            if drafts:
                ui.html(
                    error_note(*split_sentence(self._word("starter_warning", document=found.document)), weight="warn")
                )
            for one in rows:
                self._entry(one)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"facts.{key}", self._language, **values)

    def _lists(self) -> Markup:
        links = (
            tag(
                "a", one.name.text(self._language), href=f"/starter-data?of={one.id}",
                class_="c-btn c-btn--small" + (" c-btn--main" if one.id == self._list.id else ""),
            )
            for one in starter_data.starter_lists().values()
        )  # fmt: skip
        return tag("nav", *links, class_="c-form__acts", aria_label=self._word("starter"))

    def _entry(self, one: Judged) -> None:
        language = self._language
        state = chip(self._word("draft"), "waiting", "hourglass")
        if one.confirmed_on is not None:
            state = chip(self._word("confirmed"), "ok", "circle-check")
        with panel(one.entry.name.text(language), beside=state), ui.element("div").classes("c-stack"):
            rows: list[Child] = [_row(self._fact(key), said.text(language)) for key, said in one.entry.facts.items()]
            sources = tuple(
                tag("p", self._flag(row.flag), ": ", tag("span", _read_where(row), class_="c-quiet", lang="en"))
                for row in one.entry.provenance
            )  # fmt: skip
            rows.append(_row(self._word("provenance"), tag("div", *sources)))
            if one.confirmed_on is not None:
                said = self._word("confirmed_says", who=one.confirmed_by, day=day(one.confirmed_on))
                rows.append(_row(self._word("confirmed"), tag("div", tag("p", said), tag("p", one.document))))
            ui.html(tag("dl", *rows, class_="c-rows"))
            if self._visit.me.is_a(QUALITY_MANAGER):
                with ui.element("div").classes("c-form__acts"):
                    button(self._word("confirm" if one.draft else "take_back"), lambda: self._ask(one), size="small")

    def _flag(self, flag: str) -> str:
        return self._word("flag_" + flag.replace("-", "_"))

    def _fact(self, key: str) -> str:
        try:
            return self._word(f"fact_{key}")
        except KeyError:
            return key.replace("_", " ")

    def _ask(self, one: Judged) -> None:
        """Ask for the document that the entry was compared with, or why it is a draft again."""
        given = {"list_name": self._list.id, "entry": one.entry.id}

        async def act(said: str) -> None:
            if one.draft:
                await call(
                    self._visit, starter_data.confirm_standard_data, **given, seen=one.entry.content_hash,
                    document=said,
                )  # fmt: skip
            else:
                await call(self._visit, starter_data.take_back_confirmation, **given, reason=said)
            ui.navigate.to(f"/starter-data?of={self._list.id}")

        key = "confirm" if one.draft else "take_back"
        question = self._word(f"{key}_question", name=one.entry.name)
        words = (self._word(f"{key}_consequence"), self._word(key), self._word(f"{key}_leave"))
        confirm_reason(question, *words, act, self._language)


def _read_where(row: Provenance) -> str:
    return "; ".join(filter(None, (row.source, row.note)))


def _row(label: str, said: Child) -> Markup:
    return tag("div", tag("dt", label), tag("dd", said))
