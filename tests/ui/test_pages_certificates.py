"""Certificates in a real browser: the customer's list, the file within three clicks, amendment and withdrawal."""

import re

import pytest
from playwright.sync_api import Browser, expect

from lims import certificate_lists
from tests.laboratories import PASSWORD
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations

SEEN = pytest.mark.parametrize("width", [1440, 390])


@pytest.fixture(scope="module")
def number(served: Served) -> str:
    """The number of a certificate of the first customer, issued for these tests."""
    _, number = served.small.whole_job()
    return number


@SEEN
def test_axe_finds_nothing_on_the_customers_pages(
    at_browser: AtBrowser, served: Served, number: str, width: int
) -> None:
    """List and certificate break no rule of axe-core and fit their screen, at a desk and on a phone."""
    page = at_browser("khach1", viewport={"width": width, "height": 900})
    for path in ("/certificates", f"/certificates/{number}"):
        page.goto(served.address + path)
        page.wait_for_load_state("networkidle")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_customer_has_the_file_after_two_clicks_on_a_phone_without_script(
    chromium: Browser,
    served: Served,
    number: str,
) -> None:
    """Sign-in and download are two clicks, on a phone, with JavaScript switched off."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", accept_downloads=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{served.address}/")
    page.fill("input[name=user_name]", "khach1")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Tải PDF {number}").click()
    assert download.value.suggested_filename == f"{number}.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    context.close()


def test_a_customer_finds_a_certificate_by_search_within_three_clicks_on_a_phone(
    chromium: Browser, served: Served, number: str
) -> None:
    """Sign-in, search and download are three clicks, on a phone, with JavaScript switched off."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", accept_downloads=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{served.address}/sign-in")
    page.fill("input[name=user_name]", "khach1")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.get_by_role("searchbox").fill("qua can 10 kg")
    page.get_by_role("button", name="Tìm").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Tải PDF {number}").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    context.close()


def test_anothers_certificate_does_not_exist(at_browser: AtBrowser, served: Served, number: str) -> None:
    """Page, file and picture of another customer's certificate answer as an unknown number does."""
    page = at_browser("khach2")
    answers = []
    for name in (number, "MB-KL-26-999999"):
        page.goto(f"{served.address}/certificates/{name}")
        answers.append(page.locator("main").inner_text())
        for path in ("file", "page/1.png"):
            assert page.request.get(f"{served.address}/certificates/{name}/{path}").status == 404
    assert answers[0] == answers[1]
    page.goto(f"{served.address}/certificates")
    expect(page.get_by_text(number)).to_have_count(0)


def test_the_list_is_searched_by_words(at_browser: AtBrowser, served: Served, number: str) -> None:
    """What does not match leaves the list, and the page says so."""
    page = at_browser("khach1", path="/certificates?q=áp kế")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Không có giấy nào khớp “áp kế”")).to_be_visible()
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("link", name=number, exact=True)).to_be_visible()


def test_a_customer_is_offered_no_act(at_browser: AtBrowser, served: Served, number: str) -> None:
    """The page of a customer has neither amendment nor withdrawal, and a forged form is refused."""
    page = at_browser("khach1", path=f"/certificates/{number}")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Thu hồi giấy chứng nhận")).to_have_count(0)
    answer = page.request.post(
        f"{served.address}/certificates/{number}/withdraw", form={"reason": "không thích kết quả này"}
    )
    assert answer.status == 409
    rows = certificate_lists.certificates(served.small.lab, served.small.actors["trang"], text=number)
    assert rows[0].status == "issued"


def test_a_reason_too_short_is_kept(at_browser: AtBrowser, served: Served, number: str) -> None:
    """Withdrawing with too short a reason is refused beside the field, and the text stays."""
    page = at_browser("trang", path=f"/certificates/{number}")
    page.wait_for_load_state("networkidle")
    page.get_by_text("Thu hồi giấy chứng nhận").click()
    page.locator("#withdraw-reason").fill("sai")
    page.get_by_role("button", name="Thu hồi giấy này").click()
    expect(page.get_by_role("alert")).to_contain_text("Ghi lý do, ít nhất 10 ký tự")
    assert page.locator("#withdraw-reason").input_value() == "sai"
    assert violations(page) == []


def test_an_amendment_opens_the_next_edition_in_review(at_browser: AtBrowser, served: Served, number: str) -> None:
    """Amending the words takes the quality manager to the job's next edition, which waits for review."""
    page = at_browser("trang", path=f"/certificates/{number}")
    page.wait_for_load_state("networkidle")
    page.get_by_text("Thay bằng giấy mới").first.click()
    page.locator("#amend-reason").fill("sai địa chỉ của khách hàng")
    page.get_by_role("button", name="Mở giấy thay thế").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}/review$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soát xét: Quả cân 10 kg")


def test_a_withdrawn_certificate_says_so(at_browser: AtBrowser, served: Served) -> None:
    """After withdrawal page and public answer say that it is withdrawn; the file stays to be had."""
    _, withdrawn = served.small.whole_job()
    page = at_browser("trang", path=f"/certificates/{withdrawn}")
    page.wait_for_load_state("networkidle")
    page.get_by_text("Thu hồi giấy chứng nhận").click()
    page.locator("#withdraw-reason").fill("chuẩn dùng khi đo đã hỏng")
    page.get_by_role("button", name="Thu hồi giấy này").click()
    expect(page.get_by_role("alert")).to_contain_text("đã bị thu hồi")
    assert page.request.get(f"{served.address}/certificates/{withdrawn}/file").status == 200
    page.get_by_role("link", name="Mở trang tra cứu").click()
    expect(page.get_by_role("heading", name="Giấy chứng nhận này đã bị thu hồi")).to_be_visible()
