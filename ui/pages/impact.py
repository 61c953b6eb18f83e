"""Impact cases: the list, with what each is about and how far it has come."""

from nicegui import ui

from lims import impact_sheets
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER
from ui.components.button import button_link
from ui.components.empty_state import empty_state
from ui.components.markup import tag
from ui.components.page_head import PageHead
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.impact_view import case_table
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

PATH = "/impact"


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, PATH)
    async def impact(visit: Visit) -> None:
        language = visit.language
        rows = await call(visit, impact_sheets.impact_cases)
        line = wording("impact.line", language, open=sum(one.closed_on is None for one in rows), count=len(rows))
        with frame(visit, PageHead(wording("impact.title", language), line=line), here=PATH) as acts:
            if visit.me.is_a(QUALITY_MANAGER):
                with acts:
                    ui.html(button_link(wording("impact.open", language), "/impact/new", look="main", icon="plus"))
            if not rows:
                ui.html(empty_state(wording("impact.none", language), wording("impact.none_when", language)))
                return
            ui.html(tag("div", case_table(rows, language), class_="c-panel c-clip"))
