"""Readings typed while the line to the server is slow, or gone: nothing is lost, each digit lands in its cell."""

import pytest
from playwright.sync_api import expect

from tests.line import line_to
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.story.screens import Job, say
from tests.ui.test_entering_readings import bench, texts

TYPED = ["0.0", "10.01", "10.12", "0.3", "1.04", "30.5", "30.6", "0.7", "0.8", "20.09", "20.10", "0.11"]


@pytest.mark.parametrize("delay_s", [0.05, 0.4])
def test_typing_goes_on_while_the_answers_come_late(served: Served, at_browser: AtBrowser, delay_s: float) -> None:
    """Redraws of earlier cells arrive while later ones are being typed, and take nothing away from them."""
    job_id = bench(served)
    with line_to(served.address) as line:
        job = Job(at_browser("hang"), line.address)
        job.show(job_id)
        job.into_grid()
        line.delay_s = delay_s
        for text in TYPED:
            job.page.keyboard.type(text, delay=45)
            job.page.keyboard.press("Enter")
        job.expect_result("(10 000,025 ± 0,059) g")
        for number, text in enumerate(TYPED, start=1):
            job.expect_cell(number, text.replace(".", ","))
    assert sorted(texts(served, job_id)) == sorted(TYPED)


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(served: Served, at_browser: AtBrowser) -> None:
    """The page says in the person's language that the connection is lost; cells left meanwhile are saved later."""
    job_id = bench(served)
    with line_to(served.address) as line:
        job = Job(at_browser("hang"), line.address)
        job.show(job_id)
        job.into_grid()
        job.type_down(TYPED[:2])
        job.expect_cell(2, "10,01")
        line.cut()
        expect(job.page.get_by_text(say("screens.connection_lost"))).to_be_visible()
        for text in TYPED[2:5]:
            job.page.keyboard.type(text)
            job.page.keyboard.press("Enter")
        assert texts(served, job_id) == TYPED[:2]
        line.mend()
        expect(job.page.get_by_text(say("screens.connection_lost"))).to_be_hidden(timeout=30_000)
        for number, text in enumerate(TYPED[:5], start=1):
            job.expect_cell(number, text.replace(".", ","))
        job.page.reload()
        job.ready()
        job.expect_cell(5, "1,04")
    assert texts(served, job_id) == TYPED[:5]
