"""How long people wait for the screens: the first page, a reading left, a click while the machine computes."""

import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_benchmark.fixture import BenchmarkFixture

from lims import calibration
from tests.laboratories import PASSWORD, S2_ROWS, WEIGHINGS, small_laboratory, weighing
from tests.served import COOKIE, HOST, Served, free_port, served_laboratory, serving
from tests.story.screens import Job, say

ROUNDS = 10
# Notes in the page itself when Enter left a cell and when result, budget and plot were drawn after it.
_WATCH = """() => {
  window.redrawn = {};
  document.addEventListener('keydown', e => { if (e.key === 'Enter') window.left = performance.now(); }, true);
  const sections = [...document.querySelectorAll('.c-columns--job section')];
  const watch = (name, found) => new MutationObserver(() => {
    if (window.left && !(name in window.redrawn))
      requestAnimationFrame(() => { window.redrawn[name] = performance.now() - window.left; });
  }).observe(found.parentElement, { childList: true, subtree: true, characterData: true });
  watch('result', document.querySelector('.c-result'));
  watch('budget', sections.find(one => one.querySelector('table')));
  watch('plot', sections.filter(one => one.querySelector('svg text')).at(-1));
}"""
# Presses a button of the page and gives the time until its dialog is drawn.
_CLICK = """words => new Promise(done => {
  const start = performance.now();
  new MutationObserver((_, one) => {
    if (!document.querySelector('.c-dialog')) return;
    one.disconnect();
    requestAnimationFrame(() => done(performance.now() - start));
  }).observe(document.body, { childList: true, subtree: true });
  [...document.querySelectorAll('button')].find(one => one.textContent.trim() === words).click();
})"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, faces: Path) -> Iterator[Served]:
    """A small laboratory being served."""
    home = tmp_path_factory.mktemp("bench") / "laboratory"
    small = small_laboratory(home, cache=faces)
    small.lab.close()
    with served_laboratory(small, home) as found:
        yield found


def _page(chromium: Browser, served: Served, name: str) -> Page:
    context = chromium.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": COOKIE, "value": served.token(name), "domain": HOST, "path": "/"}])
    return context.new_page()


def test_first_page_after_the_start(served: Served, benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """From starting the server to the first page, fonts cut before: goal 3 s."""
    home = tmp_path / "laboratory"
    shutil.copytree(served.home, home, symlinks=True)

    def start() -> None:
        with serving(home, free_port(), served.small.clock.shift):  # type: ignore[attr-defined]
            pass

    benchmark.pedantic(start, rounds=3)


def test_leaving_a_reading_redraws(served: Served, chromium: Browser, benchmark: BenchmarkFixture) -> None:
    """From Enter in the last cell until result, budget and plot are drawn anew: goals 150, 150 and 300 ms median."""
    times: dict[str, list[float]] = {"result": [], "budget": [], "plot": []}

    def ready() -> tuple[tuple[Job], dict[str, object]]:
        job_id = served.small.receive()
        served.small.prepared(job_id)
        cells = [(row, column) for row in range(3) for column in WEIGHINGS][:-1]
        typed = [weighing(row, column, S2_ROWS[row][WEIGHINGS.index(column)]) for row, column in cells]
        calibration.record_readings(served.small.lab, served.small.actors["hang"], job_id, cells=typed)
        job = Job(_page(chromium, served, "hang"), served.address)
        job.show(job_id)
        job.into_grid()
        job.page.evaluate(_WATCH)
        job.page.keyboard.type("0")
        return (job,), {}

    def leave(job: Job) -> None:
        job.page.keyboard.press("Enter")
        job.page.wait_for_function("() => Object.keys(window.redrawn).length === 3", polling=10)
        for part, found in job.page.evaluate("() => window.redrawn").items():
            times[part].append(found)
        job.page.context.close()

    benchmark.pedantic(leave, setup=ready, rounds=ROUNDS)
    for part, found in times.items():
        benchmark.extra_info[f"{part}, median in the page, ms"] = round(statistics.median(found), 1)


@pytest.mark.parametrize("work", ["evaluation with Monte Carlo", "certificate"])
def test_a_click_while_the_machine_works(
    work: str, served: Served, chromium: Browser, benchmark: BenchmarkFixture
) -> None:
    """While a result is evaluated for the record or a certificate is drawn, another person's click: goal 300 ms."""
    small = served.small
    other = Job(_page(chromium, served, "bao"), served.address)
    other.show(small.receive())
    times: list[float] = []

    def ready() -> tuple[tuple[Page], dict[str, object]]:
        evaluates = work.startswith("evaluation")
        job_id = small.job_in("MEASURING" if evaluates else "REVIEWED")
        page = _page(chromium, served, "hang" if evaluates else "trang")
        page.goto(served.url(f"/jobs/{job_id}" if evaluates else f"/jobs/{job_id}/review"))
        if not evaluates:
            page.get_by_label(say("pages.password_yours")).fill(PASSWORD)
        return (page,), {}

    def clicked(page: Page) -> None:
        words = say("screens.next_evaluate" if work.startswith("evaluation") else "pages.approve_do")
        page.get_by_role("button", name=words).first.click()
        for _ in range(4):
            times.append(float(other.page.evaluate(_CLICK, say("screens.assign"))))
            other.page.get_by_role("button", name=say("screens.assign_leave")).click()
            other.page.locator(".c-dialog").wait_for(state="detached")
        page.get_by_role("button", name=words).wait_for(state="detached", timeout=60_000)
        page.context.close()

    benchmark.pedantic(clicked, setup=ready, rounds=ROUNDS // 2)
    benchmark.extra_info["click, median, ms"] = round(statistics.median(times), 1)
    benchmark.extra_info["click, longest, ms"] = round(max(times), 1)
    other.page.context.close()
