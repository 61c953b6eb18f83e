"""On the page of a certificate: what its customer settles, and the labels that are printed of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lims import public_names, service_labels
from lims.certificate_lists import CertificateRow
from lims.errors import Refused, Stated
from lims.laboratory import Laboratory
from ui.own_naming import settle
from ui.session import Visit, visit_of

Typed = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True)
class Problem:
    """A refused act of the page: which one, what the laboratory answered, and what had been typed.

    Attributes:
        act: of the page.
        text: the answer.
        reason: as typed.
        chosen: whether the second of two choices was taken.
        reason_en: as typed in English, where the reason is printed.
    """

    act: str
    text: str
    reason: str
    chosen: bool = False
    reason_en: str = ""


Done = Callable[[Laboratory, Request, str, Callable[[Visit, CertificateRow], str], Problem], Response]
"""Does an act and leads on, or shows the page again with what was refused."""


def choice_routes(router: APIRouter, lab: Laboratory, done: Done) -> None:
    """What a certificate's customer settles, itself or through a quality manager."""

    @router.post("/certificates/naming")
    async def own(request: Request, customer: Typed = "", shown: Typed = "no") -> Response:
        def act() -> Response:
            visit = visit_of(lab, request)
            if visit is None:
                return RedirectResponse("/sign-in?to=/certificates", status_code=303)
            with suppress(Stated):  # another's name: the list shows what is settled for one's own
                settle(visit, customer, shown=shown == "yes")
            return RedirectResponse("/certificates", status_code=303)

        return await run_in_threadpool(act)

    @router.post("/certificates/{number}/naming")
    async def naming(request: Request, number: str, reason: Typed = "", shown: Typed = "no") -> Response:
        def act(visit: Visit, row: CertificateRow) -> str:
            settled = public_names.naming_of(lab, visit.actor, row.number)
            if settled is None:
                raise Refused("lims.not_found")
            public_names.settle_public_name(
                lab, visit.actor, settled.customer_id, shown=shown == "yes", reason=reason.strip()
            )
            return f"/certificates/{row.number}"

        return await run_in_threadpool(done, lab, request, number, act, Problem("naming", "", reason, shown == "yes"))

    @router.post("/certificates/{number}/label-due")
    async def label_due(request: Request, number: str, reason: Typed = "", printed: Typed = "no") -> Response:
        def act(visit: Visit, row: CertificateRow) -> str:
            settled = public_names.naming_of(lab, visit.actor, row.number)
            if settled is None:
                raise Refused("lims.not_found")
            service_labels.settle_label_due(
                lab, visit.actor, settled.customer_id, printed=printed == "yes", reason=reason.strip()
            )
            return f"/certificates/{row.number}"

        return await run_in_threadpool(done, lab, request, number, act, Problem("due", "", reason, printed == "yes"))


def label_file(visit: Visit, number: str, size: str) -> Response:
    """The label of a certificate, for those who put labels on instruments."""
    file = service_labels.draw_service_label(visit.lab, visit.actor, number, size=size)
    name = "".join(sign for sign in number.upper() if sign.isascii() and (sign.isalnum() or sign == "-"))[:60]
    headers = {"Content-Disposition": f'attachment; filename="{name}-label.pdf"'}
    return Response(file, media_type="application/pdf", headers=headers)


def label_sizes(row: CertificateRow) -> tuple[tuple[str, str], ...]:
    """The sizes of labels that a current certificate has: pairs of measures and id."""
    forms = service_labels.sizes(row.kind, row.centre) if row.status == "issued" and not row.amends else ()
    return tuple((f"{one.width:g} × {one.height:g} mm", one.id) for one in forms)
