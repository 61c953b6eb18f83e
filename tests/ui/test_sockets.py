"""The channel of an open page serves only the session that the page was built for."""

from typing import Any

from playwright.sync_api import Page

from tests.served import Served
from tests.served_fixtures import AtBrowser

JOIN = """([clientId, tabId]) => new Promise(resolve => {
  const socket = io(location.origin, {
    path: '/_nicegui_ws/socket.io', transports: ['websocket'], reconnection: false, forceNew: true,
    query: { client_id: clientId, tab_id: tabId, document_id: 'x', next_message_id: 0, implicit_handshake: 'true' },
  });
  const end = answer => { socket.close(); resolve(answer); };
  socket.on('connect', () => setTimeout(() => end('joined'), 300));
  socket.on('connect_error', () => end('refused'));
})"""
KEEP_BACK = """() => {
  window.kept = []; window.speak = window.socket.emit.bind(window.socket);
  window.socket.emit = (name, ...args) => name === 'event' ? window.kept.push(args[0]) : window.speak(name, ...args);
}"""


def opened(at_browser: AtBrowser, name: str, path: str = "/") -> Page:
    """A page of a person, its channel open."""
    page = at_browser(name, path=path)
    page.locator(".c-title").wait_for()
    page.wait_for_function("window.did_handshake")
    return page


def page_id(page: Page) -> str:
    """The id of an open page, which NiceGUI takes for a proof."""
    return str(page.evaluate("window.clientId"))


def secrets_of(page: Page) -> list[str]:
    """All that NiceGUI itself asks for: the ids of page and tab."""
    return [page_id(page), str(page.evaluate("TAB_ID"))]


def test_a_page_answers_its_own_session(served: Served, at_browser: AtBrowser) -> None:
    """The session that a page was built for joins its channel."""
    page = opened(at_browser, "hang")
    assert page.evaluate(JOIN, secrets_of(page)) == "joined"


def test_a_stolen_page_id_is_worth_nothing(served: Served, at_browser: AtBrowser) -> None:
    """Another signed-in person who knows the id of my page cannot join its channel, nor can I by another sign-in."""
    mine = opened(at_browser, "hang")
    for name in ("bao", "hang"):
        assert opened(at_browser, name).evaluate(JOIN, secrets_of(mine)) == "refused"


def test_a_page_id_without_its_cookie_is_worth_nothing(served: Served, at_browser: AtBrowser) -> None:
    """After signing out, the id of a page that is still open opens nothing."""
    mine = opened(at_browser, "hang")
    stolen = secrets_of(mine)
    mine.context.clear_cookies()
    assert mine.evaluate(JOIN, stolen) == "refused"


def test_an_event_for_a_foreign_page_is_ignored(served: Served, at_browser: AtBrowser) -> None:
    """A press of a button sent over another person's channel does nothing; over one's own it does."""
    job_id = served.small.receive()
    served.small.prepared(job_id)
    served.small.measured(job_id)
    mine, other = opened(at_browser, "hang", f"/jobs/{job_id}"), opened(at_browser, "binh")
    mine.evaluate(KEEP_BACK)
    mine.locator(".c-main-act").click()
    pressed: list[dict[str, Any]] = mine.evaluate("window.kept")
    assert pressed and all(one["client_id"] == page_id(mine) for one in pressed)
    for one in pressed:
        other.evaluate("event => window.socket.emit('event', event)", one)
    other.wait_for_timeout(2500)
    assert served.small.job(job_id).state == "MEASURING"
    for one in pressed:
        mine.evaluate("event => window.speak('event', event)", one)
    mine.get_by_role("link", name="Soát xét", exact=True).wait_for()
    assert served.small.job(job_id).state == "IN_REVIEW"
