"""The due calendar by month, the recall list, and the private address for calendar programs."""

import hashlib
from datetime import date
from itertools import groupby
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from markupsafe import Markup
from nicegui import ui
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import due_dates, feeds, recall_lists
from lims.clock import local_day
from lims.due_dates import Asked, DueRow
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.people import CUSTOMER, LABORATORY_ROLES
from ui.components.button import button, button_link
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.markup import Child, code, link, pieces, tag
from ui.components.next_page import next_page
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day, local
from ui.pages.due_filter import QUERY, Typed, asked_of, due_filter, query_of
from ui.session import Visit, visit_of
from ui.sockets import Sockets
from uncertainty.wording import wording

HERE: Final = "/due"
_SOON: Final = due_dates.SOON_DAYS
_FORMS: Final = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, HERE)
    async def calendar(
        visit: Visit, kind: str = "", owner: str = "", months: str = "", whose: str = "", centre: str = "",
        first: str = "", last: str = "", after: str = "",
    ) -> None:  # fmt: skip
        refused = ""
        try:
            asked = asked_of(kind, owner, months, whose, centre, first, last)
        except Stated as refusal:  # the calendar stays, with what was typed and what is wrong with it
            asked, refused = asked_of(kind, owner, months, whose, centre, "", ""), refusal.text(visit.language)
        found = await call(visit, due_dates.due_page, asked=asked, after=after[:160])
        since = await call(visit, feeds.feed_since) if visit.me.is_a(*LABORATORY_ROLES, CUSTOMER) else None
        typed = Typed(first[:40], last[:40], refused) if refused else None
        DuePage(visit, found, asked, None if since is None else day(local(since, _zone(visit))), typed)


def due_routes(lab: Laboratory) -> APIRouter:
    """The recall list as a file, and the calendar behind a private address."""
    router = APIRouter(include_in_schema=False)

    @router.get(f"{HERE}/recall.csv")
    def recall_table(request: Request) -> Response:
        return _recall(lab, request, "csv")

    @router.get(f"{HERE}/recall.pdf")
    def recall_list(request: Request) -> Response:
        return _recall(lab, request, "pdf")

    @router.get("/calendar/{token}.ics")
    async def calendar_file(request: Request, token: str) -> Response:
        try:
            content = await run_in_threadpool(feeds.feed, lab, token)
        except Stated as refusal:
            said = refusal.text(lab.settings.language)
            return Response(said, status_code=404, media_type="text/plain; charset=utf-8")
        tag_of = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": tag_of, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
        if request.headers.get("if-none-match") == tag_of:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

    return router


