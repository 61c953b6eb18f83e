"""Approving and issuing together: what is ordinary is ticked, what is unusual leads to its own page. Plain HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import sheets
from lims.bulk_approval import Candidate, approve_several, candidate
from lims.errors import Stated
from lims.issuing_runs import Progress, cancel_issuing, progress, start_issuing
from lims.issuing_workers import keep_working
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER, REVIEWER
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import Child, link, tag
from ui.components.top_bar import bottom_bar, top_bar
from ui.frame import top_bar_of
from ui.numbers import clock, day_short, local, with_uncertainty
from ui.plain import plain_page
from ui.session import Visit, visit_of
from uncertainty.units import display_unit
from uncertainty.wording import wording

HERE: Final = "/issuing"
MOST_SHOWN: Final = 50
MOST_RUNS: Final = 3
AGAIN_S: Final = "2"
Ticked = Annotated[list[str], Form()]
Typed = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class ShownRun:
    """One run in words."""

    id: str
    line: str
    all: int
    ended: int
    over: bool
    refused: tuple[str, ...]


def bulk_routes(lab: Laboratory) -> APIRouter:
    """The routes of issuing in bulk."""
    router = APIRouter(include_in_schema=False)

    @router.get("/issuing")
    def shown(request: Request) -> Response:
        visit = _visit(lab, request)
        return visit if isinstance(visit, Response) else _page(lab, request, visit)

    @router.post("/issuing")
    async def approve(request: Request, job: Ticked = [], password: Typed = "") -> Response:  # noqa: B006
        def act() -> Response:
            visit = _visit(lab, request)
            return visit if isinstance(visit, Response) else _approve(lab, request, visit, job, password)

        return await run_in_threadpool(act)

    @router.post("/issuing/{run_id}/cancel")
    def cancel(request: Request, run_id: str) -> Response:
        visit = _visit(lab, request)
        if isinstance(visit, Response):
            return visit
        try:
            cancel_issuing(lab, visit.actor, run_id)
        except Stated as refusal:
            return _page(lab, request, visit, (refusal,))
        return RedirectResponse(HERE, status_code=303)

    return router


def _visit(lab: Laboratory, request: Request) -> Visit | Response:
    """The visit of a person who may approve; others are led away."""
    visit = visit_of(lab, request)
    if visit is None:
        return RedirectResponse(f"/sign-in?to={HERE}", status_code=303)
    if visit.me.is_a(QUALITY_MANAGER, REVIEWER):
        return visit
    headline, says = split_sentence(wording("lims.not_found", visit.language))
    return plain_page(
        lab, request, "message.html", status=404, language=visit.language, headline=headline, says=says, href="/",
        way=wording("screens.home", visit.language),
    )  # fmt: skip


def _approve(lab: Laboratory, request: Request, visit: Visit, ticked: Sequence[str], password: str) -> Response:
    """Approve what was ticked, let it be issued, and tell what was left alone."""
    shown = [(job_id, seen) for job_id, _, seen in (one.partition(":") for one in ticked)]
    try:
        outcomes = approve_several(lab, visit.actor, shown=shown, password=password)
        done = [one.job_id for one in outcomes if one.refusal is None]
        by_centre: dict[str, list[str]] = {}
        for row in sheets.my_work(lab, visit.actor):
            if row.id in done:
                by_centre.setdefault(row.centre_id, []).append(row.id)
        for centre_id, job_ids in by_centre.items():
            start_issuing(lab, visit.actor, centre_id=centre_id, job_ids=job_ids)
    except Stated as refusal:
        return _page(lab, request, visit, (refusal,))
    keep_working(lab.settings.home)
    refusals = tuple(one.refusal for one in outcomes if one.refusal is not None)
    return _page(lab, request, visit, refusals) if refusals else RedirectResponse(HERE, status_code=303)


def _page(lab: Laboratory, request: Request, visit: Visit, refusals: Sequence[Stated] = ()) -> Response:
    language = visit.language
    waiting = [row for row in sheets.my_work(lab, visit.actor) if row.state == "REVIEWED"]
    found = [candidate(lab, visit.actor, row.id) for row in waiting[:MOST_SHOWN]]
    runs = [_run(visit, one) for one in progress(lab, visit.actor, most=MOST_RUNS)]
    choosable = sum(one.refusal is None for one in found)
    bar = top_bar_of(visit, "/certificates")
    answer = plain_page(
        lab, request, "bulk.html", status=409 if refusals else 200, language=language, bar=top_bar(bar, language),
        foot=bottom_bar(bar.links, language), back=HERE, runs=runs, choosable=choosable,
        line=wording("bulk.line", language, count=len(waiting), choosable=choosable),
        note=Markup("").join(error_note(*split_sentence(one.text(language))) for one in refusals),
        table=_table(found, language) if found else "",
        nothing=empty_state(wording("bulk.none", language), wording("bulk.none_when", language)),
    )  # fmt: skip
    if not refusals and not all(one.over for one in runs):
        answer.headers["Refresh"] = AGAIN_S
    return answer


def _table(found: Sequence[Candidate], language: str) -> Markup:
    columns = (
        Column(wording("bulk.column_choose", language), place="due"),
        Column(wording("pages.column_item", language), place="first"),
        Column(wording("bulk.column_result", language), place="line"),
        Column(wording("bulk.column_unusual", language), place="line"),
    )
    rows = tuple(_cells(one, language) for one in found)
    return data_table(columns, (Group(rows),), wording("bulk.title", language))


def _cells(one: Candidate, language: str) -> tuple[Child, ...]:
    row = one.sheet.row
    words = f"{row.item.text(language)}, {row.number}"
    box: Child = None
    if one.refusal is None:
        value = f"{row.id}:{one.seen}"
        box = tag("input", type="checkbox", name="job", value=value, checked="checked", aria_label=words)
    item = named(link(row.item.text(language), f"/jobs/{row.id}/review"), f"{row.number} · {row.serial_number}")
    why = one.refusal.text(language) if one.refusal is not None else wording("bulk.ordinary", language)
    return box, item, _result(one, language), tag("span", why, class_="c-second")


def _result(one: Candidate, language: str) -> str:
    """What will be certified: the only result, or how many points."""
    points, content = one.sheet.points, one.sheet.content
    if len(points) != 1 or content is None:
        return wording("bulk.points", language, count=len(points))
    point = points[0]
    unit = display_unit(point["unit"], language)
    signed = point["kind"] != "value"
    said = with_uncertainty(point["value"], point["expanded_uncertainty"], unit, language, sign=signed)
    return f"{said}, k\u00a0=\u00a0{point['coverage_factor']}"


def _run(visit: Visit, one: Progress) -> ShownRun:
    language, lab = visit.language, visit.lab
    at = local(one.started_at, lab.settings.time_zone)
    values: dict[str, Any] = {name: one.counts.get(name, 0) for name in ("done", "refused", "cancelled")}
    every = len(one.tasks)
    line = wording("bulk.run", language, day=day_short(at.date()), time=clock(at), all=every, **values)
    refused = tuple(f"{task.job}: {task.answer.get(language, '')}" for task in one.tasks if task.state == "refused")
    return ShownRun(one.run_id, line, every, sum(values.values()), one.over, refused)
