"""Verification for everyone and the download for those who may: plain HTTP, no websocket, no script."""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from certificates.validating import Examination
from lims import calibration, verifying
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.verifying import LARGEST_FILE, PublicRecord
from ui.components.error_note import split_sentence
from ui.numbers import day, day_and_clock, local
from ui.plain import plain_page
from ui.session import actor_at, language_of, path_of
from ui.verdict_facts import NO_LONGER, Fact, verdict_facts
from uncertainty.wording import wording

Typed = Annotated[str, Form(max_length=200)]
_TONES: Final = {
    "genuine": ("ok", "circle-check"),
    "replaced": ("warn", "refresh-cw"),
    "withdrawn": ("bad", "ban"),
    "altered": ("bad", "octagon-alert"),
    "unknown": ("unknown", "search"),
    NO_LONGER: ("warn", "triangle-alert"),
}


@dataclass(frozen=True)
class Verdict:
    """The answer as the page shows it.

    Attributes:
        number: of the certificate, empty when none is known.
        tone: of frame and ground.
        icon: of the closed set.
        headline: the verdict in one sentence.
        headline_twin: the same in the other language.
        says: what it means for the reader.
        replaced_by: number of the certificate in its place.
        looked_up_at: day and time, as shown.
        facts: rows of (label, text, note, tone of the note).
        names_customer: whether the customer, having allowed it, is among them.
    """

    number: str
    tone: str
    icon: str
    headline: str
    headline_twin: str
    says: str
    replaced_by: str
    looked_up_at: str
    facts: tuple[Fact, ...]
    names_customer: bool = False


def public(lab: Laboratory) -> APIRouter:
    """The routes of verification and download."""
    router = APIRouter(include_in_schema=False)
    _by_number_or_token(router, lab)
    _by_file(router, lab)
    _download(router, lab)
    return router


def _by_number_or_token(router: APIRouter, lab: Laboratory) -> None:
    """What the QR code leads to, and the form for number and check code."""

    @router.get("/verify")
    def ask(request: Request, number: str = "") -> Response:
        return plain_page(lab, request, "verify.html", number=number[:80], problem="")

    @router.get("/verify/{token}")
    async def by_token(request: Request, token: str) -> Response:
        return _verdict_page(lab, request, await run_in_threadpool(verifying.by_token, lab, token))

    @router.post("/verify")
    async def by_number(request: Request, number: Typed = "", check_code: Typed = "") -> Response:
        address = request.client.host if request.client else ""
        try:
            record = await run_in_threadpool(verifying.by_number, lab, number, check_code, address)
        except Refused as refusal:
            said = refusal.text(language_of(lab, request))
            return plain_page(lab, request, "verify.html", status=429, number=number[:80], problem=said)
        return _verdict_page(lab, request, record, asked=number[:80])


def _by_file(router: APIRouter, lab: Laboratory) -> None:
    """The file itself, compared byte by byte and not kept."""

    @router.post("/verify/file")
    async def of_file(request: Request, file: Annotated[UploadFile, File()]) -> Response:
        address = request.client.host if request.client else ""
        content = await file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            said = wording("public.file_too_large", language_of(lab, request), most=LARGEST_FILE // 1_000_000)
            return plain_page(lab, request, "verify.html", status=413, number="", problem=said)
        try:
            found = await run_in_threadpool(verifying.check_file, lab, content, address)
        except Refused as refusal:
            said = refusal.text(language_of(lab, request))
            return plain_page(lab, request, "verify.html", status=429, number="", problem=said)
        digest = hashlib.sha256(content).hexdigest()
        return _verdict_page(lab, request, found.record, file_sha256=digest, signatures=found.examination)


def _download(router: APIRouter, lab: Laboratory) -> None:
    """The file of a certificate, for those who may read it; for others it does not exist."""

    @router.get("/certificates/{number}/file")
    async def download(request: Request, number: str) -> Response:
        actor = actor_at(lab, request)
        if actor is None:
            return RedirectResponse(f"/sign-in?to={quote(path_of(request))}", status_code=303)
        try:
            content = await run_in_threadpool(calibration.download, lab, actor, number)
        except Refused as refusal:
            return _message(lab, request, refusal, actor.language)
        # Numbers are ours (letters, digits, hyphens); what was asked for is not, so the name is made of the safe part.
        name = re.sub(r"[^A-Z0-9-]", "", number.upper())[:60]
        headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)


def _message(lab: Laboratory, request: Request, refusal: Refused, language: str) -> Response:
    headline, says = split_sentence(refusal.text(language))
    return plain_page(
        lab, request, "message.html", status=404, language=language, headline=headline, says=says, href="/",
        way=wording("screens.home", language),
    )  # fmt: skip


def _verdict_page(
    lab: Laboratory,
    request: Request,
    record: PublicRecord,
    *,
    asked: str = "",
    file_sha256: str = "",
    signatures: Examination | None = None,
) -> Response:
    """The page of one verdict; a certificate that is not known is still an answer, with the status that says so."""
    language = language_of(lab, request)
    shown = shown_verdict(lab, record, language, file_sha256=file_sha256, signatures=signatures)
    status = 404 if record.verdict.verdict == "unknown" else 200
    return plain_page(lab, request, "verdict.html", status=status, verdict=shown, asked=asked)


def shown_verdict(
    lab: Laboratory,
    record: PublicRecord,
    language: str,
    *,
    file_sha256: str = "",
    signatures: Examination | None = None,
) -> Verdict:
    """What the page says of a record.

    Args:
        lab: for the time of the answer.
        record: what anyone may know.
        language: `vi` or `en`.
        file_sha256: hash of the file that was given, if one was.
        signatures: its digital signatures, if a file was given.
    """
    word = record.verdict.verdict
    tone, icon = _TONES[word]
    if word == "genuine" and record.failed_since is not None:
        word, (tone, icon) = NO_LONGER, _TONES[NO_LONGER]
    file = "_file" if file_sha256 and word == "unknown" else ""
    twin = "en" if language == "vi" else "vi"
    body = record.body.text(language) if record.body else ""
    values = {
        "body": body, "number": record.number, "issued_on": day(record.issued_on) if record.issued_on else "",
        "ended_on": day(record.ended_on) if record.ended_on else "",
        "later_on": day(record.failed_since) if record.failed_since else "",
    }  # fmt: skip
    return Verdict(
        number=record.number,
        tone=tone,
        icon=icon,
        headline=wording(f"public.{word}{file}", language),
        headline_twin=wording(f"public.{word}{file}", twin),
        says=wording(f"public.{word}{file}_says", language, **values),
        replaced_by=record.replaced_by if word == "replaced" else "",
        looked_up_at=day_and_clock(local(lab.clock.now(), lab.settings.time_zone)),
        facts=verdict_facts(lab, record, language, file_sha256=file_sha256, found=signatures),
        names_customer=record.customer is not None,
    )
