"""Labels over plain HTTP: the file that is printed, and the addresses that a scanned label leads to."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import asset_labels, registry_sheets
from lims.errors import Invalid, Refused, Stated
from lims.laboratory import Laboratory
from lims.people import Actor
from ui.components.error_note import split_sentence
from ui.plain import plain_page
from ui.session import actor_at, path_of
from uncertainty.wording import wording

Codes = Annotated[list[str], Query(max_length=200)]
Word = Annotated[str, Query(max_length=60)]
MOST_CODES = 200


def label_routes(lab: Laboratory) -> APIRouter:
    """The routes of labels: `/labels.pdf`, and what stands in their codes, `/8004/` (GS1 Digital Link) and `/I/`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/labels.pdf")
    async def labels(request: Request, code: Codes, size: Word = "", sheet: Word = "", start: Word = "1") -> Response:
        actor = actor_at(lab, request)
        if actor is None:
            return _to_the_door(request)
        codes = [one.strip()[:200] for one in code[:MOST_CODES]]
        try:
            file = await run_in_threadpool(_drawn, lab, actor, codes, size, sheet, start)
        except Stated as answer:
            return _message(lab, request, answer, actor.language)
        name = re.sub(r"[^A-Za-z0-9-]", "", codes[0])[:60] or "labels"
        headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
        return Response(file, media_type="application/pdf", headers=headers)

    @router.get("/8004/{code:path}")
    @router.get("/I/{code:path}")
    async def scanned(request: Request, code: str) -> Response:
        actor = actor_at(lab, request)
        if actor is None:
            return _to_the_door(request)
        try:
            found = await run_in_threadpool(registry_sheets.instrument_code, lab, actor, code[:200])
        except Refused as refusal:
            return _message(lab, request, refusal, actor.language)
        return RedirectResponse(f"/instruments/{quote(found, safe='')}", status_code=303)

    return router


def _drawn(lab: Laboratory, actor: Actor, codes: list[str], size: str, sheet: str, start: str) -> bytes:
    if not (start.isascii() and start.isdigit()):
        raise Invalid("labels.start", start=start, most="–")
    return asset_labels.asset_labels(
        lab, actor, codes, size=size or asset_labels.USUAL_SIZE, sheet=sheet, start=int(start)
    )  # fmt: skip


def _to_the_door(request: Request) -> Response:
    return RedirectResponse(f"/sign-in?to={quote(path_of(request))}", status_code=303)


def _message(lab: Laboratory, request: Request, answer: Stated, language: str) -> Response:
    headline, says = split_sentence(answer.text(language))
    return plain_page(
        lab, request, "message.html", status=404 if isinstance(answer, Refused) else 422, language=language,
        headline=headline, says=says, href="/instruments", way=wording("screens.nav_instruments", language),
    )  # fmt: skip
