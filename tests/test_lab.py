"""lab.py: what it hands over, what it repairs, and what it says when it cannot go on.

No test here asks a registry: that a fresh clone installs itself is shown by CI, which begins with just that.
"""

import ast
import fcntl
import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAYS_WHAT_IT_GOT = """
import json, os, sys
json.dump({"words": sys.argv[1:], "cwd": os.getcwd(), "long": os.environ.get("CHUAN_LONG"),
           "kernel": os.environ.get("OPENBLAS_CORETYPE"), "path": os.environ.get("PYTHONPATH")}, sys.stdout)
sys.exit(7)
"""


def load(folder: Path) -> ModuleType:
    """The lab.py of a folder as a module."""
    spec = importlib.util.spec_from_file_location("lab_of_a_folder", folder / "lab.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a name as people give them, holding what lab.py reads, and no environment."""
    folder = tmp_path / "Phòng đo lường 1"
    folder.mkdir()
    for name in ("lab.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


@pytest.fixture
def standing(checkout: Path) -> Path:
    """The same folder with an environment that stands, whose programs say what they got and end with status 7."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout / ".venv")], check=True)
    lab = load(checkout)
    lab.LIMS.write_text(SAYS_WHAT_IT_GOT, encoding="utf-8")
    lab.MARK.write_text("\n".join(lab.wanted(True)), encoding="utf-8")
    return checkout


def start(folder: Path, *words: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start lab.py as a person does."""
    return subprocess.run(
        [sys.executable, str(folder / "lab.py"), *words], cwd=cwd or folder, env=os.environ | variables,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def start_changed(folder: Path, change: str) -> subprocess.CompletedProcess[str]:
    """Start lab.py with the word `demo` on a computer that differs from this one by a line of Python."""
    lines = ["import sys, runpy, os", change, "sys.argv[:] = ['lab.py', 'demo']"]
    lines.append(f"runpy.run_path({str(folder / 'lab.py')!r}, run_name='__main__')")
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )


def test_the_demonstration_is_told_of_schemas_that_lie_beside_the_folder(checkout: Path) -> None:
    """They are named where nobody named others, and only where they are."""
    lab = load(checkout)
    said: dict[str, str] = {}
    lab.name_schemas(said)
    assert not said
    lab.DCC_SCHEMAS.mkdir(parents=True)
    lab.name_schemas(said)
    assert said == {"CHUAN_DCC_SCHEMAS": str(checkout.parent / "shared" / "dcc")}
    chosen = {"CHUAN_DCC_SCHEMAS": "elsewhere"}
    lab.name_schemas(chosen)
    assert chosen == {"CHUAN_DCC_SCHEMAS": "elsewhere"}


def test_python_3_6_can_read_it() -> None:
    """Even Python 3.6 reads lab.py, so that it can say that it is too old."""
    ast.parse((ROOT / "lab.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_so(checkout: Path) -> None:
    """A Python that is too old is named with the version that is needed, in both languages, on standard error."""
    ended = start_changed(checkout, "sys.version_info = (3, 9, 2, 'final', 0)")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Python 3.9.2 quá cũ" in ended.stderr
    assert "needs Python 3.11 or newer" in ended.stderr


def test_a_missing_venv_is_named_with_its_package(checkout: Path) -> None:
    """Where Debian's python3-venv is missing, the package to install is named."""
    absent = (
        "import importlib.util as u; real = u.find_spec; u.find_spec = lambda n: n != 'ensurepip' and real(n) or None"
    )
    ended = start_changed(checkout, absent)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("sudo apt-get install python3-venv") == 2


def test_a_full_disk_is_said_before_anything_is_written(checkout: Path) -> None:
    """A disk without room is named with what is needed and what is left, and nothing is left behind."""
    ended = start_changed(checkout, "import shutil; shutil.disk_usage = lambda p: type('U', (), {'free': 50 * 2**20})")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Ổ đĩa đã đầy" in ended.stderr
    assert "50 MB are left" in ended.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("refusal", ["errno.EACCES", "errno.EROFS"])
def test_a_folder_that_cannot_be_written_is_named(checkout: Path, refusal: str) -> None:
    """A folder without the right to write is named with the remedy."""
    ended = start_changed(
        checkout,
        "import errno, pathlib\n"
        f"def refuse(*a, **k): raise OSError({refusal}, os.strerror({refusal}))\n"
        "pathlib.Path.open = refuse",
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"cannot be written to: {checkout}" in ended.stderr or f"The folder {checkout} cannot" in ended.stderr


def test_an_unreachable_registry_is_said(checkout: Path) -> None:
    """Without a network the registry is said to be out of reach, and the next start begins afresh."""
    nowhere = "http://127.0.0.1:9/simple"
    ended = start(
        checkout, "demo", PIP_INDEX_URL=nowhere, PIP_RETRIES="0", PIP_NO_CACHE_DIR="1", PIP_CONFIG_FILE=os.devnull,
        PIP_FIND_LINKS="",
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "registry is out of reach" in ended.stderr
    lab = load(checkout)
    assert not lab.usable()
    assert not lab.stands(for_tests=False)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("error: failed to write to file: No space left on device (os error 28)", "disk"),
        ("error: failed to create directory: Permission denied (os error 13)", "folder"),
        ("Failed to resolve 'host' ([Errno -3] Temporary failure in name resolution)", "network"),
        ("error: Failed to fetch: client error (Connect): dns error", "network"),
        ("SSLError(SSLCertVerificationError: certificate verify failed)", "network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hashes"),
        ("error: Hash mismatch for `rich==14.0`", "hashes"),
        ("SyntaxError: invalid syntax", "other"),
    ],
)
def test_the_cause_is_read_from_what_the_installer_says(said: str, reason: str) -> None:
    """The words of pip, uv and the system lead to the sentence that helps."""
    assert load(ROOT).cause(said) == reason


def test_a_command_is_handed_over_word_for_word(standing: Path, tmp_path: Path) -> None:
    """`lims` gets every word, the folder people stand in and the variables; its answer and status come back alone."""
    words = ("certificate", "list", "--home", "Nhà của tôi", "--json")
    ended = start(standing, *words, cwd=tmp_path, OPENBLAS_CORETYPE="Haswell", PYTHONPATH="/elsewhere")
    assert ended.returncode == 7
    assert ended.stderr == ""
    assert json.loads(ended.stdout) == {
        "words": list(words), "cwd": str(tmp_path), "long": None, "kernel": "Haswell", "path": None,
    }  # fmt: skip


def test_a_call_without_words_asks_for_help(standing: Path) -> None:
    """Without a word the help of `lims` is shown."""
    assert json.loads(start(standing).stdout)["words"] == ["--help"]


def test_a_long_form_needs_its_topic(standing: Path) -> None:
    """`test --long` without a topic is a mistake in the call, status 2."""
    ended = start(standing, "test", "--long")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--long" in ended.stderr


def test_a_long_form_is_asked_for_by_a_variable() -> None:
    """`test --long kills -x` runs pytest with CHUAN_LONG=kills and the remaining words."""
    lab = load(ROOT)
    environment: dict[str, str] = {}
    assert lab.test_command(["--long", "kills", "-x"], environment)[1:] == ["-m", "pytest", "-x"]
    assert environment == {"CHUAN_LONG": "kills"}


def test_what_a_run_of_the_tests_compiles_is_kept() -> None:
    """A run of the tests keeps its bytecode beside them, where git ignores it, also where other programs keep none."""
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "LANG": "vi_VN.UTF-8"}
    assert load(ROOT).test_command([], environment)[1:3] == ["-m", "pytest"]
    assert environment == {"LANG": "vi_VN.UTF-8"}


@pytest.mark.parametrize("changed", ["requirements.lock", "requirements-dev.lock", "pyproject.toml"])
def test_a_changed_lock_is_noticed(standing: Path, changed: str) -> None:
    """An environment made for other locks than those in the folder is brought up to date, not trusted."""
    lab = load(standing)
    assert lab.stands(for_tests=True)
    with (standing / changed).open("a") as file:
        file.write("\n# changed\n")
    assert not lab.stands(for_tests=True)


def test_an_environment_without_the_parts_for_tests_is_enough_for_a_laboratory(standing: Path) -> None:
    """What `demo` installs is enough for every command but `test`."""
    lab = load(standing)
    lab.MARK.write_text("\n".join(lab.wanted(False)), encoding="utf-8")
    assert lab.stands(for_tests=False)
    assert not lab.stands(for_tests=True)


def test_an_interrupted_installation_is_made_anew(standing: Path) -> None:
    """An environment whose installation was cut short is thrown away, whatever its mark says."""
    lab = load(standing)
    lab.UNFINISHED.touch()
    assert not lab.stands(for_tests=False)
    assert not lab.usable()


def test_a_moved_folder_gets_a_new_environment(standing: Path) -> None:
    """After the folder was moved or copied its environment, which carries the old path, is made anew."""
    moved = standing.rename(standing.with_name("Phòng đo lường 2"))
    lab = load(moved)
    assert not lab.stands(for_tests=False)
    assert not lab.usable()


def test_a_python_that_went_away_is_noticed(standing: Path) -> None:
    """An environment whose interpreter was removed or replaced by another one is made anew."""
    lab = load(standing)
    lab.PYTHON.unlink()
    assert not lab.stands(for_tests=False)
    lab.PYTHON.symlink_to("/usr/bin/env")
    assert not lab.stands(for_tests=False)
    assert not lab.usable()


def test_two_starts_at_once_install_once(standing: Path) -> None:
    """A second start waits for the one that makes the environment, says so, and then uses what it made."""
    mark = standing / ".venv" / "chuan-installed"
    said = mark.read_bytes()
    mark.unlink()
    with (standing / ".lab.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, str(standing / "lab.py"), "serve"]
        second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert "xin chờ" in second.stderr.readline()
        time.sleep(0.3)
        assert second.poll() is None
        mark.write_bytes(said)
    answer, _ = second.communicate(timeout=20)
    assert second.returncode == 7
    assert json.loads(answer)["words"] == ["serve"]


def test_uv_is_installed_with_the_hashes_of_the_lock(checkout: Path) -> None:
    """The lock itself pins the installer, with a hash for every platform."""
    blocks = (checkout / "requirements.lock").read_text(encoding="utf-8").split("\nuv==")
    assert len(blocks) == 2
    assert blocks[1].split("    # via")[0].count("--hash=sha256:") > 5


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pinned_package_has_a_hash(lock: str) -> None:
    """Each line of a lock pins one version with at least one hash; no package comes from an address or a folder."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line and not line.startswith((" ", "#")):
            assert "==" in line, line
            assert lines[number + 1].startswith("    --hash=sha256:"), line


def test_both_locks_agree() -> None:
    """A package that stands in both locks stands there in the same versions."""

    def versions(lock: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith((" ", "#")):
                name, version = line.rstrip("\\ ").split("==", 1)
                found.setdefault(name, set()).add(version)
        return found

    run_time, tests = versions("requirements.lock"), versions("requirements-dev.lock")
    assert {name: tests[name] for name in run_time.keys() & tests.keys()} == {
        name: run_time[name] for name in run_time.keys() & tests.keys()
    }
