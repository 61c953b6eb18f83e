"""Notices of issued certificates: what waits, was sent or failed; and how each customer wants to be told."""

from typing import Final

from nicegui import ui

from lims import notices, wishes
from lims.laboratory import Laboratory
from lims.notices import FAILED, NoticeRow, Notices
from lims.people import LABORATORY_ROLES, QUALITY_MANAGER, RECEPTION, TECHNICIAN
from lims.reception_sheet import ReceptionChoices, reception_choices
from ui.components.button import button
from ui.components.chip import Kind, chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.field import choice, field
from ui.components.markup import Child, code, link, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.components.toast import toast
from ui.desk import Note, attempt, call
from ui.entrance import leave, page
from ui.frame import frame
from ui.numbers import clock, day_short, local
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

HERE: Final = "/notices"
_CHIPS: Final[dict[str, tuple[Kind, str]]] = {
    "waiting": ("waiting", "hourglass"), "sending": ("work", "hourglass"), "sent": ("ok", "circle-check"),
    "failed": ("bad", "circle-x"),
}  # fmt: skip
_LANGUAGES: Final = {"vi": "Tiếng Việt", "en": "English"}


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, HERE)
    async def shown(visit: Visit) -> object:
        if not visit.me.is_a(*LABORATORY_ROLES):
            return leave(visit, "/certificates")
        found = await call(visit, notices.notices)
        choices = await call(visit, reception_choices) if visit.me.is_a(TECHNICIAN, RECEPTION) else None
        NoticesPage(visit, found, choices)
        return None


class NoticesPage:
    """The queue, what may be sent again, and the form of the reception."""

    def __init__(self, visit: Visit, found: Notices, choices: ReceptionChoices | None) -> None:
        """Draw the page."""
        self._visit, self._language = visit, visit.language
        line = self._word("count", count=len(found.rows), failed=found.failed)
        with frame(visit, PageHead(self._word("title"), line=line), here="/certificates"):
            self._note = Note(self._language)
            if not found.server and not visit.lab.settings.demonstration:
                ui.html(tag("p", self._word("no_server"), class_="c-second"))
            if visit.me.is_a(QUALITY_MANAGER):
                self._failed([one for one in found.rows if one.state == FAILED])
            if found.rows:
                ui.html(tag("div", self._table(found), class_="c-panel c-clip"))
            else:
                ui.html(empty_state(self._word("empty"), self._word("empty_when")))
            if choices is not None and choices.centres and choices.customers:
                self._form(choices)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"notices.{key}", self._language, **values)

    def _table(self, found: Notices) -> Child:
        columns = (
            Column(self._word("column_number"), place="first"),
            Column(self._word("column_email"), place="line"),
            Column(self._word("column_state"), place="line"),
            Column(self._word("column_when"), right=True, place="due"),
        )
        rows = tuple(self._cells(one) for one in found.rows)
        return data_table(columns, (Group(rows),), self._word("title"))

    def _cells(self, one: NoticeRow) -> tuple[Child, ...]:
        at = local(one.sent_at or one.due_at or one.queued_at, self._visit.lab.settings.time_zone)
        number = link(code(one.number), f"/certificates/{one.number}")
        to = named(one.email or self._word("email_none"), self._word(f"way_{one.way}"))
        why = tag("span", one.answer.get(self._language, ""), class_="c-name__more")
        state = tag("span", chip(self._word(f"state_{one.state}"), *_CHIPS[one.state]), why)
        return number, to, state, f"{day_short(at.date())} {clock(at)}"

    def _failed(self, rows: list[NoticeRow]) -> None:
        """What a quality manager sends again, to an address of the customer."""
        if not rows:
            return
        with panel(self._word("resend_title")):
            with ui.element("div").classes("c-form"):
                which = choice(
                    self._word("column_number"),
                    {one.id: f"{one.number} · {one.email or self._word('email_none')}" for one in rows},
                    value=rows[0].id,
                )
                to = field(self._word("resend_to"), hint=self._word("resend_hint"), longest=254)

            async def resend() -> None:
                given = {"email": to.text.strip()}
                if await attempt(self._visit, self._note, notices.resend_notice, which.text, **given) is not None:
                    ui.navigate.to(HERE)

            with ui.element("div").classes("c-form__acts"):
                button(self._word("resend"), resend, look="main")

    def _form(self, choices: ReceptionChoices) -> None:
        """How one customer wants to be told, and where."""
        visit, language = self._visit, self._language
        customers = {one[0]: f"{one[1]} · {one[2].text(language)}" for one in choices.customers}
        with panel(self._word("wish_title")):
            note = Note(language)
            with ui.element("div").classes("c-form"):
                who = choice(wording("screens.column_customer", language), customers)
                how = choice(self._word("column_way"), {one: self._word(f"way_{one}") for one in wishes.WAYS})
                email = field(self._word("column_email"), hint=self._word("email_hint"), longest=254)
                first = choice(self._word("language"), _LANGUAGES, value="vi")
                ended = choice(
                    self._word("address_act"), {one: self._word(f"address_{one}") for one in ("added", "ended")},
                    value="added",
                )  # fmt: skip
            known = ui.html("").classes("c-second")

            async def show() -> None:
                found = await attempt(visit, note, wishes.told_how, who.text)
                if found is not None:
                    how.input.value = found.way
                    said = ", ".join(found.addresses) or self._word("email_none")
                    known.content = tag("p", self._word("known", addresses=said), class_="c-second")

            async def save() -> None:
                centre = {"centre_id": choices.centres[0][0], "customer_id": who.text}
                wish = {"name": wishes.NOTICE, "text": how.text}
                if await attempt(visit, note, wishes.record_wish, **centre, **wish) is None:
                    return
                if email.text.strip():
                    address = {"email": email.text, "language": first.text, "ended": ended.text == "ended"}
                    if await attempt(visit, note, wishes.record_contact, **centre, **address) is None:
                        return
                    email.input.value = ""
                await show()
                toast(self._word("saved"))

            who.input.on_value_change(show)
            with ui.element("div").classes("c-form__acts"):
                button(self._word("save"), save, look="main")
