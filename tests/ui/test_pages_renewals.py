"""What falls due for renewal, on the pages: told to who may renew, renewed by one press, the file beside the issued."""

from collections.abc import Callable

import httpx
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI

from lims import access, renewals
from tests.laboratories import PASSWORD, SmallLaboratory
from tests.lasting import lasting, years_later
from tests.served import COOKIE
from ui.pages.certificates import certificate_routes
from ui.pages.renewals import renewal_routes


class Visitor:
    """The pages of certificates as a person sees them, asked without a server."""

    def __init__(self, small: SmallLaboratory, name: str) -> None:
        """Sign the person in."""
        self._host = FastAPI()
        for routes in (renewal_routes, certificate_routes):
            self._host.include_router(routes(small.lab))
        self._cookies = {COOKIE: access.sign_in(small.lab, name, PASSWORD).token}

    def get(self, path: str, method: str = "GET") -> httpx.Response:
        """Open a page."""

        async def asked() -> httpx.Response:
            over = httpx.ASGITransport(self._host)
            async with httpx.AsyncClient(
                transport=over, cookies=self._cookies, base_url="http://tracuu.example", follow_redirects=True
            ) as client:
                return await client.request(method, path)

        # In a thread of its own: a browser of an earlier test may have left a loop running in this one.
        with start_blocking_portal() as portal:
            return portal.call(asked)

    def post(self, path: str) -> httpx.Response:
        """Press the button of a page."""
        return self.get(path, "POST")


def test_what_falls_due_is_renewed_from_its_page(laboratory: Callable[..., SmallLaboratory]) -> None:
    """The list leads to what is due; one press renews it; the certificate offers both files; a failure is said."""
    small = laboratory("sqlite")
    with lasting(small) as (server, authority):
        _, number = small.whole_job()
        assert "/certificates/renewals" not in Visitor(small, "trang").get("/certificates").text
        years_later(small, server, authority, 9)
        trang = Visitor(small, "trang")
        assert "Dấu thời gian đến hạn (1)" in trang.get("/certificates").text
        assert "chứng minh được đến hết" in trang.get(f"/certificates/{number}").text
        assert number in trang.get("/certificates/renewals").text
        assert Visitor(small, "hang").get("/certificates/renewals").status_code == 404
        stamping = server.answers.pop("/tsa")
        failed = trang.post("/certificates/renewals")
        assert failed.status_code == 409 and number in failed.text and "Không có gì bị mất" in failed.text
        server.answers["/tsa"] = stamping
        done = trang.post("/certificates/renewals")
    assert done.status_code == 200 and "Chưa giấy nào đến hạn" in done.text
    page = Visitor(small, "khach1").get(f"/certificates/{number}").text
    assert f"/certificates/{number}/renewed" in page and "Đã gia hạn 1 lần" in page
    file = Visitor(small, "khach1").get(f"/certificates/{number}/renewed")
    assert file.content == renewals.renewed_file(small.lab, small.actors["trang"], number)
    assert Visitor(small, "khach2").get(f"/certificates/{number}/renewed").status_code == 404
