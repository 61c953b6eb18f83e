"""Who is at the browser: cookies by scheme, and addresses that stay on this host."""

import pytest
from starlette.requests import Request

from ui.session import appearance_of, is_secure, own_path, session_cookie, token_of


def request(scheme: str = "http", cookie: str = "") -> Request:
    """A request as the application gets it."""
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request(
        {"type": "http", "scheme": scheme, "method": "GET", "path": "/", "headers": headers, "query_string": b""}
    )


@pytest.mark.parametrize("path", ["/", "/jobs/1?on=2026-01-01", "/instruments?q=Qu%E1%BA%A3"])
def test_a_path_of_ours_is_followed(path: str) -> None:
    """After the sign-in a person lands where the way was going."""
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "",
             "/a\nb", "elsewhere", "/" + "a" * 600, "/\t/elsewhere.example", "/x\\y"]
)  # fmt: skip
def test_an_address_elsewhere_is_not_followed(path: str) -> None:
    """Nobody is sent to another host by a link to our sign-in."""
    assert own_path(path) == "/"


def test_the_cookie_is_bound_to_the_host_by_https() -> None:
    """By https the session's cookie has the prefix that binds it to this host; the plain one is not read there."""
    assert session_cookie(secure=True) == "__Host-chuan"
    assert token_of(request("https", "chuan=plain; __Host-chuan=bound")) == "bound"
    assert token_of(request("http", "chuan=plain; __Host-chuan=bound")) == "plain"
    assert is_secure(request("wss")) and not is_secure(request("ws"))


def test_an_unknown_appearance_is_the_systems() -> None:
    """What a browser sends as its preference is not believed further than the three words."""
    assert appearance_of(request(cookie="appearance=dark")) == "dark"
    assert appearance_of(request(cookie="appearance=<script>")) == "system"
