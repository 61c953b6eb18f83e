"""The faces as they are embedded."""

import io
import itertools
from pathlib import Path

import fontpkg_fira_sans
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from certificates import faces
from certificates.faces import KeptFace

FILE = Path(fontpkg_fira_sans.ROOT) / "files" / "FiraSans-Regular.ttf"
names = (f"FaceUnderTest{number}" for number in itertools.count())


def _drawn(kind: type[TTFont], name: str, texts: tuple[str, ...]) -> bytes:
    """A page with texts in a face of that kind."""
    face = kind(name, str(FILE), asciiReadable=False)
    pdfmetrics.registerFont(face)
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1, pageCompression=1, initialFontName=name)
    for place, text in enumerate(texts):
        canvas.setFont(name, 10)
        canvas.drawString(20, 800 - 12 * place, text)
    canvas.save()
    face.unregister()
    return stream.getvalue()


@pytest.mark.parametrize(
    "texts",
    [
        ("Giấy chứng nhận hiệu chuẩn",),
        ("",),
        tuple(chr(code) for code in range(0x21, 0x200) if chr(code).isprintable()),
    ],
    ids=["one subset", "no letter", "two subsets"],
)
def test_a_kept_face_gives_the_file_that_the_library_gives(texts: tuple[str, ...]) -> None:
    """Byte for byte the same file, the first time and from what was kept."""
    name = next(names)
    library = _drawn(TTFont, name, texts)
    assert [_drawn(KeptFace, name, texts) for _ in range(2)] == [library, library]
    assert faces.embedded.cache_info().hits > 0


def test_what_is_kept_of_faces_has_a_bound() -> None:
    """However many certificates a process draws, it keeps the subsets of the last few."""
    name = next(names)
    for code in range(0x21, 0x21 + faces.MOST_KEPT // 16):
        _drawn(KeptFace, name, (chr(code),))
    kept = faces.embedded.cache_info()
    assert kept.maxsize == faces.MOST_KEPT
    assert kept.currsize <= faces.MOST_KEPT
