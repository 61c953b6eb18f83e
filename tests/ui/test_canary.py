"""No script in any screen: markup in every free text of the laboratory, drawn by every page, runs nowhere."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.laboratory_fixtures import Templates
from tests.served import COOKIE, HOST, Served, served_laboratory
from tests.story.screens import Screen

FREE = re.compile(
    r"_vi$|_en$|^(name|maker|model|serial_number|asset_code|evidence|reason|withdrawn_reason|amendment_reason|"
    r"telephone|person_name|source|certificate_number|region|country|accuracy_class|monogram|object_type)$"
)
PAGES = (
    ("trang", "/"), ("trang", "/?everything=true"), ("trang", "/jobs/{IN_REVIEW}/review"),
    ("trang", "/jobs/{REVIEWED}/review"), ("trang", "/jobs/{ISSUED}/review"), ("trang", "/jobs/{MEASURING}"),
    ("trang", "/jobs/{RECEIVED}"), ("trang", "/instruments"), ("trang", "/standards"), ("trang", "/standards/new"),
    ("trang", "/instruments/CT-KL-017"), ("trang", "/instruments/{item_code}"),
    ("trang", "/instruments/CT-KL-017/calibration"), ("trang", "/instruments/CT-KL-017/property"),
    ("trang", "/competences"), ("trang", "/scopes"), ("trang", "/bodies"), ("trang", "/certificates"),
    ("trang", "/certificates/{number}"), ("hang", "/jobs/{MEASURING}"), ("hang", "/reception"), ("admin", "/accounts"),
    ("admin", "/bodies"), ("khach1", "/certificates"), ("khach1", "/certificates/{number}"), ("", "/verify/{token}"),
    ("", "/sign-in"),
)  # fmt: skip


def canary(place: str) -> str:
    """A text that sings when a page takes it for markup."""
    return f"<img src=x onerror=\"sing('{place}')\"><script>sing('{place}')</script>{{{{7*7}}}}{place}"


def put_canaries(file: Path) -> list[str]:
    """Write a canary into every free text of a database, past all rules; return the places."""
    places = []
    with sqlite3.connect(file) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for column in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                if column[2] not in ("TEXT", "VARCHAR") or not FREE.search(column[1]):
                    continue
                place = f"{table}.{column[1]}"
                given = (
                    f'UPDATE OR IGNORE "{table}" SET "{column[1]}" = ? || substr(rowid, 1, 9) WHERE rowid IS NOT NULL'
                )
                database.execute(given, (canary(place),))
                places.append(place)
        for (row,) in database.execute("SELECT rowid FROM reading_draft").fetchall():
            database.execute("UPDATE reading_draft SET text = ? WHERE rowid = ?", (canary("reading_draft.text"), row))
    return [*places, "reading_draft.text"]


@pytest.fixture(scope="module")
def infested(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, list[str]]]:
    """A laboratory with a job in each state, served, all of whose free texts are canaries."""
    staged, _ = templates.get("sqlite", "staged")
    home = tmp_path_factory.mktemp("infested") / "laboratory"
    shutil.copytree(staged.lab.settings.home, home, symlinks=True)
    places = put_canaries(home / "laboratory.sqlite")
    copy = replace(staged, actors=dict(staged.actors), ids=dict(staged.ids))
    with served_laboratory(copy, home) as found:
        yield found, places


def test_no_canary_sings_on_any_page(
    infested: tuple[Served, list[str]], chromium: Browser, figure: Callable[[str], None]
) -> None:
    """Every page draws names, reasons and other texts as text: no script in them runs, also not in opened menus."""
    served, places = infested
    song: list[str] = []
    shown: set[str] = set()
    named = _named(served)
    for person, language in ((one, other) for one in dict.fromkeys(one for one, _ in PAGES) for other in ("vi", "en")):
        context = chromium.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900})
        context.expose_function("sing", lambda place: song.append(place))
        _sign_in(context, served, person, language)
        page = context.new_page()
        for path in (path for who, path in PAGES if who == person):
            shown |= _places_on(page, served, path.format(**named), places)
        context.close()
    assert not song, f"a script in a text has run: {sorted(set(song))}"
    figure(
        f"{len(places)} free texts with markup, {len(shown)} seen as text on {len(PAGES)} pages in two languages, 0 ran"
    )
    assert len(shown) >= 15, f"too few of the texts are on the pages: {sorted(shown)}"


def _places_on(page: Page, served: Served, path: str, places: list[str]) -> set[str]:
    """Open a page and its menus; return the places whose text can be read there."""
    screen = Screen(page, served.address)
    screen.open(path)
    page.evaluate("() => document.querySelectorAll('#content details').forEach(one => { one.open = true; })")
    text = page.locator("body").inner_text()
    for chooser in page.locator(".q-select").all()[:8]:
        if chooser.is_visible():
            chooser.click()
            text += page.locator("body").inner_text()
            page.keyboard.press("Escape")
    assert "49<" not in text
    return {place for place in places if f"</script>{{{{7*7}}}}{place}" in text}


def _sign_in(context: BrowserContext, served: Served, person: str, language: str) -> None:
    cookies = {"language": language} | ({COOKIE: served.token(person)} if person else {})
    context.add_cookies([{"name": name, "value": text, "domain": HOST, "path": "/"} for name, text in cookies.items()])


def _named(served: Served) -> dict[str, str]:
    """The ids of jobs by state, the code of the item, number and token of the issued certificate."""
    from sqlmodel import select

    from instruments.models import Instrument
    from lims.store.tables import Certificate

    small = served.small
    with small.lab.store.reading() as session:
        issued = session.exec(select(Certificate).where(Certificate.job_id == small.ids["ISSUED"])).one()
        item = session.get_one(Instrument, small.ids["item"])
        return {**small.ids, "item_code": item.code, "number": issued.number, "token": issued.token}
