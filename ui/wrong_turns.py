"""Answers to requests that lead nowhere: no such page, a form that is not ours, a failure of the program."""

import logging
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from nicegui import app as application_pages
from starlette.requests import Request
from starlette.responses import Response

from lims.laboratory import Laboratory
from ui.plain import plain_page
from ui.session import language_of
from uncertainty.wording import wording

_LOG: Final = logging.getLogger("chuan.screens")


def answer_wrong_turns(host: FastAPI, lab: Laboratory) -> None:
    """Say in the reader's language what is wrong, on plain pages and on application pages alike; tell no inside."""

    def said(request: Request, key: str, status: int) -> Response:
        language = language_of(lab, request)
        headline, says = (wording(f"screens.{key}{part}", language) for part in ("", "_says"))
        way = wording("screens.home", language)
        return plain_page(
            lab, request, "message.html", status=status, headline=headline, says=says, href="/", way=way, back="/"
        )

    async def missing(request: Request, _: Exception) -> Response:
        return said(request, "page_missing", 404)

    async def unusable(request: Request, _: Exception) -> Response:
        return said(request, "form_unusable", 422)

    async def failed(request: Request, failure: Exception) -> Response:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=failure)
        return said(request, "page_failed", 500)

    for one in (host, application_pages):
        one.add_exception_handler(404, missing)
        one.add_exception_handler(RequestValidationError, unusable)
        one.add_exception_handler(Exception, failed)
