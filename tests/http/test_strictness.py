"""What every answer of the server carries, and what it refuses before any page is asked."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from lims.verifying import LARGEST_FILE, MOST_TRIES
from tests.laboratories import PASSWORD
from tests.served import COOKIE, Served, routes_of
from tests.served_fixtures import AtBrowser
from tests.story.screens import say

FOREIGN = "https://evil.example"
PLAIN = ("/verify", "/sign-in", "/sign-out", "/invitation", "/certificates", "/language", "/appearance")
CANARY = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


@pytest.fixture
def anyone(served: Served) -> Iterator[httpx.Client]:
    """A client without a sign-in."""
    with httpx.Client(base_url=served.address, timeout=60) as client:
        yield client


def answered(served: Served, request: str) -> str:
    """The first line of the answer to a request as it stands, with the server's own address for HERE."""
    place = urlsplit(served.address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        line.sendall(request.replace("HERE", place.netloc).encode())
        return line.recv(200).decode("latin-1").split("\r\n")[0]


def test_every_answer_carries_the_strict_headers(served: Served, anyone: httpx.Client) -> None:
    """Each route answers with the policy of its kind: nothing is cached, framed, sniffed or taken from another host."""
    anyone.cookies.set(COOKIE, served.token("trang"))
    wrong = []
    for method, pattern in routes_of(served.home):
        if method != "GET":
            continue
        answer = anyone.get(pattern.replace("{path:path}", "chuan.css").replace("{", "").replace("}", ""))
        headers = answer.headers
        policy = headers.get("content-security-policy", "")
        fits = (
            "frame-ancestors 'none'" in policy
            and "base-uri 'none'" in policy
            and "http" not in policy
            and ("default-src 'none'" in policy or not pattern.startswith(PLAIN))
            and headers.get("x-content-type-options") == "nosniff"
            and headers.get("cross-origin-opener-policy") == "same-origin"
            and "same-origin" in headers.get("referrer-policy", "")
            and (headers.get("cache-control") == "no-store" or pattern.startswith(("/static", "/fonts")))
            and "server" not in headers
            and "x-powered-by" not in headers
        )
        if not fits:
            wrong.append((pattern, answer.status_code, dict(headers)))
    assert not wrong


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_hosts(anyone: httpx.Client) -> None:
    """Signing in sets a cookie that is HttpOnly and SameSite; the next sign-in brings another and ends this one."""
    first = anyone.post("/sign-in", data={"user_name": "lan", "password": PASSWORD})
    assert first.status_code == 303
    said = first.headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "path=/" in said
    token = anyone.cookies[COOKIE]
    anyone.post("/sign-in", data={"user_name": "lan", "password": PASSWORD})
    assert anyone.cookies[COOKIE] != token
    before = anyone.get("/", headers={"cookie": f"{COOKIE}={token}"})
    assert before.headers["location"].startswith("/sign-in")


def test_reached_by_https_the_cookie_is_bound_to_the_host(anyone: httpx.Client) -> None:
    """Behind a proxy that speaks https the session cookie is Secure and carries the `__Host-` name."""
    answer = anyone.post(
        "/sign-in", data={"user_name": "lan", "password": PASSWORD}, headers={"x-forwarded-proto": "https"}
    )
    said = answer.headers["set-cookie"]
    assert said.startswith("__Host-chuan=")
    assert "secure" in said.lower()


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_way_leads_to_another_host(to: str, anyone: httpx.Client) -> None:
    """After sign-in, language or appearance the way leads to this host, whatever was asked for."""
    answers = [
        anyone.post("/sign-in", data={"user_name": "lan", "password": PASSWORD, "to": to}),
        anyone.get("/language/en", params={"to": to}),
        anyone.get("/appearance/dark", params={"to": to}),
    ]
    assert [answer.headers["location"] for answer in answers] == ["/", "/", "/"]


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/verify", "/verify/file", "/certificates/X/withdraw"])
@pytest.mark.parametrize("headers", [{"origin": FOREIGN}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_of_another_host_is_refused(path: str, headers: dict[str, str], anyone: httpx.Client) -> None:
    """What another host's page posts is refused before it is read."""
    assert anyone.post(path, data={"user_name": "lan", "password": PASSWORD}, headers=headers).status_code == 403


@pytest.mark.parametrize(("origin", "expected"), [(FOREIGN, "403"), ("null", "403"), ("", "")])
def test_a_channel_from_another_host_is_refused(origin: str, expected: str, served: Served) -> None:
    """A websocket opened by another host's page gets no channel, although browsers would send it anywhere."""
    asked = (
        "GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        "Host: HERE\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {origin or served.address}\r\n\r\n"
    )
    said = answered(served, asked)
    assert said.startswith("HTTP/1.1 101") is (expected == "")
    assert expected in said


@pytest.mark.parametrize("path", ["/verify?number={}", "/sign-in?to={}", "/verify/{}", "/invitation/{}", "/{}"])
def test_what_was_asked_comes_back_as_text(path: str, anyone: httpx.Client) -> None:
    """Markup in an address is never markup in the answer."""
    for text in (CANARY, "{{7777*7777}}", "${7777*7777}"):
        answer = anyone.get(path.format(httpx.QueryParams({"a": text}).__str__()[2:]))
        assert answer.status_code < 500
        assert "<img src=x" not in answer.text
        assert "<script>alert" not in answer.text
        assert "60481729" not in answer.text


def test_what_was_posted_comes_back_as_text(anyone: httpx.Client) -> None:
    """Markup typed into the forms of the plain pages is shown as it was typed."""
    for path, data in (
        ("/sign-in", {"user_name": CANARY, "password": CANARY, "to": CANARY}),
        ("/verify", {"number": CANARY, "check_code": CANARY}),
        ("/invitation/none", {"password": CANARY, "again": CANARY}),
    ):
        answer = anyone.post(path, data=data)
        assert answer.status_code < 500
        assert "<img src=x" not in answer.text
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("token", ["x", "0" * 32, "a" * 5000, "../../etc/passwd", "%00", "é", "' OR 1=1 --"])
def test_an_unknown_token_is_answered_with_not_found(token: str, anyone: httpx.Client) -> None:
    """Any token that is none gets the page that says so, the same words each time, and no trace of the inside."""
    answer = anyone.get(f"/verify/{token}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text


def test_a_file_that_is_too_large_is_refused(served: Served, anyone: httpx.Client) -> None:
    """More than any certificate: the page says so; more than any file that is taken: the body is not even read."""
    answer = anyone.post("/verify/file", files={"file": ("a.pdf", b"%" * (LARGEST_FILE + 1))})
    assert answer.status_code == 413
    assert "MB" in answer.text
    declared = answered(served, f"POST /verify/file HTTP/1.1\r\nHost: HERE\r\nContent-Length: {10**12}\r\n\r\n")
    assert declared.startswith("HTTP/1.1 413")

    def endless() -> Iterator[bytes]:
        for _ in range(60):
            yield b"%" * 1_000_000

    boundary = {"content-type": "multipart/form-data; boundary=b"}
    try:
        cut = anyone.post("/verify/file", content=endless(), headers=boundary)
    except httpx.TransportError:
        return
    assert cut.status_code in (400, 413, 422)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 1000, b"MZ" * 500])
def test_a_file_that_is_no_certificate_is_unknown(content: bytes, anyone: httpx.Client) -> None:
    """Anything that is not a certificate of ours is answered so, and nothing breaks."""
    answer = anyone.post("/verify/file", files={"file": ("../../x.pdf", content, "text/html")})
    assert answer.status_code in (404, 422)
    assert "Traceback" not in answer.text


def test_typed_numbers_cannot_be_guessed(served: Served, anyone: httpx.Client) -> None:
    """After thirty wrong pairs of number and check code within the hour the address is told to wait."""
    _, number = served.small.whole_job()
    statuses = []
    # The server believes a proxy on its own computer; another address than that of the other tests is tried.
    elsewhere = {"x-forwarded-for": "203.0.113.9"}
    for tried in range(MOST_TRIES + 2):
        data = {"number": number, "check_code": f"AAAA-{tried:04d}"}
        statuses.append(anyone.post("/verify", data=data, headers=elsewhere).status_code)
    assert statuses == [404] * MOST_TRIES + [429] * 2
    certificate = served.small.certificate(number)
    right = anyone.post("/verify", data={"number": number, "check_code": certificate.check_code})
    assert right.status_code == 200
    assert say("public.genuine") in right.text


def test_verification_works_without_script(served: Served, at_browser: AtBrowser) -> None:
    """With JavaScript switched off, number and check code lead to the verdict, and no script is even sent."""
    _, number = served.small.whole_job()
    certificate = served.small.certificate(number)
    page = at_browser(None, java_script_enabled=False, path="/verify")
    assert page.locator("script").count() == 0
    page.get_by_label(say("public.number")).fill(number)
    page.get_by_label(say("public.check_code")).fill(certificate.check_code.lower())
    page.get_by_role("button", name=say("public.look_up"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("public.genuine"))
    assert page.locator("script").count() == 0
