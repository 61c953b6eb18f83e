"""The screens as a person at the keyboard uses them: go to what has a name, choose, type, press, read."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from playwright.sync_api import Download, Locator, Page, expect

from uncertainty.wording import wording

# What a screen reader would call the element that has the focus.
_FOCUSED_NAME: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return '';
  const label = one.labels && one.labels.length ? one.labels[0].textContent : '';
  return (one.getAttribute('aria-label') || label || one.textContent || '').replace(/\\s+/g, ' ').trim();
}"""
MOST_STEPS: Final = 120


def say(key: str, **values: object) -> str:
    """A text of the screens as it stands there, in Vietnamese."""
    return wording(key, "vi", **values)


def plain(text: str) -> str:
    """A text with blanks of any kind as one blank."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()


class Screen:
    """A page, driven by the keyboard."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open(self, path: str) -> None:
        """Go to an address of the laboratory and wait until the page listens."""
        self.page.goto(self.address + path)
        self.ready()

    def ready(self) -> None:
        """Wait until the page's channel is there: before that nothing typed is lost, but nothing happens either."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function("() => !window.createApp || (window.socket && window.socket.connected)")

    def focused(self) -> str:
        """The name of what has the focus."""
        return str(self.page.evaluate(_FOCUSED_NAME))

    def tab_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until the focus is on what has this name, or begins with it."""
        met = []
        for _ in range(MOST_STEPS):
            found = self.focused()
            if found == name or found.startswith((f"{name} ", f"{name},")):
                return
            met.append(found[:30])
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"Tab never reaches {name!r}; it passed {met}")

    def type(self, name: str, text: str) -> None:
        """Type into a field, reached by Tab; what stands there is replaced."""
        self.tab_to(name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Choose the option that begins with these words, with the arrow keys."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")
        menu = self.page.get_by_role("listbox")
        menu.wait_for()
        pointed = self.page.locator(".q-manual-focusable--focused")
        for place in range(30):
            self.page.keyboard.press("ArrowDown" if place else "Home")
            expect(pointed).to_have_count(1)
            if plain(pointed.inner_text()).startswith(option):
                break
        else:
            raise AssertionError(f"no option {option!r} in {name!r}")
        self.page.keyboard.press("Enter")
        menu.wait_for(state="hidden")

    def press(self, name: str) -> None:
        """Press a button or follow a link, reached by Tab."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")

    def note(self) -> Locator:
        """What the page says that was refused or is odd."""
        return self.page.get_by_role("alert")

    def expect_text(self, text: str) -> None:
        """Wait until a text stands on the page, whatever its blanks are."""
        words = re.sub(r"\\? ", r"\\s+", re.escape(text))
        expect(self.page.locator("body")).to_contain_text(re.compile(words), timeout=15_000)

    def expect_picture(self, address: str) -> None:
        """Wait until a picture with this address (a pattern) is drawn, wide enough to be read."""
        picture = self.page.locator("img[src]").filter(visible=True)
        expect(picture.last).to_have_attribute("src", re.compile(address))
        self.page.wait_for_function("one => one.complete && one.naturalWidth > 500", arg=picture.last.element_handle())

    def downloads(self, act: Callable[[], None]) -> Download:
        """The file that an act downloads."""
        with self.page.expect_download() as waiting:
            act()
        return waiting.value


class Door(Screen):
    """The sign-in."""

    def sign_in(self, user_name: str, password: str) -> None:
        """Sign in at the door with name and password, by keyboard."""
        self.page.goto(f"{self.address}/sign-in")
        self.type(say("screens.user_name"), user_name)
        self.type(say("screens.password"), password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        self.ready()


class Reception(Screen):
    """The form with which an item is taken in."""

    def take_in(self, *, customer: str, item: dict[str, str], procedure: str) -> str:
        """Take in a new item for a known customer; return the job's id."""
        self.open("/reception")
        self.choose(say("screens.column_customer"), customer)
        for field, text in item.items():
            self.type(say(f"screens.field_{field}"), text)
        self.choose(say("screens.procedure"), procedure)
        self.press(say("screens.receive_do"))
        self.page.wait_for_url("**/jobs/*")
        self.ready()
        return self.page.url.rsplit("/", 1)[-1]


