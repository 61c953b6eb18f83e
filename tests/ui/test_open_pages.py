"""Pages that stay open while the world moves on: what a page once could do, the act asks again."""

import re

from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from lims import accounts, calibration
from lims.entering import TypedCell
from lims.record import read_record
from lims.store.tables import AuditRecord, Certificate, RoleGrant
from tests.laboratories import PASSWORD, REASON
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.story.screens import Approval, Job, say
from tests.ui.test_entering_readings import bench, texts


def to_sign(served: Served, at_browser: AtBrowser, job_id: str, name: str = "trang") -> Approval:
    """The approval screen of a job with the password typed, ready to be signed."""
    screen = Approval(at_browser(name), served.address)
    screen.show(job_id)
    screen.page.get_by_label(say("pages.password_yours")).fill(PASSWORD)
    return screen


def sign_button(page: Page) -> Locator:
    """The button that signs."""
    return page.get_by_role("button", name=say("pages.approve_do"))


def numbers(served: Served, job_id: str) -> list[str]:
    """The certificates of a job."""
    with served.small.lab.store.reading() as session:
        return list(session.exec(select(Certificate.number).where(Certificate.job_id == job_id)))


def test_a_double_click_signs_once(served: Served, at_browser: AtBrowser) -> None:
    """Signing by a double click issues one certificate and complains of nothing."""
    job_id = served.small.job_in("REVIEWED")
    screen = to_sign(served, at_browser, job_id)
    sign_button(screen.page).dblclick()
    number = screen.number()
    assert numbers(served, job_id) == [number]
    expect(screen.note()).to_have_count(0)


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(served: Served, at_browser: AtBrowser) -> None:
    """Two quality managers sign the same job in the same moment: one certificate, and the other reads who signed."""
    job_id = served.small.job_in("REVIEWED")
    screens = {name: to_sign(served, at_browser, job_id, name) for name in ("trang", "quang")}
    for screen in screens.values():
        # The click itself is left to a timer of the browser, so that both fall together.
        screen.page.evaluate(
            "name => setTimeout(() => [...document.querySelectorAll('button')].find(b => b.textContent.trim() === name)"
            ".click(), 1500)",
            say("pages.approve_do"),
        )
    said = {}
    for name, screen in screens.items():
        told = screen.page.locator("[role=alert], .c-issued, h1").filter(
            has_text=re.compile(rf"{say('pages.issued_says')}|Phạm Thu Trang|Vũ Minh Quang")
        )
        expect(told.first).to_be_visible(timeout=20_000)
        said[name] = screen.page.locator("body").inner_text()
    assert len(numbers(served, job_id)) == 1
    winners = [name for name, text in said.items() if say("pages.issued_says") in text]
    assert len(winners) == 1
    winner = {"trang": "Phạm Thu Trang", "quang": "Vũ Minh Quang"}[winners[0]]
    loser = screens[next(name for name in screens if name not in winners)]
    expect(loser.note().first).to_contain_text(winner)


def test_a_reading_changed_in_between_is_not_signed(served: Served, at_browser: AtBrowser) -> None:
    """Who signs a screen with a reading changed meanwhile is refused, even where the printed result is the same."""
    small = served.small
    job_id = small.job_in("REVIEWED")
    screen = to_sign(served, at_browser, job_id)
    calibration.return_for_correction(small.lab, small.actors["bao"], job_id, reason=REASON)
    with small.lab.store.reading() as session:
        standing = read_record(session, small.job(job_id)).readings[0, "weighing", 1, "B2"]
    calibration.correct_reading(
        small.lab, small.actors["hang"], job_id, cell=TypedCell(0, "weighing", 1, "B2", "31"), replaces=standing.id,
        reason=REASON,
    )  # fmt: skip
    small.submitted(job_id)
    small.reviewed(job_id)
    sign_button(screen.page).click()
    expect(screen.note().first).to_be_visible()
    assert numbers(served, job_id) == []
    assert small.job(job_id).state == "REVIEWED"
    screen.page.get_by_role("button", name=say("pages.look_again")).click()
    screen.page.wait_for_load_state()
    screen.expect_text("30 → 31")


def test_a_page_left_open_refuses_after_rights_were_withdrawn(served: Served, at_browser: AtBrowser) -> None:
    """The next cell of a technician whose role has ended is refused in words, at once, and the refusal is recorded."""
    small = served.small
    job_id = bench(served)
    job = Job(at_browser("hang"), served.address)
    job.show(job_id)
    job.into_grid()
    with small.lab.store.reading() as session:
        grant = session.exec(
            select(RoleGrant).where(RoleGrant.person_id == small.person("hang"), col(RoleGrant.ended_on).is_(None))
        ).one()
    accounts.end_role(small.lab, small.actors["admin"], grant.id, reason=REASON)
    try:
        job.type_down(["10"])
        expect(job.note().first).to_be_visible()
        assert texts(served, job_id) == []
        with small.lab.store.reading() as session:
            refused = session.exec(
                select(AuditRecord).where(AuditRecord.act == "record_readings", AuditRecord.outcome == "refused")
            ).all()
        assert any(one.person_id == small.person("hang") for one in refused)
    finally:
        accounts.grant_role(
            small.lab, small.actors["admin"], person_id=small.person("hang"), role="technician",
            body_id=small.ids["centre"],
        )  # fmt: skip


def signed_out_while_typing(served: Served, at_browser: AtBrowser, text: str) -> tuple[Job, str]:
    """A job whose page was left open while its technician signed out in another window, and a text typed after that.

    Returns:
        The screen, which is at the door by then, and the job's id.
    """
    job_id = bench(served)
    job = Job(at_browser("hang"), served.address)
    job.show(job_id)
    job.into_grid()
    other = job.page.context.new_page()
    other.goto(served.url("/certificates"))
    other.locator(".c-who summary").click()
    other.get_by_role("button", name=say("screens.sign_out")).click()
    other.wait_for_url("**/sign-in")
    other.close()
    job.type_down([text])
    job.page.wait_for_url("**/sign-in?ended=true**")
    job.expect_text(say("screens.session_ended"))
    assert texts(served, job_id) == []
    return job, job_id


def back_in(job: Job, name: str) -> None:
    """Sign in at the door where the page has led, and come to where the address says."""
    job.type(say("screens.user_name"), name)
    job.type(say("screens.password"), PASSWORD)
    job.page.keyboard.press("Enter")
    job.page.wait_for_url("**/jobs/*")
    job.ready()


def test_sign_out_ends_an_open_page(served: Served, at_browser: AtBrowser) -> None:
    """After signing out an open page leads to the door; what was typed meanwhile is saved once its person is back."""
    job, job_id = signed_out_while_typing(served, at_browser, "10,25")
    back_in(job, "hang")
    job.expect_cell(1, "10,25")
    job.saved()
    assert texts(served, job_id) == ["10,25"]
    job.page.reload()
    job.ready()
    job.expect_cell(1, "10,25")
    assert texts(served, job_id) == ["10,25"]


def test_nobody_else_enters_what_a_signed_out_person_typed(served: Served, at_browser: AtBrowser) -> None:
    """Another technician who signs in at the same window finds the cell empty: no reading changes its author."""
    job, job_id = signed_out_while_typing(served, at_browser, "10,25")
    back_in(job, "binh")
    job.expect_cell(1, "–")
    job.page.wait_for_function("() => sessionStorage.getItem('unsaved') === null")
    assert texts(served, job_id) == []