def _recall(lab: Laboratory, request: Request, form: str) -> Response:
    """The recall list in a form, narrowed as the page was."""
    visit = visit_of(lab, request)
    if visit is None:
        return RedirectResponse("/sign-in", status_code=303)
    try:
        asked = asked_of(**{name: request.query_params.get(name, "") for name in QUERY})
        if form == "pdf":
            written = recall_lists.recall_pdf(lab, visit.actor, asked=asked)
        else:
            rows = due_dates.due_calendar(lab, visit.actor, asked=asked)
            written = recall_lists.recall_csv(rows, visit.language)
    except Stated as refusal:
        return Response(refusal.text(visit.language), status_code=400, media_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": f'attachment; filename="recall.{form}"', "Cache-Control": "no-store"}
    return Response(written, media_type=_FORMS[form], headers=headers)


def _zone(visit: Visit) -> str:
    return visit.lab.settings.time_zone


class DuePage:
    """The calendar of one person."""

    def __init__(
        self, visit: Visit, found: due_dates.DuePage, asked: Asked, since: str | None, typed: Typed | None = None
    ) -> None:
        """Draw the page."""
        self._visit, self._language, self._since = visit, visit.language, since
        self._today = local_day(visit.lab.clock.now(), _zone(visit))
        with frame(visit, PageHead(self._word("title"), line=self._line(found, asked)), here=HERE) as acts:
            query = query_of(asked, found)
            with acts:
                if found.count:
                    ui.html(button_link(wording("recall.pdf", self._language), self._file("pdf", query)))
                ui.html(button_link(self._word("csv"), self._file("csv", query)))
                ui.html(button_link(wording("scopes.title", self._language), "/who-can"))
            staff = visit.me.is_a(*LABORATORY_ROLES)
            ui.html(due_filter(HERE, asked, found, self._language, staff=staff, typed=typed))
            if found.rows:
                ui.html(tag("div", self._table(list(found.rows)), class_="c-panel c-clip"))
                ui.html(next_page(HERE, query, found.after, self._language))
            else:
                ui.html(empty_state(wording("recall.nothing", self._language), self._word("empty_when")))
            self._feed()

    def _file(self, form: str, query: dict[str, str]) -> str:
        return f"{HERE}/recall.{form}?{urlencode(query)}"

    def _line(self, found: due_dates.DuePage, asked: Asked) -> str:
        """How many there are, and until when."""
        counted = {"count": found.count, "overdue": found.overdue, "soon": found.soon}
        if asked.first is None and asked.last is None:
            return self._word("line", months=asked.months, **counted)
        last = day(asked.until(self._today))
        if asked.first is None:
            return wording("recall.line_until", self._language, last=last, **counted)
        return wording("recall.line_between", self._language, first=day(asked.first), last=last, **counted)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"due.{key}", self._language, **values)

    def _table(self, rows: list[DueRow]) -> Markup:
        """The months below each other, what is overdue first."""
        columns = (
            Column(self._word("column_item"), place="first"),
            Column(self._word("column_owner"), place="line"),
            Column(self._word("column_certificate"), place="line"),
            Column(self._word("column_due"), right=True, place="due"),
        )
        late = tuple(self._cells(row) for row in rows if row.due < self._today)
        groups = [Group(late, self._word("overdue"))] if late else []
        ahead = [row for row in rows if row.due >= self._today]
        for month, some in groupby(ahead, key=lambda row: date(row.due.year, row.due.month, 1)):
            groups.append(Group(tuple(self._cells(row) for row in some), f"{month:%m/%Y}"))
        return data_table(columns, tuple(groups), self._word("title"))

    def _cells(self, row: DueRow) -> tuple[Child, ...]:
        left = row.days_left(self._today)
        words = self._word("late", days=-left) if left < 0 else self._word("left", days=left)
        look = "c-bad" if left < 0 else "c-warn" if left <= _SOON else None
        when = tag("span", tag("span", day(row.due), class_=look), tag("span", words, class_="c-name__more"))
        name: Child = row.name.text(self._language)
        if self._visit.me.is_a(*LABORATORY_ROLES):
            name = link(row.name.text(self._language), f"/instruments/{row.code}", "c-name")
        elif row.files:
            name = link(row.name.text(self._language), f"/instruments/{quote(row.code, safe='')}/files", "c-name")
        made = pieces(row.code, row.maker, row.serial_number)
        owner = tag("span", row.owner.text(self._language), class_="c-second")
        service = wording(f"recall.{row.service}", self._language)
        held = tag("span", code(row.certificate or "–"), tag("span", service, class_="c-name__more"), class_="c-name")
        return named(name, made), owner, held, when

    def _feed(self) -> None:
        """The private address: made, shown once, revoked."""
        with panel(self._word("feed")), ui.element("div").classes("c-stack"):
            ui.html(tag("p", self._word("feed_line"), class_="c-second"))
            if self._since:
                ui.html(tag("p", self._word("feed_since", day=self._since)))
            place = ui.html("")
            note = Note(self._language)

            async def make() -> None:
                token = await attempt(self._visit, note, feeds.open_feed)
                if token is not None:
                    address = f"{self._visit.lab.settings.public_address}/calendar/{token}.ics"
                    place.content = tag("p", self._word("feed_is"), " ", tag("code", address, class_="c-break"))

            async def revoke() -> None:
                if await attempt(self._visit, note, feeds.revoke_feed) is not None:
                    ui.navigate.to("/due")

            with ui.element("div").classes("c-form__acts"):
                button(self._word("feed_make"), make)
                if self._since:
                    button(self._word("feed_revoke"), revoke, look="danger")
