"""The certificate as it will be: its pages as pictures and as a file, for those who may approve it."""

import asyncio
from collections import OrderedDict
from io import BytesIO
from threading import Lock
from typing import Final

import pypdfium2
from fastapi import APIRouter
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response

from certificates.pdf import render
from lims import approval_sheet
from lims.errors import Refused
from lims.laboratory import Laboratory
from ui.session import actor_at

_KEPT: Final = 16
_SCALE: Final = 2.0
_GAP: Final = 24
_BETWEEN: Final = "#C9D2D1"


def preview(lab: Laboratory) -> APIRouter:
    """The routes of the preview."""
    router = APIRouter(include_in_schema=False)
    drawn = _Drawn(lab)

    @router.get("/jobs/{job_id}/preview.pdf")
    async def file(request: Request, job_id: str) -> Response:
        content = await drawn.file(request, job_id)
        if content is None:
            return Response(status_code=404)
        headers = {"Content-Disposition": 'inline; filename="preview.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    @router.get("/jobs/{job_id}/preview.png")
    async def picture(request: Request, job_id: str) -> Response:
        content = await drawn.file(request, job_id)
        png = await asyncio.to_thread(_pages, content) if content else None
        return Response(png, media_type="image/png") if png else Response(status_code=404)

    return router


class _Drawn:
    """The last files drawn, by the hash of their content: two pictures and the file need one drawing."""

    def __init__(self, lab: Laboratory) -> None:
        self._lab = lab
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    async def file(self, request: Request, job_id: str) -> bytes | None:
        """The file for this visitor; None where there is nothing that this visitor may see."""
        actor = actor_at(self._lab, request)
        if actor is None:
            return None
        try:
            sheet = await asyncio.to_thread(approval_sheet.approval_sheet, self._lab, actor, job_id)
        except Refused:
            return None
        if sheet.content is None:
            return None
        with self._lock:
            known = self._files.get(sheet.seen)
        if known is not None:
            return known
        made = await asyncio.to_thread(render, sheet.content, fonts=self._lab.fonts)
        with self._lock:
            self._files[sheet.seen] = made
            while len(self._files) > _KEPT:
                self._files.popitem(last=False)
        return made


_PDFIUM: Final = Lock()


def _pages(file: bytes) -> bytes:
    """All pages below each other as one picture; the library that draws them does one thing at a time."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(file)
        try:
            pages = [document[index].render(scale=_SCALE).to_pil() for index in range(len(document))]
        finally:
            document.close()
    height = sum(page.height for page in pages) + _GAP * (len(pages) - 1)
    whole = Image.new("RGB", (max(page.width for page in pages), height), _BETWEEN)
    at = 0
    for page in pages:
        whole.paste(page, (0, at))
        at += page.height + _GAP
    target = BytesIO()
    whole.save(target, "PNG")
    return target.getvalue()
