"""The library: what is offered, what is not and why, and the points a procedure asks for an item."""

import shutil
from pathlib import Path

import pytest

from lims.bound_numbers import Missing
from lims.procedures import agrees, check_examples, edition_order, library, points_for, released_editions
from uncertainty.data_folder import data_folder

FOLDER = data_folder() / "procedures"
MASS = "mass-weight-comparison.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own with the released procedures in it."""
    return Path(shutil.copytree(FOLDER, tmp_path / "procedures"))


def rewrite(path: Path, old: str, new: str, to: str | None = None) -> None:
    """Replace a piece of a file's text, in place or into another file of the folder."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    (path.parent / (to or path.name)).write_text(text.replace(old, new), encoding="utf-8")


def test_the_released_procedures_are_offered() -> None:
    """All released procedures are on offer, of every service, and nothing in the folder is refused."""
    found = library()
    assert not found.refused
    assert set(found.in_force) == {name for name, _ in released_editions(FOLDER)}
    assert {one.service for one in found.values()} == {"calibration", "verification", "testing"}


def test_a_changed_release_is_not_offered(folder: Path) -> None:
    """A released edition whose file has changed by one digit is not offered, and the reason names it."""
    rewrite(folder / MASS, 'most = "24"', 'most = "25"')
    found = library(folder)
    assert ("mass-weight-comparison", "2026-1") not in found
    assert "is released, but its file has changed" in found.refused[MASS].text("en")
    assert len(found) == len(library()) - 1


def test_a_new_edition_is_one_new_file(folder: Path) -> None:
    """A new file with a new edition is on offer beside the old one, which jobs keep; the newest is in force."""
    rewrite(folder / MASS, 'edition = "2026-1"', 'edition = "2026-10"', "mass-weight-comparison-2026-10.toml")
    rewrite(folder / MASS, 'edition = "2026-1"', 'edition = "2026-9"', "mass-weight-comparison-2026-9.toml")
    found = library(folder)
    assert found["mass-weight-comparison", "2026-1"].edition == "2026-1"
    assert found.newest("mass-weight-comparison").edition == "2026-10"
    assert edition_order("2026-10") > edition_order("2026-9")


def test_the_same_edition_twice_is_refused(folder: Path) -> None:
    """Two files of the same edition: the first counts, the second is refused by name."""
    rewrite(folder / MASS, 'id = "mass', 'id = "mass', "mass-weight-comparison-copy.toml")
    found = library(folder)
    assert list(found.refused) == [MASS]
    assert "stands already in mass-weight-comparison-copy.toml" in found.refused[MASS].text("en")


def test_a_procedure_whose_example_fails_is_not_offered(folder: Path) -> None:
    """A new file whose example is not reproduced is not offered; the reason gives both numbers and the line."""
    rewrite(folder / MASS, 'estimate = "10000.025 g"', 'estimate = "10000.026 g"')
    rewrite(folder / MASS, 'edition = "2026-1"', 'edition = "2026-2"')
    said = library(folder).refused[MASS].text("en")
    assert "gives m_X, estimate = 10000.025, the source states 10000.026 g" in said


def test_an_example_that_cannot_be_evaluated_is_named_with_its_line(folder: Path) -> None:
    """An example that lacks a property gives a sentence with file, line and what is missing."""
    rewrite(folder / MASS, 'eccentricity_limit = "10 mg", ', "")
    rewrite(folder / MASS, 'edition = "2026-1"', 'edition = "2026-2"')
    said = library(folder).refused[MASS].text("en")
    assert said.startswith(f"{MASS}, line ")
    assert "Limit of eccentricity and magnetism" in said


def test_a_broken_file_leaves_the_others_on_offer(folder: Path) -> None:
    """A file that cannot be read is refused with its reason; every other procedure stays on offer."""
    (folder / "broken.toml").write_text("id = ", encoding="utf-8")
    found = library(folder)
    assert len(found) == len(library())
    assert "broken.toml is not TOML" in found.refused["broken.toml"].text("en")


def test_the_point_of_a_weight_is_the_weight() -> None:
    """The point of a weight has the nominal value of the item."""
    procedure = library().newest("mass-weight-comparison")
    assert points_for(procedure, {"nominal": "1 kg"}) == ({"nominal": "1 kg"},)
    with pytest.raises(Missing):
        points_for(procedure, {})


def test_points_beyond_the_measuring_range_are_left_out() -> None:
    """A caliper up to 100 mm has five points, one up to 150 mm seven."""
    procedure = library().newest("length-vernier-caliper")
    assert len(points_for(procedure, {"upper_limit": "150 mm"})) == 7
    assert points_for(procedure, {"upper_limit": "10 cm"})[-1] == {"nominal": "100 mm"}


def test_a_published_number_carries_its_own_tolerance() -> None:
    """A printed number agrees within half a unit of its last digit, unless its source is looser and says so."""
    assert agrees(32.4, "32 nm") and not agrees(32.6, "32 nm")
    assert agrees(0.0323, "0.033 mm", "0.0008 mm") and not agrees(0.0321, "0.033 mm", "0.0008 mm")
    assert agrees(2.04, "2") and not agrees(2.06, "2.0")
    assert agrees(10000.0255, "10000.025 g")


def test_examples_are_checked_once_per_text() -> None:
    """The answer of the examples is kept by the hash of the file."""
    procedure = library().newest("mass-weight-comparison")
    assert check_examples(procedure) is check_examples(procedure)
