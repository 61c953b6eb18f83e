"""Recognitions and scopes: who is recognised for what, with CMCs; and the policies of a centre."""

from datetime import date

from nicegui import ui

from instruments.cmc import CmcText
from instruments.models import ENTERED_KINDS, ScopeLine
from lims import body_sheets, registering
from lims.body_sheets import RecognitionRow, ScopeSheet
from lims.clock import local_day
from lims.disciplines import quantity_name
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER
from ui.components.button import button
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.field import choice, field
from ui.components.markup import Child, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day, number
from ui.pages.scope_line_form import NewScopeLineForm
from ui.pages.scope_table_form import ScopeTable
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import day_form, read_day
from uncertainty.units import display_unit
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/scopes")
    async def scope(visit: Visit, centre: str = "") -> None:
        managed = [body for role, body in visit.me.roles if role == QUALITY_MANAGER]
        here = centre if centre in managed else (managed or [""])[0]
        Scopes(visit, await call(visit, body_sheets.scope_sheet, centre_id=here))


class Scopes:
    """The page of one centre's quality manager."""

    def __init__(self, visit: Visit, sheet: ScopeSheet) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._language = visit, sheet, visit.language
        self._today = local_day(visit.lab.clock.now(), visit.lab.settings.time_zone)
        head = PageHead(self._word("scopes_title"), line=self._word("scopes_line"))
        with frame(visit, head, here="/scopes"), ui.element("div").classes("c-columns c-columns--side"):
            with ui.element("div").classes("c-stack"):
                if not sheet.recognitions:
                    ui.html(empty_state(self._word("scopes_empty"), self._word("scopes_empty_when")))
                for row in sheet.recognitions:
                    self._recognition(row)
            with ui.element("div").classes("c-stack"):
                self._new_recognition()
                NewScopeLineForm(visit, sheet, self._done)
                ScopeTable(visit, sheet, self._done)
                self._policies()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"bodies.{key}", self._language, **values)

    def _recognition(self, row: RecognitionRow) -> None:
        by = row.authority.text(self._language) if row.authority else ""
        parts = (self._word(f"recognition_{row.kind}"), row.number, by, row.evidence)
        hint = " · ".join(part for part in parts if part)
        with panel(row.body.text(self._language), hint=hint, padded=False):
            if not row.lines:
                ui.html(tag("p", self._word("no_lines"), class_="c-second")).classes("c-panel__body")
                return
            columns = (
                Column(self._word("column_quantity"), place="first"),
                Column(self._word("column_range"), right=True, place="line"),
                Column(self._word("column_cmc"), right=True, place="due"),
                Column(self._word("column_since"), right=True, place="beside"),
            )
            cells: list[tuple[Child, ...]] = [
                (
                    self._measured(line),
                    self._range(line),
                    CmcText(line).text(self._language),
                    day(line.valid_from),
                )
                for line in row.lines
            ]
            ui.html(data_table(columns, (Group(tuple(cells)),), row.body.text(self._language)))

    def _measured(self, line: ScopeLine) -> Child:
        """The quantity, with the service below it where that is not calibration."""
        other = line.service != "calibration"
        service = wording(f"scope_lines.service_{line.service}", self._language) if other else None
        return named(quantity_name(line.quantity).text(self._language), service)

    def _range(self, line: ScopeLine) -> str:
        ends = "…".join(number(one, self._language) for one in dict.fromkeys((line.lower, line.upper)))
        return f"{ends} {display_unit(line.unit, self._language)}"

    def _bodies(self) -> dict[str, str]:
        return {key: name.text(self._language) for key, name in self._sheet.bodies}

    def _kinds(self) -> dict[str, str]:
        return {one: self._word(f"recognition_{one}") for one in ENTERED_KINDS}

    def _day(self, text: str, note: Note) -> date | None:
        try:
            return read_day(text)
        except Stated as problem:
            note.say(problem)
            return None

    def _done(self) -> None:
        ui.navigate.to(f"/scopes?centre={self._sheet.centre_id}")

    def _new_recognition(self) -> None:
        with panel(self._word("new_recognition")), ui.element("div").classes("c-stack"):
            body = choice(self._word("body"), self._bodies())
            kind = choice(self._word("recognition"), self._kinds())
            reference = field(self._word("number"), hint=self._word("number_hint"), longest=60)
            said = {one: wording(f"scope_lines.{one}", self._language) for one in ("authority", "authority_hint")}
            authority = choice(said["authority"], self._bodies(), hint=said["authority_hint"])
            evidence = field(self._word("evidence"), longest=300)
            valid_from = field(
                self._word("valid_from"), value=day(self._today), hint=day_form(self._language), longest=10
            )
            valid_to = field(self._word("valid_to"), hint=self._word("valid_to_hint"), longest=10)
            note = Note(self._language)

            async def save() -> None:
                if not (body.text and kind.text):
                    note.say_text(self._word("choose"))
                    return
                start = self._day(valid_from.text, note)
                end = self._day(valid_to.text, note) if valid_to.text.strip() else None
                if start is None or (valid_to.text.strip() and end is None):
                    return
                done = await attempt(
                    self._visit, note, registering.record_recognition, centre_id=self._sheet.centre_id,
                    body_id=body.text, kind=kind.text, number=reference.text, evidence=evidence.text, valid_from=start,
                    valid_to=end, authority_id=authority.text or None,
                )  # fmt: skip
                if done is not None:
                    self._done()

            button(self._word("save_recognition"), save, look="main")

    def _policies(self) -> None:
        with panel(self._word("policies")), ui.element("div").classes("c-stack"):
            chosen = {
                name: choice(
                    self._word(f"policy_{name}"),
                    {text: self._word(f"policy_{name}_{text}") for text in texts},
                    value=self._sheet.policies[name],
                )
                for name, texts in self._sheet.permitted.items()
            }
            note = Note(self._language)

            async def save() -> None:
                for name, made in chosen.items():
                    if made.text and made.text != self._sheet.policies[name]:
                        done = await attempt(
                            self._visit, note, registering.decide_policy, centre_id=self._sheet.centre_id, name=name,
                            text=made.text,
                        )  # fmt: skip
                        if done is None:
                            return
                self._done()

            button(self._word("save_policies"), save)
