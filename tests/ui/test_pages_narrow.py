"""Pages of the registry that no other test opens on a phone: nothing wider than the screen, no word of the program."""

import re

from tests.served import Served
from tests.served_fixtures import AtBrowser

PATHS = (
    "/instruments/import", "/instruments/duplicates", "/instruments/CT-KL-017/dcc", "/instruments/CT-KL-017/label",
    "/instruments/CT-KL-017/check", "/instruments/CT-KL-017/adjustment", "/instruments/CT-KL-017/files", "/due",
    "/centres/MB/chains", "/export", "/who-can?quantity=conventional+mass&point=10+kg", "/starter-data", "/notices",
    "/instruments/CT-KL-017/merge?other=TB-KL-006",
)  # fmt: skip
PROGRAM_WORD = re.compile(r"\b[a-z]{2,}_[a-z_]+\b|\bequipment\b|\bstandard\b|\bconventional\b|\{\}|None\b")


def test_pages_of_the_registry_fit_a_phone_and_speak_vietnamese(at_browser: AtBrowser, served: Served) -> None:
    """At 390 pixels nothing scrolls sideways, and what the registry keeps by a key is said in words."""
    page = at_browser("trang", viewport={"width": 390, "height": 844})
    found = []
    for path in PATHS:
        page.goto(served.url(path))
        page.locator("#content h1").wait_for()
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            found.append(f"{path} is wider than the screen")
        # Icons are drawn by their names; sources are quoted in their language.
        page.evaluate("document.querySelectorAll('.q-icon, [lang=en]').forEach(one => one.remove())")
        said = page.locator("#content").inner_text().replace("smtp_host", "")  # a setting, named to be written
        found += [f"{path} says {word}" for word in PROGRAM_WORD.findall(said)]
    assert not found


def test_codes_are_not_torn_apart_on_a_phone(at_browser: AtBrowser) -> None:
    """In the due calendar a line ends between two codes, never within one."""
    page = at_browser("trang", path="/due", viewport={"width": 390, "height": 844})
    page.locator("#content h1").wait_for()
    pieces = page.locator(".c-piece")
    heights = [box["height"] for one in pieces.all()[:6] if (box := one.bounding_box())]
    assert heights and max(heights) < 24
