"""The main screens for everyone: axe finds nothing, nothing scrolls sideways on a phone, no request leaves the host."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from lims.store.tables import Certificate
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.story.screens import Screen

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# The standard of WCAG 2.2, levels A and AA, and what axe counts as good practice.
STRICT: dict[str, Any] = {"resultTypes": ["violations"]}
CUT = "() => [...document.querySelectorAll('.c-panel')].some(one => one.scrollWidth > one.clientWidth + 1)"
SCREENS = (
    ("sign-in", None, "/sign-in"),
    ("my work", "hang", "/"),
    ("job", "hang", "/jobs/{measuring}"),
    ("review", "bao", "/jobs/{in_review}/review"),
    ("approval", "trang", "/jobs/{reviewed}/review"),
    ("certificates of a customer", "khach1", "/certificates"),
    ("verify", None, "/verify"),
    ("verdict", None, "/verify/{token}"),
)


@pytest.fixture(scope="module")
def places(served: Served) -> dict[str, str]:
    """What the addresses name: jobs in three states, one of them with a wrong cell, and a certificate."""
    small = served.small
    found = {state.lower(): small.job_in(state) for state in ("IN_REVIEW", "REVIEWED")}
    found["measuring"] = small.receive()
    small.prepared(found["measuring"])
    small.measured(found["measuring"], (("0", "10", "10", "0"), ("0", "3o", "300", "0")))
    _, number = small.whole_job()
    certificate: Certificate = small.certificate(number)
    return found | {"token": certificate.token}


def faults(page: Page) -> list[str]:
    """What axe finds on a page: rule, and the first piece of the page that breaks it."""
    result = Axe().run(page, options=STRICT).response
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in result["violations"]]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("name", "person", "path"), SCREENS, ids=[one[0] for one in SCREENS])
def test_a_screen_serves_everyone(
    name: str, person: str | None, path: str, viewport: dict[str, int], served: Served, at_browser: AtBrowser,
    places: dict[str, str],
) -> None:  # fmt: skip
    """Light and dark, at the desk and on a phone: no violation, no sideways scroll, no request to another host."""
    page = at_browser(person, viewport=viewport)
    screen = Screen(page, served.address)
    screen.open(path.format(**places))
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} scrolls sideways"
    assert not page.evaluate(CUT), f"{name}: a panel hides what does not fit into it"
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(200)
        found += [f"{scheme}: {fault}" for fault in faults(page)]
    assert not found, f"{name}: {found}"
