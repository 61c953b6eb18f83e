"""The public check: number, token or file; what it tells, what it keeps to itself, and how often it may be asked."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, select

from lims import calibration, public_names, verifying
from lims.errors import Refused
from lims.key_making import make_keys
from lims.store.tables import AuditRecord
from tests.laboratories import SmallLaboratory
from tests.served import COOKIE, Served
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations

CUSTOMER = "Công ty Khách Một"


@pytest.fixture(scope="module")
def number(served: Served) -> str:
    """The number of a signed certificate of the first customer."""
    make_keys(served.small.lab)
    _, number = served.small.whole_job()
    return number


@pytest.fixture(scope="module")
def file(served: Served, number: str) -> bytes:
    """Its file."""
    return calibration.download(served.small.lab, served.small.actors["trang"], number)


def customer_of(served: Served) -> str:
    """The first customer's name."""
    row = served.small.lab
    with row.store.reading() as session:
        from instruments.bodies import name_on
        from lims.clock import local_day

        name = name_on(session, served.small.ids["customer"], local_day(row.clock.now(), row.settings.time_zone))
    assert name is not None
    return name.name_vi


@pytest.fixture(params=[1440, 390])
def public(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A stranger's browser without JavaScript, at a desk and on a phone."""
    width = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, locale="vi-VN", java_script_enabled=False, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def test_a_file_is_checked_without_script(public: Page, served: Served, number: str, file: bytes) -> None:
    """A file is told genuine, with signatures, time of signing, DCC and audit head; a changed one is not."""
    for content, headline in ((file, "là thật"), (file + b"\n", "không phải bản đã cấp")):
        public.goto(f"{served.address}/verify")
        public.set_input_files("#file", {"name": "c.pdf", "mimeType": "application/pdf", "buffer": content})
        public.get_by_role("button", name="So tệp PDF").click()
        expect(public.locator("h1")).to_contain_text(headline)
        said = public.locator("main").inner_text()
        assert number in said and customer_of(served) not in said
        assert "Thời điểm ký" in said or content is not file
        assert "Nói đúng như các trang" in said
        assert "Có trong sổ của nơi cấp, sổ nguyên vẹn" in said


def test_axe_finds_nothing_on_the_answer(at_browser: AtBrowser, served: Served, file: bytes) -> None:
    """The answer about a file breaks no rule of axe-core and fits a phone."""
    for width in (1440, 390):
        page = at_browser(None, path="/verify", viewport={"width": width, "height": 900})
        page.set_input_files("#file", {"name": "c.pdf", "mimeType": "application/pdf", "buffer": file})
        page.get_by_role("button", name="So tệp PDF").click()
        page.wait_for_load_state("networkidle")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_file_is_dropped_on_the_field(at_browser: AtBrowser, served: Served, tmp_path: Path, file: bytes) -> None:
    """The field itself takes a file that is dragged onto it; no script of ours is on the page."""
    page = at_browser(None, path="/verify")
    assert page.locator("script").count() == 0
    size = page.locator("#file").bounding_box()
    assert size is not None and size["width"] >= 300 and size["height"] >= 60  # a target that is easy to hit
    (tmp_path / "c.pdf").write_bytes(file)
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(tmp_path / "c.pdf")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {"type": kind, "x": size["x"] + 150, "y": size["y"] + 30, "data": data},
        )
    assert page.evaluate("document.querySelector('#file').files.length") == 1
    page.get_by_role("button", name="So tệp PDF").click()
    expect(page.locator("h1")).to_contain_text("là thật")


