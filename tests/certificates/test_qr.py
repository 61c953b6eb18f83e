"""The QR code on the page leads to the public address."""

import io
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from certificates.letterhead import public_address
from certificates.pdf import render
from tests.certificates.examples import CENTRAL, ISSUE, SOUTH, weight
from tests.certificates.reading import words_of

pytestmark = pytest.mark.usefixtures("poppler")


def _page(file: bytes, resolution: int, *, fax: bool = False) -> Image.Image:
    """Page one as a picture."""
    command = ["pdftoppm", "-r", str(resolution), "-f", "1", "-l", "1", "-mono" if fax else "-gray", "-"]
    return Image.open(io.BytesIO(subprocess.run(command, input=file, capture_output=True, check=True).stdout))


@pytest.mark.parametrize(("resolution", "fax"), [(110, False), (200, False), (200, True), (150, True)])
def test_the_code_is_read_back(font_cache: Path, resolution: int, fax: bool) -> None:
    """A decoder reads the exact address from the page, also from a black-and-white copy."""
    found = zxingcpp.read_barcodes(_page(render(weight(), fonts=font_cache), resolution, fax=fax).convert("L"))
    assert [code.text for code in found] == [ISSUE.verify_url]


@pytest.mark.parametrize("body", [CENTRAL, SOUTH])
def test_every_centre_has_its_code(font_cache: Path, body: object) -> None:
    """The code is black and readable whatever the centre's accent."""
    found = zxingcpp.read_barcodes(_page(render(weight(body=body), fonts=font_cache), 200))  # type: ignore[arg-type]
    assert [code.text for code in found] == [ISSUE.verify_url]


def test_a_draft_has_no_code(font_cache: Path) -> None:
    """A draft carries nothing that a decoder reads."""
    assert zxingcpp.read_barcodes(_page(render(weight(issued=False), fonts=font_cache), 200)) == []


def test_the_typed_address_stands_below_the_code_outside_its_quiet_zone(font_cache: Path) -> None:
    """The address without token and the check code stand below the code, four modules away."""
    assert public_address(ISSUE) == "tracuu.example/verify"
    words = [word for word in words_of(render(weight(), fonts=font_cache)) if word.page == 1]
    below = [word for word in words if word.text in (public_address(ISSUE), ISSUE.check_code)]
    assert len(below) == 2
    module = 23 / 37
    for word in words:
        inside = word.right > 171 - 4 * module and word.left < 194
        middle = word.top + (word.bottom - word.top) * 0.45
        assert not (inside and 37 - 4 * module < middle < 60 + 4 * module), word