class Job(Screen):
    """A job at the bench."""

    def show(self, job_id: str) -> None:
        """Open the job."""
        self.open(f"/jobs/{job_id}")

    def assign(self, name: str) -> None:
        """Give the job to a technician."""
        self.press(say("screens.assign"))
        self.choose(say("screens.technician"), name)
        self.press(say("screens.assign_do"))
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def note_condition(self, name: str, text: str) -> None:
        """Type a condition and leave its field."""
        self.type(name, text)
        self.page.keyboard.press("Tab")

    def cell(self, number: int) -> Locator:
        """A cell with a reading, by its number on the screen from 1."""
        return self.page.locator(f'.c-readings .ag-row[row-index="{number - 1}"] .ag-cell[col-id="reading"]').first

    def text(self, number: int) -> str:
        """What a cell shows."""
        return plain(self.cell(number).inner_text())

    def into_grid(self) -> None:
        """Put the focus on the first cell to be filled, by the button that leads there."""
        self.tab_to(say("screens.next_evaluate"), back=True)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".ag-cell-focus")).to_be_focused()

    def type_down(self, texts: Sequence[str]) -> None:
        """Type texts into the focused cell and those below, Enter after each."""
        for text in texts:
            self.page.keyboard.type(text)
            self.page.keyboard.press("Enter")

    def expect_cell(self, number: int, shown: str) -> None:
        """Wait until a cell shows a text, whatever its blanks are."""
        pattern = re.sub(r"\\? ", r"\\s*", re.escape(shown))
        expect(self.cell(number)).to_have_text(re.compile(rf"^\s*{pattern}\s*$"))

    def expect_result(self, text: str) -> None:
        """Wait until the result panel says this."""
        pattern = re.sub(r"\\? ", r"\\s*", re.escape(text))
        expect(self.page.locator(".c-result__value")).to_have_text(re.compile(rf"^\s*{pattern}\s*$"))

    def saved(self) -> None:
        """Wait until the server has confirmed every cell that was left; the grid tells of one a moment after."""
        self.page.wait_for_timeout(100)
        self.page.wait_for_function("() => !window.unsaved || window.unsaved.size === 0")

    def answer(self, reason: str, do: str) -> None:
        """Give the reason in the dialog that asks for it, and press its filled button."""
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for()
        self.type(say("screens.reason"), reason)
        self.press(do)

    def send(self) -> None:
        """Send for review, once every cell is saved."""
        self.saved()
        self.tab_to(say("screens.next_evaluate"), back=True)
        self.page.keyboard.press("Enter")
        button = self.page.get_by_role("button", name=say("screens.next_evaluate"))
        try:
            expect(button).to_have_count(0, timeout=30_000)
        except AssertionError as stays:
            shown = plain(self.page.locator("body").inner_text())
            raise AssertionError(f"not sent; the focus is on {self.focused()!r}; the page shows: {shown}") from stays


class Approval(Screen):
    """Review and approval."""

    def show(self, job_id: str) -> None:
        """Open the job for review or approval."""
        self.open(f"/jobs/{job_id}/review")

    def review(self) -> None:
        """Say that it was reviewed."""
        self.press(say("pages.review_do"))
        expect(self.page.get_by_role("button", name=say("pages.review_do"))).to_have_count(0)

    def sign(self, password: str) -> None:
        """Give the password and sign, by keyboard."""
        self.type(say("pages.password_yours"), password)
        self.page.keyboard.press("Enter")

    def number(self) -> str:
        """The number of the certificate, once it is issued."""
        self.expect_text(say("pages.issued_says"))
        found = re.search(r"[A-Z]+-[A-Z]+-\d\d-\d{6}", self.page.locator("body").inner_text())
        assert found is not None
        return found[0]
