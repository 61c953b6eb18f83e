"""The photographs and documents of one instrument: seen, attached, shown to the customer, withdrawn."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from nicegui import ui
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from instruments.fact_models import FILE_KINDS, InstrumentFile
from lims import attaching
from lims.attaching import FilesSheet
from lims.errors import Refused, Stated
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER, RECEPTION, TECHNICIAN
from lims.receiving import LARGEST_FILE, MEGABYTE
from ui.components.button import button
from ui.components.confirm_reason import confirm_reason
from ui.components.empty_state import empty_state
from ui.components.error_note import split_sentence
from ui.components.field import choice, field
from ui.components.file_field import file_field
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.files_view import document, is_photograph, photo, told_of
from ui.frame import frame
from ui.plain import plain_page
from ui.session import Visit, actor_at, path_of
from ui.sockets import Sockets
from ui.typed_day import read_day_or_none
from uncertainty.wording import wording

ACCEPTED: Final = ".jpg,.jpeg,.png,.webp,.pdf,image/jpeg,image/png,image/webp,application/pdf"
_HASH_LENGTH: Final = 64


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/instruments/{code}/files")
    async def files(visit: Visit, code: str) -> None:
        FilesPage(visit, await call(visit, attaching.instrument_files, code))


def attachment_routes(lab: Laboratory) -> APIRouter:
    """The files themselves, for those who may see them; for others they do not exist."""
    router = APIRouter(include_in_schema=False)

    @router.get("/files/{code}/{sha256}")
    async def whole(request: Request, code: str, sha256: str) -> Response:
        return await run_in_threadpool(_given, lab, request, code, sha256, thumbnail=False)

    @router.get("/files/{code}/{sha256}/thumbnail")
    async def small(request: Request, code: str, sha256: str) -> Response:
        return await run_in_threadpool(_given, lab, request, code, sha256, thumbnail=True)

    return router


def _given(lab: Laboratory, request: Request, code: str, sha256: str, *, thumbnail: bool) -> Response:
    """The bytes: a picture, which was drawn by us, may be looked at; anything else only leaves as a download."""
    actor = actor_at(lab, request)
    if actor is None:
        return RedirectResponse(f"/sign-in?to={quote(path_of(request))}", status_code=303)
    try:
        if len(sha256) != _HASH_LENGTH:
            raise Refused("lims.not_found")
        row, content = attaching.instrument_file(lab, actor, code[:200], sha256, thumbnail=thumbnail)
    except Stated as refusal:
        headline, says = split_sentence(refusal.text(actor.language))
        return plain_page(
            lab, request, "message.html", status=404, language=actor.language, headline=headline, says=says, href="/",
            way=wording("screens.home", actor.language),
        )  # fmt: skip
    media_type = "image/jpeg" if thumbnail else row.media_type
    place = "inline" if media_type.startswith("image/") else "attachment"
    headers = {"Content-Disposition": f"{place}; filename*=UTF-8''{quote(row.name, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)


class FilesPage:
    """The page: what there is, and for those who may, the form that attaches more."""

    def __init__(self, visit: Visit, sheet: FilesSheet) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._language = visit, sheet, visit.language
        roles = (TECHNICIAN, RECEPTION) if sheet.kind == "item" else (QUALITY_MANAGER,)
        self._may = not sheet.for_customer and visit.me.is_a(*roles)
        here = "/due" if sheet.for_customer else "/instruments" if sheet.kind == "item" else "/standards"
        back = "/due" if sheet.for_customer else f"/instruments/{sheet.code}"
        crumbs = ((sheet.code, back), (self._word("title"), ""))
        head = PageHead(self._word("title"), sheet.code, sheet.name.text(self._language), crumbs)
        with frame(visit, head, here=here), ui.element("div").classes("c-stack"):
            self._files()
            if self._may:
                self._form()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"files.{key}", self._language, **values)

    def _files(self) -> None:
        """Photographs, then documents; quiet words where there are none."""
        files = list(reversed(self._sheet.files))
        photos = [one for one in files if is_photograph(one)]
        documents = [one for one in files if not is_photograph(one)]
        if not files:
            key = "none_customer" if self._sheet.for_customer else "none"
            ui.html(empty_state(self._word(key), self._word(f"{key}_when")))
        if photos:
            with panel(self._word("photographs")), ui.element("ul").classes("c-photos"):
                for one in photos:
                    self._one(one, photo(self._sheet.code, one, self._language))
        if documents:
            with panel(self._word("documents")), ui.element("ul").classes("c-documents"):
                for one in documents:
                    self._one(one, document(self._sheet.code, one, self._language))

    def _one(self, one: InstrumentFile, drawn: str) -> None:
        """One file with what may be done with it."""
        with ui.element("li"):
            ui.html(drawn)
            if self._sheet.for_customer:
                return
            ui.html(told_of(one, self._language))
            if not self._may:
                return
            note = Note(self._language)
            with ui.element("div").classes("c-form__acts c-document__acts"):
                if one.shown_to_id or self._sheet.has_customer:
                    words = self._word("hide" if one.shown_to_id else "show")
                    button(words, lambda: self._show(note, one), size="small")
                button(self._word("withdraw"), lambda: self._withdraw(one), size="small", look="danger")

    async def _show(self, note: Note, one: InstrumentFile) -> None:
        given = {"sha256": one.sha256, "to_customer": not one.shown_to_id}
        if await attempt(self._visit, note, attaching.show_file, self._sheet.instrument_id, **given) is not None:
            self._again()

    def _withdraw(self, one: InstrumentFile) -> None:
        async def act(reason: str) -> None:
            await call(
                self._visit, attaching.withdraw_file, self._sheet.instrument_id, sha256=one.sha256, reason=reason
            )
            self._again()

        question = self._word("withdraw_question", title=one.title, code=self._sheet.code)
        do, leave = self._word("withdraw"), self._word("withdraw_leave")
        confirm_reason(question, self._word("withdraw_consequence"), do, leave, act, self._language, look="danger")

    def _again(self) -> None:
        ui.navigate.to(f"/instruments/{quote(self._sheet.code, safe='')}/files")

    def _form(self) -> None:
        """What is said of a file first, then the file, which is attached as soon as it is chosen or dropped."""
        most = LARGEST_FILE // MEGABYTE
        with panel(self._word("add"), hint=self._word("add_hint")):
            with ui.element("div").classes("c-form"):
                title = field(self._word("field_title"), hint=self._word("field_title_hint"), longest=120)
                kinds = {one: self._word(f"kind_{one}") for one in FILE_KINDS}
                kind = choice(self._word("field_kind"), kinds, value=FILE_KINDS[0])
                taken = field(self._word("field_day"), hint=self._word("field_day_hint"), longest=10)
                answers = {"": self._word("no"), "yes": self._word("yes")}
                seen = choice(self._word("field_customer"), answers, value="") if self._sheet.has_customer else None

            async def take(content: bytes, name: str) -> None:
                try:
                    on = read_day_or_none(taken.text)
                except Stated as fault:
                    note.say(fault)
                    return
                given = {"title": title.text, "kind": kind.text, "taken_on": on}
                shown = seen is not None and seen.text == "yes"
                done = await attempt(
                    self._visit, note, attaching.attach_file, self._sheet.instrument_id, content, name,
                    to_customer=shown, **given,
                )  # fmt: skip
                if done is not None:
                    self._again()

            file_field(
                self._word("file"), self._word("file_hint", most=most), ACCEPTED, take, most=LARGEST_FILE,
                drop=wording("received_pages.drop_here", self._language),
                choose=wording("received_pages.choose_file", self._language),
                too_large=lambda: note.say_text(wording("received_pages.file_rejected", self._language, most=most)),
            )  # fmt: skip
            note = Note(self._language)
