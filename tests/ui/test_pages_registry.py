"""Instruments, competences and accounts in a real browser: searched, entered, granted, ended."""

import re

import pytest
from playwright.sync_api import Page, expect

from lims import registry_sheets
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations

PATHS = {
    "trang": ("/instruments", "/standards", "/standards/new", "/instruments/CT-KL-017", "/competences",
              "/instruments/CT-KL-017/calibration", "/instruments/TB-KL-006/property",
              "/instruments/CT-KL-017/facts", "/instruments/CT-KL-017/merge?other=TB-KL-006"),
    "admin": ("/accounts",),
}  # fmt: skip


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a field, as a hand does."""
    page.get_by_label(label).click()
    page.get_by_role("option", name=re.compile(option)).click()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in PATHS.items() for path in paths])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    at_browser: AtBrowser, name: str, path: str, width: int
) -> None:
    """No rule of axe-core is broken on the pages of the registry, at a desk and on a phone without sideways scroll."""
    page = at_browser(name, path=path, viewport={"width": width, "height": 900})
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_standard_is_found_by_a_word_of_it(at_browser: AtBrowser) -> None:
    """A search leaves what it means, and the page of the instrument shows its chain and its figures."""
    page = at_browser("hang", path="/standards?q=quả cân chuẩn")
    expect(page.get_by_role("link", name="TB-KL-006")).to_have_count(0)
    page.get_by_role("link", name="CT-KL-017").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quả cân chuẩn 10 kg")
    expect(page.get_by_text("Liền mạch")).to_be_visible()
    expect(page.get_by_role("link", name="Ghi giấy hiệu chuẩn")).to_have_count(0)


def test_the_chain_is_shown_as_it_stood_on_another_day(at_browser: AtBrowser) -> None:
    """Before the first calibration the page says that there was none; what is no day is refused with the remedy."""
    page = at_browser("trang", path="/instruments/CT-KL-017?on=01/02/2026")
    expect(page.get_by_text("Chưa có lần hiệu chuẩn nào")).to_be_visible()
    page.goto(page.url.replace("01/02/2026", "mai"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("“mai” không phải là ngày")


def test_a_new_standard_gets_its_calibration_from_a_certificate(at_browser: AtBrowser, served: Served) -> None:
    """A quality manager enters a standard and its certificate; a wrong number is refused and nothing typed is lost."""
    page = at_browser("trang", path="/standards/new")
    choose(page, "Mức chuẩn", "Chuẩn công tác")
    choose(page, "Đại lượng", "^[Kk]hối lượng quy ước")
    for label, text in (
        ("Mã", "CT-KL-500"), ("Tên tiếng Việt", "Quả cân chuẩn 500 g"), ("Tên tiếng Anh", "Reference weight 500 g"),
        ("Số sản xuất", "S-500"), ("Giá trị danh định", "500"), ("Đơn vị danh định", "g"),
    ):  # fmt: skip
        page.get_by_label(label, exact=False).first.fill(text)
    page.get_by_role("button", name="Thêm vào sổ").click()
    page.wait_for_url(re.compile("/instruments/CT-KL-500$"))
    page.get_by_role("link", name="Ghi giấy hiệu chuẩn").click()
    choose(page, "Nơi hiệu chuẩn", "Viện Đo lường mẫu")
    choose(page, "Được thừa nhận theo", "CIPM MRA")
    choose(page, "Dựa trên giấy của chuẩn", "CQG-1")
    for label, text in (
        ("Số giấy chứng nhận", "VDL-26-0500"), ("Ngày hiệu chuẩn", "02/03/2026"), ("Ngày cấp", "04/03/2026"),
        ("Dùng đến ngày", "04/03/2028"), ("Giá trị", "499,9995x"), ("U", "0,8"), ("Đơn vị của U", "mg"),
    ):  # fmt: skip
        page.get_by_label(re.compile(rf"^{label}( |$)")).last.fill(text)
    page.get_by_label("Đơn vị", exact=True).fill("g")
    page.get_by_role("button", name="Ghi vào hồ sơ chuẩn").click()
    expect(page.get_by_role("alert")).to_contain_text("499,9995x")
    value = page.get_by_label("Giá trị", exact=True)
    assert value.input_value() == "499,9995x"
    value.fill("499,9995")
    page.get_by_role("button", name="Ghi vào hồ sơ chuẩn").click()
    page.wait_for_url(re.compile("/instruments/CT-KL-500$"))
    expect(page.get_by_role("cell", name="VDL-26-0500")).to_be_visible()
    sheet = registry_sheets.instrument_sheet(served.small.lab, served.small.actors["trang"], "CT-KL-500")
    assert (sheet.past[0].results[0].value, sheet.chain is not None and sheet.chain.levels) == ("499.9995", 2)


def test_a_form_is_for_those_who_may_enter(at_browser: AtBrowser) -> None:
    """A technician who types the address of a form is told that it is not for her."""
    page = at_browser("hang", path="/standards/new")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bạn không có quyền làm việc này")


def test_a_standard_goes_out_of_service_with_a_reason(at_browser: AtBrowser, served: Served) -> None:
    """Taking equipment out of service asks for a reason, shows on its page, and can be undone by another reason."""
    page = at_browser("trang", path="/instruments/TB-KL-006")
    for act, do, status in (
        ("Ngừng dùng…", "Ngừng dùng", "out_of_service"),
        ("Đưa vào dùng…", "Đưa vào dùng", "in_use"),
    ):
        page.get_by_role("button", name=act).click()
        page.get_by_label("Lý do").fill("kiểm tra lại bàn cân bên trái")
        with page.expect_navigation():
            page.get_by_role("button", name=do, exact=True).click()
        row = registry_sheets.instrument_sheet(served.small.lab, served.small.actors["trang"], "TB-KL-006").row
        assert row.status == status


def test_an_authorisation_is_granted_and_withdrawn(at_browser: AtBrowser, served: Served) -> None:
    """Granting asks for evidence and dates; withdrawing for a reason; nobody is offered to authorise himself."""
    page = at_browser("trang", path="/competences")
    page.get_by_label("Người").click()
    expect(page.get_by_role("option", name="Phạm Thu Trang")).to_have_count(0)
    page.get_by_role("option", name="Lê Văn Bình").click()
    choose(page, "Quy trình", "thước cặp")
    choose(page, "Chức năng", "Thực hiện")
    page.get_by_label(re.compile("^Đến ngày")).fill("31/12/2027")
    page.get_by_role("button", name="Giao thẩm quyền").click()
    expect(page.get_by_role("alert")).to_contain_text("còn trống")
    page.get_by_label("Bằng chứng").fill("Biên bản đánh giá số 7")
    with page.expect_navigation():
        page.get_by_role("button", name="Giao thẩm quyền").click()
    words = "Thu hồi… Lê Văn Bình, Thực hiện, length-vernier-caliper"
    page.get_by_role("button", name=words).click()
    page.get_by_label("Lý do").fill("chuyển sang phòng khác")
    with page.expect_navigation():
        page.get_by_role("button", name="Thôi thẩm quyền").click()
    expect(page.get_by_role("button", name=words)).to_have_count(0)
    rows = registry_sheets.competences(
        served.small.lab, served.small.actors["trang"], centre_id=served.small.ids["centre"]
    )
    assert [one.in_force for one in rows if one.procedure_id == "length-vernier-caliper"] == [False]


def test_an_account_is_made_with_a_link_for_one_use(at_browser: AtBrowser, served: Served) -> None:
    """An administrator creates an account, gives the link away and a role; the person sets the password by the link."""
    page = at_browser("admin", path="/accounts")
    page.get_by_label("Họ và tên").fill("Ngô Thị Mai")
    page.get_by_label("Tên đăng nhập").last.fill("mai")
    page.get_by_role("button", name="Tạo tài khoản").click()
    link = page.locator(".c-break").inner_text()
    page.goto(served.url("/accounts?q=mai"))
    expect(page.get_by_text("Chưa đặt mật khẩu")).to_be_visible()
    choose(page, "Người", "Ngô Thị Mai")
    choose(page, "Vai trò", "Kỹ thuật viên")
    choose(page, "Nơi làm việc", "^MB")
    with page.expect_navigation():
        page.get_by_role("button", name="Giao vai trò").click()
    rows = registry_sheets.accounts(served.small.lab, served.small.actors["admin"])
    made = next(one for one in rows if one.user_name == "mai")
    assert [grant[1:] for grant in made.grants] == [("technician", "MB")]
    guest = at_browser(None, path=link[link.index("/invitation") :])
    expect(guest.locator("input[type=password]").first).to_be_visible()


def test_an_administrator_reaches_no_results(at_browser: AtBrowser, served: Served) -> None:
    """Whoever manages accounts sees neither jobs, certificates nor instruments."""
    page = at_browser("admin", path="/instruments")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bạn không có quyền")
    page.goto(served.url("/"))
    page.wait_for_url(served.url("/accounts"))
    expect(page.get_by_role("link", name="Giấy chứng nhận")).to_have_count(0)
