"""`lims evaluate --plot`: the picture of a result as a file."""

import tomllib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from tests.lims.conftest import Command

MODEL = """
title = "Sum of two lengths"
[model]
y = "a + b"
[outputs.y]
unit = "mm"
[inputs.a]
value = "10 mm"
standard_uncertainty = "3 um"
[inputs.b]
value = "1 mm"
standard_uncertainty = "4 um"
[evaluation]
trials = 20000
"""


def test_a_picture_is_written_beside_the_answer(command: Command, tmp_path: Path) -> None:
    """`--plot` writes an SVG with curve, histogram and bars; the answer itself stays as it is."""
    file, picture = tmp_path / "sum.toml", tmp_path / "sum.svg"
    file.write_text(MODEL, encoding="utf-8")
    _, plain, _ = command("evaluate", file, "--json")
    status, found, _ = command("evaluate", file, "--json", "--plot", picture)
    assert (status, found) == (0, plain)
    root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    names = [one.tag.partition("}")[2] for one in root.iter()]
    assert {"polyline", "polygon", "rect"} <= set(names)
    assert root.find("{http://www.w3.org/2000/svg}title").text == tomllib.loads(MODEL)["title"]


def test_a_picture_for_a_report_has_its_words_drawn(command: Command, tmp_path: Path) -> None:
    """`--plot FILE.png` draws the same picture at twice its size; its letters are ink, whatever fonts are installed."""
    file, picture = tmp_path / "sum.toml", tmp_path / "sum.png"
    file.write_text(MODEL, encoding="utf-8")
    assert command("evaluate", file, "--plot", picture)[0] == 0
    with Image.open(picture) as drawn:
        pixels = np.asarray(drawn.convert("L"))
    assert pixels.shape[1] == 2 * 760
    heading, key = pixels[40:120, 40:460], pixels[150:320, 90:400]
    assert (heading < 100).sum() > 200 and (key < 180).sum() > 100
    assert pixels[:, :20].min() == 255


def test_without_monte_carlo_there_is_no_histogram(command: Command, tmp_path: Path) -> None:
    """A model that is not simulated has the curve of the first order alone."""
    file, picture = tmp_path / "sum.toml", tmp_path / "sum.svg"
    file.write_text(MODEL.replace("trials = 20000", "monte_carlo = false"), encoding="utf-8")
    assert command("evaluate", file, "--plot", picture)[0] == 0
    assert "polyline" in picture.read_text() and "polygon" not in picture.read_text()


def test_a_picture_that_cannot_be_written_is_refused_first(command: Command, tmp_path: Path) -> None:
    """Another kind of file, a missing folder and several models are refused with the remedy, and nothing is written."""
    file = tmp_path / "sum.toml"
    file.write_text(MODEL, encoding="utf-8")
    folder = tmp_path / "folder.svg"
    folder.mkdir()
    for picture, said in (("sum.jpg", ".svg"), ("nowhere/sum.svg", "nowhere"), ("folder.svg", "folder.svg")):
        status, out, aside = command("evaluate", file, "--plot", tmp_path / picture)
        assert status == 2 and said in aside and not out
    status, _, aside = command("evaluate", file, file, "--plot", tmp_path / "two.svg")
    assert status == 2 and "one model" in aside
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.svg", "sum.toml"]
