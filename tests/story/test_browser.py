"""The main job in a real browser, by keyboard: four people, one certificate, and anyone who verifies it.

The readings and the published result are those of EA-4/02 M:2022, S2.
"""

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp
from playwright.sync_api import expect
from sqlmodel import select

from lims.store.tables import CertificateIssue, Reading
from tests.laboratories import PASSWORD
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.story.screens import Approval, Door, Job, Reception, Screen, say
from tests.story.test_main_job import PUBLISHED_RESULT, printed

READINGS = ("0", "10", "10", "0", "0", "30", "30", "0", "0", "20", "20", "0")
WEIGHT = {
    "name_vi": "Quả cân 10 kg", "name_en": "Weight, 10 kg", "maker": "Xưởng Cân", "model": "M1",
    "serial_number": "B-7001", "nominal": "10", "nominal_unit": "kg", "accuracy_class": "M1",
}  # fmt: skip
TYPED = (("Nhiệt độ", "20,3"), ("Độ ẩm tương đối", "52"), ("Áp suất không khí", "1008,4"))


def test_four_people_carry_a_weight_to_a_certificate_that_anyone_verifies(
    served: Served, at_browser: AtBrowser, tmp_path: Path
) -> None:
    """A weight goes from reception to the published result on a PDF, by keyboard; its QR code says genuine."""
    job_id = _received(served, at_browser)
    _assigned(served, at_browser, job_id)
    _measured(served, at_browser, job_id)
    _reviewed(served, at_browser, job_id)
    number = _approved(served, at_browser, job_id)
    file = _downloaded(served, at_browser, number)
    assert PUBLISHED_RESULT in printed(file)
    assert number in printed(file)
    _verified(served, at_browser, number, file, tmp_path)


def _received(served: Served, at_browser: AtBrowser) -> str:
    """The technician at reception takes the weight in."""
    door = Door(at_browser(None), served.address)
    door.sign_in("hang", PASSWORD)
    form = Reception(door.page, served.address)
    return form.take_in(customer="KH-1", item=WEIGHT, procedure="Hiệu chuẩn quả cân")


def _assigned(served: Served, at_browser: AtBrowser, job_id: str) -> None:
    """The reviewer gives the job to a technician."""
    job = Job(at_browser("bao"), served.address)
    job.show(job_id)
    job.assign("Nguyễn Thị Hằng")
    assert served.small.job(job_id).state == "ASSIGNED"


def _measured(served: Served, at_browser: AtBrowser, job_id: str) -> None:
    """The technician chooses the standards, notes the conditions, types the readings: one is wrong at first."""
    job = Job(at_browser("hang"), served.address)
    job.show(job_id)
    job.choose("Quả cân chuẩn", "CT-KL-017")
    job.choose("Bộ so sánh khối lượng", "TB-KL-006")
    for name, text in TYPED:
        job.note_condition(name, text)
    job.into_grid()
    job.type_down([*READINGS[:6], "3o", *READINGS[7:]])
    expect(job.cell(7)).to_have_class(re.compile("c-cell--wrong"))
    job.expect_cell(7, "3o")
    expect(job.note().first).to_contain_text("3o")
    for place in (1, 6, 8, 12):
        job.expect_cell(place, READINGS[place - 1])
    job.into_grid()
    job.type_down(["30"])
    expect(job.cell(7)).not_to_have_class(re.compile("c-cell--wrong"))
    job.expect_result(PUBLISHED_RESULT)
    with served.small.lab.store.reading() as session:
        kept = session.exec(select(Reading).where(Reading.job_id == job_id)).all()
    assert sorted(one.text for one in kept) == sorted(READINGS)
    job.send()
    assert served.small.job(job_id).state == "IN_REVIEW"


def _reviewed(served: Served, at_browser: AtBrowser, job_id: str) -> None:
    """A second person reviews."""
    screen = Approval(at_browser("bao"), served.address)
    screen.show(job_id)
    screen.expect_text(PUBLISHED_RESULT)
    screen.review()
    assert served.small.job(job_id).state == "REVIEWED"


def _approved(served: Served, at_browser: AtBrowser, job_id: str) -> str:
    """The quality manager sees everything on one screen, gives the password and signs; the number is shown."""
    screen = Approval(at_browser("trang"), served.address)
    screen.show(job_id)
    for shown in (PUBLISHED_RESULT, "CT-KL-017", "Chuẩn quốc gia khối lượng", "20,3", say("pages.certificate_to_be")):
        screen.expect_text(shown)
    for sheet in (1, 2):
        screen.press(say("pages.sheet_page", number=sheet))
        screen.expect_picture(rf"preview/{sheet}\.png")
    screen.sign(PASSWORD)
    number = screen.number()
    assert served.small.job(job_id).state == "ISSUED"
    return number


def _downloaded(served: Served, at_browser: AtBrowser, number: str) -> bytes:
    """The customer signs in and has the file after at most three clicks, at the desk and on a phone."""
    files = []
    for viewport in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page = at_browser(None, viewport=viewport, path="/sign-in")
        page.get_by_label(say("screens.user_name")).fill("khach1")
        page.get_by_label(say("screens.password"), exact=True).fill(PASSWORD)
        page.get_by_role("button", name=say("screens.sign_in")).click()
        link = page.get_by_role("link", name=f"{say('pages.download')} {number}")
        files.append(Path(Screen(page, served.address).downloads(link.click).path()).read_bytes())
    with served.small.lab.store.reading() as session:
        issue = session.get_one(CertificateIssue, served.small.certificate(number).id)
    assert [hashlib.sha256(file).hexdigest() for file in files] == [issue.file_sha256] * 2
    assert served.small.lab.vault.get(issue.file_sha256) == files[0]
    return files[0]


def _verified(served: Served, at_browser: AtBrowser, number: str, file: bytes, tmp_path: Path) -> None:
    """Anyone reads the QR code from the page and is told genuine; one changed byte makes the file another."""
    document = pypdfium2.PdfDocument(file)
    try:
        codes = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil().convert("L"))
    finally:
        document.close()
    assert len(codes) == 1
    anyone = Screen(at_browser(None, java_script_enabled=False), served.address)
    anyone.page.goto(served.url(urlsplit(codes[0].text).path))
    expect(anyone.page.get_by_role("heading", level=1)).to_have_text(say("public.genuine"))
    anyone.expect_text(number)
    altered = bytearray(file)
    altered[len(altered) // 2] ^= 1
    for content, verdict in ((file, "genuine"), (bytes(altered), "altered")):
        path = tmp_path / "certificate.pdf"
        path.write_bytes(content)
        anyone.page.locator("input[type=file]").set_input_files(path)
        anyone.page.get_by_role("button", name=say("public.compare")).click()
        expect(anyone.page.get_by_role("heading", level=1)).to_have_text(say(f"public.{verdict}"))
