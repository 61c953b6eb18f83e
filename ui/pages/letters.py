"""The letters of impact cases as files: the draft as it stands, or the very file that went out."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import impact_letters
from lims.errors import Stated
from lims.laboratory import Laboratory
from ui.session import visit_of


def letter_routes(lab: Laboratory) -> APIRouter:
    """The route of the letters; who may not read one learns nothing of it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/letters/{letter_id}.pdf")
    def letter(request: Request, letter_id: str) -> Response:
        visit = visit_of(lab, request)
        if visit is None:
            return RedirectResponse("/sign-in", status_code=303)
        try:
            found = impact_letters.letter_file(lab, visit.actor, letter_id)
        except Stated as refusal:
            return Response(refusal.text(visit.language), status_code=404, media_type="text/plain")
        name = f'inline; filename="letter-{letter_id[:36]}.pdf"'
        return Response(found, media_type="application/pdf", headers={"Content-Disposition": name})

    return router
