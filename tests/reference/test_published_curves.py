"""Published calibration curves and analyses of variance are reproduced to half a unit of their last digit."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from uncertainty.anova import analyse_summaries
from uncertainty.data_folder import data_folder
from uncertainty.straight_line import StraightLine, fit_line

REFERENCE = data_folder() / "reference"
CURVES = sorted((REFERENCE / "curves").glob("*.toml"))
GROUPS = sorted((REFERENCE / "groups").glob("*.toml"))


def floats(texts: list[str] | None) -> list[float] | None:
    """Typed numbers, or None where there are none."""
    return None if texts is None else [float(text) for text in texts]


def assert_printed(found: float, printed: str, tolerance: str | None = None) -> None:
    """The number found is the printed one to half a unit of its last digit, or within the stated tolerance."""
    half = Decimal((0, (5,), int(Decimal(printed).as_tuple().exponent) - 1))
    margin = float(tolerance or half)
    assert abs(found - float(printed)) <= margin * (1 + 1e-9), f"{found} is not {printed} within {margin}"


def fitted(data: dict) -> StraightLine:
    """The line of a file."""
    spreads = {}
    for axis in ("x", "y"):
        weights = floats(data.get(f"weights_{axis}"))
        given = floats(data.get(f"u_{axis}"))
        spreads[f"u_{axis}"] = [weight**-0.5 for weight in weights] if weights else given
    return fit_line(floats(data["x"]), floats(data["y"]), origin=float(data.get("origin", "0")), **spreads)


@pytest.mark.parametrize("path", CURVES, ids=lambda path: path.stem)
def test_a_published_line(path: Path):
    """Coefficients, uncertainties, their correlation, chi-square, predictions and inverses are those of the source."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    line, published = fitted(data), data["published"]
    for name in ("coefficients", "standard_uncertainties"):
        for found, printed in zip(getattr(line.curve, name), published[name], strict=True):
            assert_printed(float(found), printed)
    found = {
        "correlation": line.correlation, "covariance": float(line.curve.covariance[0, 1]),
        "chi_square": line.chi_square, "chi_square_dof": float(line.chi_square_dof),
        "residual_standard_deviation": line.residual_standard_deviation,
    }  # fmt: skip
    for name in found.keys() & published.keys():
        assert_printed(found[name], published[name])
    for kind, read in (("predictions", line.predict), ("inverses", line.inverse)):
        for wanted in published.get(kind, []):
            reading = read(float(wanted["at"]), float(wanted.get("u_at", "0")))
            for name in wanted.keys() - {"at", "u_at"}:
                assert_printed(getattr(reading, name), wanted[name])


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: path.stem)
def test_published_groups(path: Path):
    """Components, F, and both uncertainties of the mean are those of the source."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found = analyse_summaries(floats(data["means"]), floats(data["standard_deviations"]), data["sizes"])
    published = data["published"]
    tolerances = published.pop("tolerance", {})
    for name, printed in published.items():
        assert_printed(float(getattr(found, name)), printed, tolerances.get(name))


def printed_numbers(published: object) -> int:
    """How many numbers stand in what a source prints; places, words, notes and tolerances do not count."""
    aside = {"tolerance", "note", "method", "output", "between", "at", "u_at", "reported", "coverage_basis",
             "validates_gum"}  # fmt: skip
    if isinstance(published, dict):
        return sum(printed_numbers(value) for key, value in published.items() if key not in aside)
    if isinstance(published, list):
        return sum(map(printed_numbers, published))
    return 1


def count_of_published_numbers() -> tuple[int, int]:
    """Published numbers in the reference folder, and the examples that they come from; every one is tested."""
    files = sorted(REFERENCE.rglob("*.toml"))
    numbers = [printed_numbers(tomllib.loads(path.read_text(encoding="utf-8"))["published"]) for path in files]
    return sum(numbers), len(files)


def test_the_count_of_published_numbers(capsys):
    """At least as many published numbers are reproduced as docs/uncertainty.md says."""
    numbers, examples = count_of_published_numbers()
    with capsys.disabled():
        print(f"\n{numbers} published numbers of {examples} examples are reproduced")
    page = (data_folder().parent / "docs" / "uncertainty.md").read_text(encoding="utf-8")
    said = page.partition("In `data/reference/`, more than ")[2].split()
    assert numbers > int(said[0]) and examples > int(said[4]), (numbers, examples)


def test_there_are_lines_and_groups():
    """The folders hold the examples that are tested here."""
    assert len(CURVES) >= 5 and len(GROUPS) >= 1
