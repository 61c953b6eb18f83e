"""The page that prepares an amendment: the fields as the certificate says them now; what is changed is amended."""

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import calibration
from lims.amendable import REMARK, TEXT
from lims.amendment_sheet import AmendmentSheet, amendment_sheet
from lims.amendments import NewText, PrintedReason
from lims.errors import Refused, Stated
from lims.laboratory import Laboratory
from ui.components.error_note import error_note, split_sentence
from ui.session import Visit

Answered = Callable[[Request, Callable[[Visit], Response]], Response]
"""Shows a page to who is signed in, or what the laboratory answered instead."""
Shown = Callable[..., Response]
LONGEST: Final = 2000


def amendment_routes(router: APIRouter, lab: Laboratory, answered: Answered, shown: Shown) -> None:
    """The form with what the certificate says, and what is typed into it."""

    def form(request: Request, visit: Visit, number: str, typed: Mapping[str, str], refusal: Stated | None) -> Response:
        sheet = amendment_sheet(lab, visit.actor, number)
        if not sheet.possible:
            raise Refused("amendment.ended", number=sheet.number)
        note = error_note(*split_sentence(refusal.text(visit.language)), id_="refused") if refusal else Markup("")
        return shown(
            lab, request, visit, "certificate_amendment.html", status=409 if refusal else 200, sheet=sheet,
            rows=_rows(sheet, typed), typed=typed, note=note, text=TEXT, remark=REMARK,
        )  # fmt: skip

    @router.get("/certificates/{number}/amendment")
    def page(request: Request, number: str) -> Response:
        return answered(request, lambda visit: form(request, visit, number, {}, None))

    @router.post("/certificates/{number}/amendment")
    async def prepare(request: Request, number: str) -> Response:
        async with request.form(max_fields=60, max_part_size=64_000) as given:
            typed = {name: text[:LONGEST] for name, text in given.items() if isinstance(text, str)}

        def act(visit: Visit) -> Response:
            try:
                sheet = amendment_sheet(lab, visit.actor, number)
                reason = PrintedReason(typed.get("reason", "").strip(), typed.get("reason_en", "").strip())
                after = calibration.prepare_amendment(
                    lab, visit.actor, sheet.job_id, stated=_stated(sheet, typed), **reason.arguments()
                )
            except Stated as refusal:
                return form(request, visit, number, typed, refusal)
            return RedirectResponse(f"/jobs/{after.id}", status_code=303)

        return await run_in_threadpool(answered, request, act)


def _stated(sheet: AmendmentSheet, typed: Mapping[str, str]) -> list[NewText]:
    """The fields in which something else is typed than the certificate says."""
    found = []
    for field, said in sheet.fields:
        vi = typed.get(f"{field.place}.vi", said.vi)
        en = typed.get(f"{field.place}.en", said.en)
        if (vi.strip(), en.strip()) != (said.vi, said.en):
            found.append(NewText(field.place, vi, vi if field.form == TEXT else en))
    return found


def _rows(sheet: AmendmentSheet, typed: Mapping[str, str]) -> list[tuple[str, str, str, str, str]]:
    """Place, wording key, form, and the texts that stand in the form."""
    return [
        (
            field.place, field.label, field.form,
            typed.get(f"{field.place}.vi", said.vi), typed.get(f"{field.place}.en", said.en),
        )
        for field, said in sheet.fields
    ]  # fmt: skip
