"""The side of an impact case: how far each centre has come, the standards it holds, the letters to its customers."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from lims import impact_cases, impact_letters
from lims.impact_case_rows import CaseSheet, HoldRow, LetterRow
from lims.impact_cases import WAYS
from ui.components.button import button, button_link
from ui.components.markup import code, link, tag
from ui.components.panel import panel, panel_markup
from ui.desk import Note, attempt, call
from ui.impact_view import progress_bar
from ui.numbers import day
from ui.session import Visit
from uncertainty.wording import wording

Ask = Callable[..., None]
"""Asks for a reason: what it is about, the act, values of the question."""


class CaseSide:
    """Progress, holds and letters of one case."""

    def __init__(self, visit: Visit, sheet: CaseSheet, ask: Ask) -> None:
        """Draw them below each other."""
        self._visit, self._sheet, self._ask, self._language = visit, sheet, ask, visit.language
        self._open = sheet.row.closed_on is None
        self._progress()
        self._holds()
        self._letters()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"impact.{key}", self._language, **values)

    def _again(self) -> None:
        ui.navigate.to(f"/impact/{self._sheet.row.id}")

    def _progress(self) -> None:
        sheet, language = self._sheet, self._language
        rows = [
            tag(
                "li", tag("span", part.name.text(language), class_="c-name"),
                progress_bar(part.done, part.records, language),
                tag("span", self._word("held_count", count=part.holds), class_="c-name__more") if part.holds else None,
            )
            for part in sheet.parts
        ]  # fmt: skip
        said = tag(
            "p", self._word("opened_by", who=sheet.opened_by, day=day(sheet.row.opened_on), reason=sheet.reason),
            class_="c-second",
        )  # fmt: skip
        numbers = tag("p", self._word("of_certificates", numbers=", ".join(sheet.certificates[:6])), class_="c-second")
        end = tag("p", self._word("concluded", text=sheet.conclusion)) if sheet.conclusion else None
        body = tag("div", said, numbers, tag("ul", *rows, class_="c-parts"), end, class_="c-prose")
        ui.html(
            panel_markup(
                self._word("progress_title"),
                body,
                beside=progress_bar(sheet.row.all_done, sheet.row.all_records, language),
            )
        )

    def _holds(self) -> None:
        with panel(self._word("holds"), hint=self._word("holds_hint")):
            if not self._sheet.holds:
                ui.html(tag("p", self._word("holds_none"), class_="c-second"))
            for one in self._sheet.holds:
                self._hold(one)

    def _hold(self, one: HoldRow) -> None:
        with ui.element("div").classes("c-entry"):
            state = (
                self._word("released_on", day=day(one.released_on))
                if one.released_on
                else self._word("held_since", day=day(one.held_on))
            )
            ui.html(
                tag(
                    "div", link(one.item.text(self._language), f"/instruments/{one.instrument}", "c-name"), " ",
                    code(one.instrument),
                    tag("span", f"{state} · {one.keeper.text(self._language)}", class_="c-name__more"),
                )
            )  # fmt: skip
            if one.mine and one.released_on is None:

                async def release(reason: str) -> None:
                    await call(self._visit, impact_cases.release_standard, one.id, reason=reason)
                    self._again()

                button(
                    self._word("release_do"), lambda: self._ask("release", release, code=one.instrument), size="small"
                )

    def _letters(self) -> None:
        with panel(self._word("letters"), hint=self._word("letters_hint")):
            if not self._sheet.letters:
                ui.html(tag("p", self._word("letters_none"), class_="c-second"))
            for one in self._sheet.letters:
                self._letter(one)
            if self._sheet.more_letters is not None:
                path = f"/impact/{self._sheet.row.id}?letters={self._sheet.more_letters}"
                ui.html(tag("div", button_link(wording("paging.next", self._language), path), class_="c-form__acts"))

    def _letter(self, one: LetterRow) -> None:
        with ui.element("div").classes("c-entry"):
            if one.sent_on:
                state = self._word("letter_sent", day=day(one.sent_on), way=self._word(f"way_{one.way}"))
            elif one.undecided:
                state = self._word("letter_waits", count=one.undecided)
            else:
                state = self._word("letter_ready" if one.needed else "letter_needless")
            line = f"{one.number} · {self._word('certificates', count=one.certificates)} · {state}"
            ui.html(
                tag(
                    "div", tag("span", one.customer_name.text(self._language), class_="c-name"),
                    tag("span", line, class_="c-name__more"),
                )
            )  # fmt: skip
            with ui.element("div").classes("c-form__acts"):
                word = self._word("letter_open" if one.sent_on else "letter_draft")
                ui.html(button_link(word, f"/letters/{one.id}.pdf", icon="file-text", small=True))
                if one.mine and not one.sent_on and not one.undecided and self._open:
                    note = Note(self._language)

                    for way in WAYS:
                        button(self._word(f"send_{way}"), self._sending(one, way, note), size="small")

    def _sending(self, one: LetterRow, way: str, note: Note) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            if await attempt(self._visit, note, impact_letters.send_letter, one.id, way=way) is not None:
                self._again()

        return send
