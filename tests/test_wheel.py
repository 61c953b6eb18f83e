"""The wheel: what it carries, and that it works where no checkout is near."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("lims", "uncertainty", "certificates", "instruments", "ui")
READS_ITS_DATA = """
import sys, tomllib
sys.path.insert(0, sys.argv[1])
import certificates, instruments, lims, ui, uncertainty
from uncertainty.data_folder import data_folder
from uncertainty.wording import wording
assert uncertainty.__file__.startswith(sys.argv[1]), uncertainty.__file__
area = data_folder() / "wording" / "vi" / "uncertainty.toml"
key, said = next((key, said) for key, said in tomllib.loads(area.read_text("utf-8")).items() if "$" not in said)
assert wording("uncertainty." + key, "vi") == said
print(data_folder())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this folder, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the checkout that the wheel is installed in."""
    target = tmp_path_factory.mktemp("elsewhere") / "nơi khác"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check",
         "--target", str(target), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    return target


def tracked_below(folder: str) -> set[str]:
    """The tracked files below a folder, as git names them."""
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, check=True)
    names = {name.decode() for name in listed.stdout.split(b"\0") if name}
    return {name for name in names if (ROOT / name).is_file()}


def test_the_wheel_carries_every_file_of_the_program(wheel: Path) -> None:
    """Every tracked file of the packages and of the data is in the wheel: styles, migrations, wording, procedures."""
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = set().union(
        *(tracked_below(package) for package in ("lims", "uncertainty", "certificates", "instruments", "ui"))
    )
    wanted |= {name.replace("data/", "chuan_data/", 1) for name in tracked_below("data")}
    assert wanted - carried == set()


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    """Tests, benchmarks and caches stay at home; the licence goes along."""
    carried = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in carried if ".dist-info/" not in name}
    assert tops == {*PACKAGES, "chuan_data"}
    assert not [name for name in carried if "__pycache__" in name or name.endswith(".pyc")]
    assert [name for name in carried if name.endswith("licenses/LICENSE")]


def test_an_installed_wheel_finds_its_data(installed: Path, tmp_path: Path) -> None:
    """Installed elsewhere, the program reads the data that came with it."""
    command = [sys.executable, "-c", READS_ITS_DATA, str(installed)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == str(installed / "chuan_data")
