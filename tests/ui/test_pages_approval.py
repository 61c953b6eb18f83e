"""Review, approval and the certificate in a real browser, as three people use them."""

import hashlib

import pytest
from playwright.sync_api import expect

from lims import calibration, certificate_lists, verifying
from lims.entering import TypedCell
from tests.laboratories import PASSWORD
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations


@pytest.fixture(scope="module")
def reviewed(served: Served) -> str:
    """The approval screen of a job that waits for approval, for tests that only look."""
    return f"/jobs/{served.small.job_in('REVIEWED')}/review"


@pytest.mark.parametrize("preference", ["appearance/light", "appearance/dark", "language/en"])
def test_axe_finds_nothing_on_the_approval_screen(at_browser: AtBrowser, reviewed: str, preference: str) -> None:
    """No rule of axe-core is broken where a job is approved, in light, in dark, in English."""
    page = at_browser("trang", path=f"/{preference}?to={reviewed}")
    page.wait_for_load_state("networkidle")
    page.locator(".c-sheetview__page").wait_for()
    assert violations(page) == []


def test_the_approval_screen_fits_a_phone(at_browser: AtBrowser, reviewed: str) -> None:
    """At 390 pixels nothing is wider than the screen, the password and both acts stand at the foot."""
    phone = at_browser("trang", path=reviewed, viewport={"width": 390, "height": 844})
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    box = phone.get_by_label("Mật khẩu của bạn").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert violations(phone) == []


def test_the_pages_of_the_certificate_are_pictures_with_words(at_browser: AtBrowser, reviewed: str) -> None:
    """Both pages of the draft are drawn, each with a sentence for those who do not see it."""
    page = at_browser("trang", path=reviewed)
    page.wait_for_load_state("networkidle")
    first = page.get_by_alt_text("Trang 1/2 của giấy chứng nhận")
    expect(first).to_be_visible()
    assert page.evaluate("document.querySelector('.c-sheetview__page').naturalWidth") > 1000
    page.get_by_role("button", name="Trang 2").click()
    expect(page.get_by_alt_text("Trang 2/2 của giấy chứng nhận")).to_be_visible()


def test_a_draft_is_for_those_of_its_centre_only(at_browser: AtBrowser, served: Served, reviewed: str) -> None:
    """A customer's sign-in opens neither the draft's pictures nor its file, and a stranger's none either."""
    page = at_browser("trang", path=reviewed)
    page.wait_for_load_state("networkidle")
    picture = page.locator(".c-sheetview__page").get_attribute("src")
    file = page.get_by_role("link", name="PDF").get_attribute("href")
    assert page.request.get(f"{served.address}{picture}").status == 200
    assert page.request.get(f"{served.address}{file}").headers["content-type"] == "application/pdf"
    page.context.clear_cookies()
    assert page.request.get(f"{served.address}{picture}").status == 404
    page = at_browser("khach1")
    assert page.request.get(f"{served.address}{picture}").status == 404
    assert page.request.get(f"{served.address}{file}").status == 404


def test_who_measured_is_told_why_he_may_not_review(at_browser: AtBrowser, served: Served) -> None:
    """One who is no reviewer sees the judgement and no button to do what is another's."""
    page = at_browser("hang", path=f"/jobs/{served.small.job_in('IN_REVIEW')}/review")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Bạn không có quyền làm việc này")).to_be_visible()
    expect(page.get_by_role("button", name="Soát xét xong")).to_have_count(0)


def test_a_job_is_reviewed_without_a_password(at_browser: AtBrowser, served: Served) -> None:
    """The reviewer states that the job was looked at; the job waits for approval then."""
    job_id = served.small.job_in("IN_REVIEW")
    page = at_browser("bao", path=f"/jobs/{job_id}/review")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("Mật khẩu của bạn")).to_have_count(0)
    page.get_by_role("button", name="Soát xét xong").click()
    page.get_by_role("heading", name="Phê duyệt: Quả cân 10 kg").wait_for()
    assert served.small.job(job_id).state == "REVIEWED"