def test_the_customer_is_named_only_where_it_allowed_it(at_browser: AtBrowser, served: Served, number: str) -> None:
    """Withheld at first, shown after the customer's own choice, withheld again by the quality manager with a reason."""
    small, name = served.small, customer_of(served)
    token = small.certificate(number).token
    stranger = at_browser(None, path=f"/verify/{token}")
    expect(stranger.get_by_text(name)).to_have_count(0)
    page = at_browser("khach1", path=f"/certificates/{number}")
    page.get_by_text("Tên khách hàng trên trang tra cứu").click()
    page.get_by_label("Nêu tên khách hàng", exact=True).check()
    page.locator("#naming-reason").fill("chúng tôi muốn bạn hàng thấy tên")
    page.get_by_role("button", name="Ghi lựa chọn này").click()
    expect(page.get_by_text("đang hiện")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_text(name)).to_have_count(1)
    assert "Khách hàng đồng ý nêu tên" in stranger.locator("main").inner_text()
    manager = at_browser("trang", path=f"/certificates/{number}")
    manager.get_by_text("Tên khách hàng trên trang tra cứu").click()
    manager.get_by_label("Không nêu tên khách hàng").check()
    manager.locator("#naming-reason").fill("sai")
    manager.get_by_role("button", name="Ghi lựa chọn này").click()
    expect(manager.get_by_role("alert")).to_contain_text("ít nhất 10 ký tự")
    manager.locator("#naming-reason").fill("công văn 12/CV-KH ngày 02/03/2027")
    manager.get_by_role("button", name="Ghi lựa chọn này").click()
    expect(manager.get_by_text("không hiện")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_text(name)).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_customer_settles_its_name_by_one_press(
    at_browser: AtBrowser, served: Served, number: str, width: int
) -> None:
    """On its own list one press shows the name and one withholds it, with the day; the record says who and why."""
    small, name = served.small, customer_of(served)
    page = at_browser("khach1", path="/certificates", viewport={"width": width, "height": 900})
    page.get_by_role("button", name="Cho nêu tên").click()
    expect(page.get_by_text("đang hiện, từ")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    token = small.certificate(number).token
    with small.lab.store.reading() as session:
        assert session.exec(select(AuditRecord).order_by(col(AuditRecord.at).desc())).first().reason == (  # type: ignore[union-attr]
            "Khách hàng tự chọn trên trang của mình"
        )
    assert verifying.by_token(small.lab, token).customer.vi == name  # type: ignore[union-attr]
    page.get_by_role("button", name="Thôi nêu tên").click()
    expect(page.get_by_text("không hiện, từ")).to_be_visible()
    assert verifying.by_token(small.lab, token).customer is None


def test_another_customer_settles_nothing(served: Served, number: str) -> None:
    """Another customer, and staff who are no quality manager, settle nothing about a customer's name."""
    small = served.small
    strangers = httpx.Client(base_url=served.address, cookies={COOKIE: served.token("khach2")})
    strangers.post("/certificates/naming", data={"customer": small.ids["customer"], "shown": "yes"})
    strangers.close()
    assert verifying.by_token(small.lab, small.certificate(number).token).customer is None
    for name in ("khach2", "hang"):
        with pytest.raises(Refused):
            public_names.settle_public_name(
                small.lab, small.actors[name], small.ids["customer"], shown=True, reason="để thử xem được không"
            )
    with pytest.raises(Refused):
        public_names.settle_public_name(
            small.lab, small.actors["trang"], small.ids["centre"], shown=True, reason="trung tâm thì không phải khách"
        )


def test_files_are_limited_for_an_address(served: Served, number: str) -> None:
    """After a hundred and twenty files within the hour an address is refused, and another one is not."""
    lab = served.small.lab
    for _ in range(verifying.MOST_FILES):
        verifying.check_file(lab, b"no certificate", "203.0.113.9")
    with pytest.raises(Refused) as refused:
        verifying.check_file(lab, b"no certificate", "203.0.113.9")
    assert refused.value.key == "lims.too_many_tries"
    assert verifying.check_file(lab, b"no certificate", "203.0.113.10").record.verdict.verdict == "unknown"


def test_a_head_that_is_not_the_records_is_told(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """The head printed on a file is looked for in the chain: the record's own stands, another one is strange."""
    small = laboratory("sqlite")
    _, number = small.whole_job()
    file = calibration.download(small.lab, small.actors["trang"], number)
    checked = verifying.check_file(small.lab, file, "203.0.113.1")
    assert checked.record.head_word == "stands"
    assert checked.examination.inside.head == checked.record.head
    assert verifying.of_file(small.lab, file, "0" * 64).head_word == "strange"
