"""My work: the open jobs, those that wait for this person first."""

from datetime import date, timedelta
from typing import Final

from markupsafe import Markup
from nicegui import ui

from lims import notices, sheets
from lims.clock import local_day
from lims.laboratory import Laboratory
from lims.people import ADMINISTRATOR, LABORATORY_ROLES, QUALITY_MANAGER, RECEPTION, TECHNICIAN
from lims.sheets import JobRow
from ui.components.button import button_link
from ui.components.chip import state_chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.markup import code, join, link, tag
from ui.components.page_head import PageHead
from ui.desk import call
from ui.entrance import leave, page
from ui.frame import frame
from ui.numbers import day as shown_day
from ui.numbers import day_short
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

# Where the next act of a job is done.
_REVIEWED_AT: Final = frozenset({"review", "approve", "bind_number", "complete_issue"})


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/")
    async def my_work(visit: Visit, everything: bool = False) -> object:
        if not visit.me.is_a(*LABORATORY_ROLES):
            return leave(visit, "/accounts" if visit.me.is_a(ADMINISTRATOR) else "/certificates")
        rows = await call(visit, sheets.my_work, everything=everything)
        today = local_day(lab.clock.now(), lab.settings.time_zone)
        queue = await call(visit, notices.notices)
        _draw(visit, rows, today, everything, queue.failed if visit.me.is_a(QUALITY_MANAGER) else 0)
        return None


def job_path(row: JobRow) -> str:
    """The page on which the next act of a job is done."""
    return f"/jobs/{row.id}/review" if row.next_act in _REVIEWED_AT else f"/jobs/{row.id}"


def _draw(visit: Visit, rows: list[JobRow], today: date, everything: bool, failed: int) -> None:
    language = visit.language
    mine = [row for row in rows if row.mine]
    late = sum(_is_late(row, today) for row in rows)
    line = wording("screens.work_line", language, day=shown_day(today), count=len(rows), late=late)
    head = PageHead(wording("screens.work_all" if everything else "screens.work", language), line=line)
    with frame(visit, head, here="/", waiting=len(mine)) as acts:
        with acts:
            other = ("/", "screens.work_open") if everything else ("/?everything=true", "screens.work_everything")
            ui.html(button_link(wording(other[1], language), other[0]))
            word = (
                wording("notices.failed_now", language, count=failed) if failed else wording("notices.short", language)
            )
            ui.html(button_link(word, "/notices", look="danger" if failed else "plain"))
            if visit.me.is_a(TECHNICIAN, RECEPTION):
                ui.html(button_link(wording("screens.receive", language), "/reception", look="main", icon="plus"))
        if not rows:
            when = wording("screens.work_empty_when", language)
            ui.html(empty_state(wording("screens.work_empty", language), when))
            return
        groups = _groups(rows, today, language)
        table = data_table(_columns(language), groups, wording("screens.work", language))
        ui.html(tag("div", table, class_="c-panel c-clip"))


def _groups(rows: list[JobRow], today: date, language: str) -> tuple[Group, ...]:
    mine = [row for row in rows if row.mine]
    ended = [row for row in rows if row.state in ("ISSUED", "CANCELLED")]
    others = [row for row in rows if not row.mine and row not in ended]
    found = []
    for key, some in (("work_mine", mine), ("work_others", others), ("work_ended", ended)):
        if some:
            shown = tuple(_cells(row, today, language, main=row is mine[0] if mine else False) for row in some)
            found.append(Group(shown, wording(f"screens.{key}", language)))
    return tuple(found)


def _columns(language: str) -> tuple[Column, ...]:
    def word(key: str) -> str:
        return wording(f"screens.column_{key}", language)

    return (
        Column(word("job"), place="off"),
        Column(word("item"), place="first"),
        Column(word("customer"), place="line"),
        Column(word("state"), place="line"),
        Column(word("promised"), right=True, place="due"),
        Column(word("next"), right=True, hidden=True, place="act"),
    )


def _cells(row: JobRow, today: date, language: str, *, main: bool) -> tuple[Markup | str, ...]:
    href = job_path(row)
    serial = wording("screens.serial", language, serial=row.serial_number) if row.serial_number else row.item_code
    number = (
        row.number
        if row.edition == 1
        else f"{row.number} · {wording('screens.edition', language, edition=row.edition)}"
    )
    # On a phone the first column is left out: the number stands with the name.
    second = join(tag("span", f"{number} · ", class_="c-narrow-inline"), code(serial))
    customer = named(tag("span", row.customer.text(language), class_="c-second"), row.procedure.text(language))
    state = join(state_chip(row.state, language), tag("span", row.assigned_to, class_="c-name__more"))
    next_act = "measure" if row.state == "MEASURING" else row.next_act
    words = wording(f"screens.next_{next_act}", language) if row.mine else wording("screens.look", language)
    act = button_link(words, href, look="main" if main else "plain", small=True)
    return (
        link(code(number), href),
        named(row.item.text(language), second),
        customer,
        state,
        _due(row, today, language),
        act,
    )


def _is_late(row: JobRow, today: date) -> bool:
    return row.promised_on is not None and row.promised_on < today and row.state not in ("ISSUED", "CANCELLED")


def _due(row: JobRow, today: date, language: str) -> Markup | str:
    """The promised day, and below it how far it is."""
    if row.promised_on is None or row.state in ("ISSUED", "CANCELLED"):
        return ""
    left = (row.promised_on - today).days
    if left < 0:
        words = tag("span", wording("screens.overdue", language), class_="c-bad")
        return named(words, wording("screens.days_late", language, days=-left))
    if left == 0:
        return named(tag("span", wording("screens.today", language), class_="c-warn"))
    soon = "c-warn" if row.promised_on - today <= timedelta(days=1) else None
    return named(
        tag("span", day_short(row.promised_on), class_=soon), wording("screens.days_left", language, days=left)
    )