def test_a_wrong_password_signs_nothing(at_browser: AtBrowser, served: Served, reviewed: str) -> None:
    """A wrong password is refused beside the button, and what was typed stays."""
    page = at_browser("trang", path=reviewed)
    page.wait_for_load_state("networkidle")
    page.get_by_label("Mật khẩu của bạn").fill("một câu sai hẳn đi")
    page.get_by_role("button", name="Phê duyệt và ký").click()
    expect(page.get_by_role("alert")).to_contain_text("Mật khẩu không đúng")
    assert page.get_by_label("Mật khẩu của bạn").input_value() == "một câu sai hẳn đi"
    assert served.small.job(reviewed.split("/")[2]).state == "REVIEWED"


def test_changed_content_is_not_signed(at_browser: AtBrowser, served: Served) -> None:
    """A reading corrected while the screen is open makes the signature refuse, and the new content can be opened."""
    small = served.small
    job_id = small.job_in("REVIEWED")
    page = at_browser("trang", path=f"/jobs/{job_id}/review")
    page.wait_for_load_state("networkidle")
    calibration.return_for_correction(small.lab, small.actors["quang"], job_id, reason="xem lại loạt thứ ba")
    corrected(served, job_id)
    page.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
    page.get_by_role("button", name="Phê duyệt và ký").click()
    expect(page.get_by_role("alert")).to_contain_text("vừa thay đổi so với màn hình")
    page.get_by_role("button", name="Xem lại nội dung mới").click()
    expect(page.get_by_role("heading", name="Khác thường")).to_be_visible()
    expect(page.get_by_role("heading", name="Lần 1, B1: số chỉ đã sửa")).to_be_visible()
    assert small.job(job_id).state == "REVIEWED"


def corrected(served: Served, job_id: str) -> None:
    """Correct one reading of a job and bring it to approval again."""
    from lims import sheets

    small = served.small
    cell = sheets.job_sheet(small.lab, small.actors["hang"], job_id).points[0].tables[0].cells[1]
    assert cell.reading_id is not None
    typed = TypedCell(0, "weighing", cell.row, cell.column, "60")
    calibration.correct_reading(
        small.lab, small.actors["hang"], job_id, cell=typed, replaces=cell.reading_id, reason="đọc nhầm 60 thành 10"
    )
    small.submitted(job_id)
    small.reviewed(job_id)


def test_a_double_click_issues_once(at_browser: AtBrowser, served: Served) -> None:
    """Two clicks in a row give one certificate, whose number, file and verification page the screen then shows."""
    small = served.small
    job_id = small.job_in("REVIEWED")
    before = len(certificate_lists.certificates(small.lab, small.actors["trang"]))
    page = at_browser("trang", path=f"/jobs/{job_id}/review")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
    page.get_by_role("button", name="Phê duyệt và ký").dblclick()
    panel = page.get_by_role("status").filter(has_text="Đã cấp giấy chứng nhận")
    panel.wait_for()
    rows = certificate_lists.certificates(small.lab, small.actors["trang"])
    assert len(rows) == before + 1
    row = next(one for one in rows if one.job_id == job_id)
    expect(panel).to_contain_text(row.number)
    with page.expect_download() as download:
        panel.get_by_role("link", name="Tải PDF").click()
    file = download.value.path().read_bytes()
    record = verifying.of_file(small.lab, file)
    assert (record.verdict.verdict, record.file_sha256) == ("genuine", hashlib.sha256(file).hexdigest())
    panel.get_by_role("link", name="Mở trang tra cứu").click()
    expect(page.get_by_role("heading", name="Giấy chứng nhận này là thật")).to_be_visible()


def test_what_a_crash_left_numbered_is_finished_here(at_browser: AtBrowser, served: Served) -> None:
    """A job that was signed and numbered is issued without signing again."""
    job_id = served.small.job_in("NUMBERED")
    page = at_browser("trang", path=f"/jobs/{job_id}/review")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Hoàn tất cấp giấy").click()
    page.get_by_role("status").filter(has_text="Đã cấp giấy chứng nhận").wait_for()
    assert served.small.job(job_id).state == "ISSUED"


def test_a_job_goes_back_with_its_reason(at_browser: AtBrowser, served: Served) -> None:
    """Returning asks for a reason and sends the job to the bench."""
    job_id = served.small.job_in("REVIEWED")
    page = at_browser("trang", path=f"/jobs/{job_id}/review")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Trả lại, ghi lý do…").click()
    page.get_by_label("Lý do").fill("nhiệt độ cuối phép đo chưa ghi")
    page.get_by_role("button", name="Trả lại để sửa").click()
    page.wait_for_url(f"{served.address}/")
    assert served.small.job(job_id).state == "MEASURING"
