"""Service labels of every form: they scan, hold their texts inside their edges, and tell the service without colour."""

from pathlib import Path

import pytest
import zxingcpp

from certificates.label_forms import label_form, label_forms
from certificates.labels import render_labels
from tests.certificates.reading import words_of
from tests.certificates.test_labels import picture

SERVICES = ("calibration", "verification", "testing")
PURPOSES = (*SERVICES, "limited", "rejection", "calibration-outside", "testing-outside")
ADDRESS = "https://tracuu.example/verify/AbCdEfGhIjKlMnOpQrStUv"
VALUES = {
    "kind": "HIỆU CHUẨN", "kind_en": "Calibration", "body": "Trung tâm Đo lường miền Bắc", "body_code": "MB",
    "number": "MB-KL-26-000003", "name": "Quả cân", "serial": "Số 30127-A/2019", "date_caption": "Ngày hiệu chuẩn",
    "date": "30/10/2026", "due": "Hạn theo thỏa thuận: 30/10/2027", "label_number": "Tem số 004512", "address": ADDRESS,
    "officer": "KĐV: thẻ KĐV 0417", "limit": "Không dùng vào mục đích pháp lý",
    "scope": "Một phần ngoài phạm vi công nhận",
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("poppler")


@pytest.mark.parametrize("form", [one.id for one in label_forms().values() if one.purpose in PURPOSES])
def test_every_service_label_scans_and_keeps_its_edges(font_cache: Path, form: str) -> None:
    """Each form, printed at 203 dpi in one bit, is read back, and no word leaves the label or touches the code."""
    of = label_form(form)
    file = render_labels([VALUES], of, fonts=font_cache)
    assert [code.text for code in zxingcpp.read_barcodes(picture(file, 203))] == [ADDRESS]
    (code,) = (part for part in of.parts if part.draw == "qr")
    for word in words_of(file):
        assert word.left >= 0 and word.right <= of.width and word.bottom <= of.height + 0.6, word
        beside = word.bottom > code.y and word.top < code.y + code.width
        assert word.right < code.x - 0.8 or not beside, word


def test_the_bands_tell_the_services_apart(font_cache: Path) -> None:
    """In one bit the band of a verification is solid, of a calibration or a test open, of limited use hatched."""
    dark = {}
    for service in PURPOSES:
        image = picture(render_labels([VALUES], label_form(f"{service}-50x25"), fonts=font_cache), 203)
        band = image.crop((0, 0, image.width, int(image.height * 5.4 / 25)))
        dark[service] = band.histogram()[0] / (band.width * band.height)
    assert dark["verification"] > 0.7 > 0.4 > max(dark["calibration"], dark["testing"], dark["rejection"])
    assert 0.4 > dark["limited"] > dark["calibration"]
