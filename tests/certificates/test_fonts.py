"""The derived faces: tabular figures, a thin gap, nothing that vanishes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from certificates import fonts
from certificates.fonts import STYLES, derived_fonts, face_name, kerning, printable_characters, refuse_unprintable
from uncertainty.errors import Invalid

ROOT = Path(__file__).resolve().parents[2]
VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
SIGNS = "µμΩ°±≤≥ν∆Δσ×·−√∞≈≠²³⁻⁶₂₁αβγλρϑθ∂∑‰→€₫χ½†‡…–’“”"


@pytest.mark.usefixtures("font_cache")
def test_everything_a_certificate_needs_can_be_printed() -> None:
    """All Vietnamese letters, upper and lower case, and the signs of measurement are in every face."""
    missing = [
        letter for letter in VIETNAMESE + VIETNAMESE.upper() + SIGNS if ord(letter) not in printable_characters()
    ]
    assert missing == []


@pytest.mark.parametrize("style", STYLES)
def test_figures_are_tabular_and_the_thin_gap_is_thin(font_cache: Path, style: str) -> None:
    """In every face the ten figures are equally wide and U+00A0 is an empty glyph of 190 thousandths."""
    face = TTFont(derived_fonts(font_cache) / f"{face_name(style)}.ttf")
    cmap, widths = face.getBestCmap(), face["hmtx"]
    assert {widths[cmap[ord(figure)]][0] for figure in "0123456789"} == {560}
    assert widths[cmap[0xA0]] == (190, 0)
    assert face["glyf"][cmap[0xA0]].numberOfContours == 0
    assert not {"GSUB", "GPOS", "fpgm", "prep", "cvt "} & set(face.keys())
    assert face["name"].getDebugName(6) == face_name(style)
    assert "Fira" not in face["name"].getDebugName(1)


def test_kerning_leaves_figures_alone(font_cache: Path) -> None:
    """Pairs of letters are kerned, "To" for one; figures never."""
    pairs = kerning(face_name("Bold"))
    assert pairs["T"]["o"] < 0
    assert not any(figure in pairs or any(figure in row for row in pairs.values()) for figure in "0123456789")


@pytest.mark.usefixtures("font_cache")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Công ty \u2603", "U+2603"),
        ("abc\u200bdef", "U+200B"),
        ("abc\u202edef", "U+202E"),
        ("tab\tulator", "U+0009"),
        ("line\nend", "U+000A"),
        ("soft\u00adhyphen", "U+00AD"),
        ("x\u0304", "U+0304"),
        ("漢", "U+6F22"),
        ("\ue001", "U+E001"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(text: str, code: str) -> None:
    """A character that would vanish, reorder or be composed wrongly is refused with its field and its code."""
    with pytest.raises(Invalid) as refused:
        refuse_unprintable(text, "customer.name")
    assert code in refused.value.text("vi")
    assert "Tên khách hàng" in refused.value.text("vi")
    assert "Customer's name" in refused.value.text("en")


def test_faces_are_the_same_wherever_they_are_made(font_cache: Path, tmp_path: Path) -> None:
    """Two processes may fill one empty cache at once; the faces are those of any other cache."""
    program = (
        "import sys; from pathlib import Path; from certificates.fonts import derived_fonts; "
        "derived_fonts(Path(sys.argv[1]))"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert [entry.name for entry in tmp_path.iterdir()] == [derived_fonts(font_cache).name]
    for style in STYLES:
        name = f"{face_name(style)}.ttf"
        assert (derived_fonts(tmp_path) / name).read_bytes() == (derived_fonts(font_cache) / name).read_bytes()


def test_an_incomplete_cache_is_made_again(font_cache: Path, tmp_path: Path) -> None:
    """A folder from which a face is missing is put right."""
    folder = tmp_path / derived_fonts(font_cache).name
    folder.mkdir()
    (folder / "ChuanSans-Bold.ttf").write_bytes(b"")
    assert fonts._complete(derived_fonts(tmp_path))


def test_a_cache_that_moves_away_is_not_missed(font_cache: Path, tmp_path: Path) -> None:
    """A process that has registered the faces draws on, draft mark included, when their folder is gone."""
    folder = tmp_path / "fonts"
    shutil.copytree(font_cache, folder)
    program = (
        "import shutil, sys; from dataclasses import replace; from pathlib import Path;"
        "from certificates.fonts import register_fonts; from certificates.pdf import render;"
        "from tests.certificates.example_weight import weight;"
        "folder = Path(sys.argv[1]); register_fonts(folder); shutil.rmtree(folder);"
        "sys.exit(not render(replace(weight(), issue=None), fonts=folder).startswith(b'%PDF-'))"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=ROOT)
    assert not folder.exists()
