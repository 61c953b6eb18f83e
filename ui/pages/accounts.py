"""Accounts: who may sign in, with which roles where. The administrator's page; results are none of it."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from lims import accounts as acts
from lims import registry_sheets
from lims.laboratory import Laboratory
from lims.people import ROLES
from lims.registry_sheets import AccountRow
from ui.components.button import button
from ui.components.chip import chip, state_chip
from ui.components.confirm_reason import confirm_reason
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note
from ui.components.field import choice, field
from ui.components.markup import code, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.components.search_form import search_form
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/accounts")
    async def accounts(visit: Visit, q: str = "") -> None:
        rows = await call(visit, registry_sheets.accounts)
        places = await call(visit, registry_sheets.role_places)
        shown = {one[0]: f"{one[1]} · {one[3].text(visit.language)}" for one in places}
        Accounts(visit, rows, shown, q[:200])


class Accounts:
    """The page."""

    def __init__(self, visit: Visit, rows: list[AccountRow], places: dict[str, str], asked: str) -> None:
        """Draw the page."""
        self._visit, self._rows, self._places, self._language = visit, rows, places, visit.language
        line = self._word("accounts_line", count=len(rows))
        with frame(visit, PageHead(self._word("nav_accounts"), line=line), here="/accounts") as acts_place:
            with acts_place:
                words = wording("pages.accounts_search", self._language)
                ui.html(search_form("/accounts", asked, words, self._language))
            self._link = ui.html("")
            with ui.element("div").classes("c-columns c-columns--side"):
                self._list([row for row in rows if _means(row, asked)], asked)
                with ui.element("div").classes("c-stack"):
                    self._new_account()
                    self._new_role()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"screens.{key}", self._language, **values)

    def _list(self, rows: list[AccountRow], asked: str) -> None:
        if not rows:
            what = wording("pages.accounts_not_found", self._language, text=asked)
            ui.html(empty_state(what, wording("pages.accounts_not_found_when", self._language)))
            return
        with ui.element("div").classes("c-panel"):
            for row in rows:
                self._account(row)

    def _account(self, row: AccountRow) -> None:
        with ui.element("div").classes("c-entry"):
            with ui.element("div").classes("c-entry__words"):
                state = "ended" if row.disabled else "active"
                waits = chip(self._word("no_password_yet"), "person", "key-round")
                name = tag("span", row.name, class_="c-name")
                mark = state_chip(state, self._language) if row.has_password or row.disabled else waits
                ui.html(tag("p", name, " ", tag("span", code(row.user_name), class_="c-quiet"), " ", mark))
                for grant_id, role, body in row.grants:
                    self._role(row, grant_id, role, body)
            with ui.element("div").classes("c-acts"):
                words = self._word("renew_link")
                renew = button(words, lambda: self._ask_link(row), size="small")
                renew.props["aria-label"] = f"{words} {row.name}"
                if not row.disabled:
                    words = self._word("disable")
                    disable = button(words, lambda: self._ask_disable(row), look="danger", size="small")
                    disable.props["aria-label"] = f"{words} {row.name}"

    def _role(self, row: AccountRow, grant_id: str, role: str, body: str) -> None:
        with ui.element("div").classes("c-entry__role"):
            ui.html(tag("span", f"{self._word(f'role_{role}')} · {body}", class_="c-second"))
            words = self._word("end_role")
            made = button(words, lambda: self._ask_end(row, grant_id, role, body), look="text", size="small")
            made.props["aria-label"] = f"{words}: {self._word(f'role_{role}')}, {row.name}"

    def _ask_end(self, row: AccountRow, grant_id: str, role: str, body: str) -> None:
        async def act(reason: str) -> None:
            await call(self._visit, acts.end_role, grant_id, reason=reason)
            ui.navigate.to("/accounts")

        question = self._word("end_role_question", role=self._word(f"role_{role}"), body=body, name=row.name)
        self._ask(question, "end_role", act)

    def _ask_disable(self, row: AccountRow) -> None:
        async def act(reason: str) -> None:
            await call(self._visit, acts.disable_account, row.id, reason=reason)
            ui.navigate.to("/accounts")

        self._ask(self._word("disable_question", name=row.name), "disable", act)

    def _ask_link(self, row: AccountRow) -> None:
        async def act(reason: str) -> None:
            token = await call(self._visit, acts.renew_link, row.id, reason=reason)
            self._show_link(row.name, token)

        self._ask(self._word("renew_link_question", name=row.name), "renew_link", act)

    def _ask(self, question: str, key: str, act: Callable[[str], Awaitable[None]]) -> None:
        consequence, do, leave = (self._word(f"{key}_{part}") for part in ("consequence", "do", "leave"))
        confirm_reason(question, consequence, do, leave, act, self._language)

    def _show_link(self, name: str, token: str) -> None:
        """The one-time link, shown once: it is kept nowhere."""
        address = f"{self._visit.lab.settings.public_address.rstrip('/')}/invitation/{token}"
        way = tag("span", address, class_="c-code c-break")
        says = tag("span", wording("pages.link_send", self._language), " ", way)
        self._link.content = error_note(self._word("link_once", name=name), says, weight="brass")
        ui.run_javascript("window.scrollTo(0, 0)")

    def _new_account(self) -> None:
        with panel(self._word("new_account")), ui.element("div").classes("c-stack"):
            name = field(self._word("person_name"))
            user_name = field(wording("pages.user_name", self._language))
            title_vi = field(self._word("title_vi"), hint=self._word("optional"))
            title_en = field(self._word("title_en"), hint=self._word("optional"))
            note = Note(self._language)

            async def create() -> None:
                given = {
                    "user_name": user_name.text,
                    "name": name.text,
                    "title_vi": title_vi.text,
                    "title_en": title_en.text,
                }
                made = await attempt(self._visit, note, acts.create_account, **given)
                if made is not None:
                    self._show_link(name.text, made[1])
                    for one in (name, user_name, title_vi, title_en):
                        one.input.value = ""

            button(self._word("create_account"), create, look="main")

    def _new_role(self) -> None:
        with panel(self._word("new_role")), ui.element("div").classes("c-stack"):
            people = {row.person_id: f"{row.name} ({row.user_name})" for row in self._rows if not row.disabled}
            person = choice(self._word("person"), people)
            roles = {role: self._word(f"role_{role}") for role in ROLES}
            role = choice(self._word("role"), roles)
            body = choice(self._word("body"), self._places)
            note = Note(self._language)

            async def grant() -> None:
                if not (person.text and role.text and body.text):
                    note.say_text(wording("pages.role_choose", self._language))
                    return
                given = {"person_id": person.text, "role": role.text, "body_id": body.text}
                if await attempt(self._visit, note, acts.grant_role, **given) is not None:
                    ui.navigate.to("/accounts")

            button(self._word("grant_role"), grant)


def _means(row: AccountRow, asked: str) -> bool:
    """Whether a search means this account."""
    said = " ".join((row.name, row.user_name, *(body for _, _, body in row.grants))).casefold()
    return all(word in said for word in asked.casefold().split())
