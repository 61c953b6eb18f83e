#!/usr/bin/env python3
"""The way in: makes the program's own environment beside this file, then hands over to the program.

    python3 lab.py demo                  a demonstration laboratory on http://127.0.0.1:8080
    python3 lab.py COMMAND ...           any other command of `lims`, with its exit status
    python3 lab.py test [...]            the test suite; further words go to pytest
    python3 lab.py test --long TOPIC     the long form of one group of proofs

Only the standard library is used, and nothing that Python 3.6 could not read: a Python that is too old
has to be able to say so. Whatever this file prints goes to standard error.
"""

import contextlib
import errno
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, Iterator, List, NoReturn

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
LIMS = PROGRAMS / ("lims.exe" if os.name == "nt" else "lims")
PIP_INSTALL = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
# Compiled while installing, as pip does: the first start is then as fast as every other.
UV_INSTALL = (str(PROGRAMS / "uv"), "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON))
OWN_PACKAGES = ("uncertainty", "instruments", "certificates", "lims", "ui")
LOCK, LOCK_FOR_TESTS = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
DCC_SCHEMAS = ROOT.parent / "shared" / "dcc"  # PTB's, which are not part of this program; the tests look there too
MARK = VENV / "chuan-installed"  # what stands in the environment, one line for each part
UNFINISHED = VENV / "chuan-unfinished"  # stands there as long as an installation runs
NEEDED_MB, NEEDED_FOR_TESTS_MB, FULL_BELOW_MB = 600, 1000, 10

# Words by which pip, uv and the operating system name a cause, and what we then say.
CAUSES = (
    ("disk", "no space left|disk quota exceeded|errno 28|os error 28|not enough space"),
    ("folder", "read-only file system|permission denied|errno 13|os error 13|errno 30"),
    ("hashes", "do not match the hashes|hash mismatch"),
    ("network", "name resolution|name or service not known|getaddrinfo|dns error|network is unreachable|proxyerror"),
    ("network", "connection refused|connection reset|error sending request|failed to fetch|max retries|timed out"),
    ("network", "connecttimeout|newconnectionerror|tunnel connection failed|sslerror|certificate verify failed"),
    ("network", "no matching distribution found"),
)

TEXTS = {
    "python": """\
Python {have} quá cũ: phần mềm cần Python {need} trở lên.
Python {have} is too old: this program needs Python {need} or newer.{remedy}""",
    "venv": """\
Python này thiếu mô-đun venv. Trên Debian hoặc Ubuntu: sudo apt-get install python3-venv
This Python lacks its venv module. On Debian or Ubuntu: sudo apt-get install python3-venv""",
    "disk": """\
Ổ đĩa đã đầy: {root} cần khoảng {needed} MB trống (đang còn {free} MB). Hãy giải phóng chỗ rồi chạy lại.
The disk is full: {root} needs about {needed} MB of free space, {free} MB are left. Make room and start again.""",
    "folder": """\
Không ghi được vào thư mục {root}. Hãy chép phần mềm vào thư mục của bạn, hoặc xin quyền ghi, rồi chạy lại.
The folder {root} cannot be written to. Copy the program to a folder of your own, and start again.""",
    "network": """\
Không tải được các gói Python: không tới được kho gói. Hãy kiểm tra mạng, proxy và chứng chỉ (theo cấu hình của pip),
rồi chạy lại. Khi đã cài xong, những lần chạy sau không cần mạng.
The Python packages could not be fetched: their registry is out of reach. Check the network, the proxy and its
certificates (as in the settings of pip), and start again. Once they are installed, later starts need no network.""",
    "hashes": """\
Một gói tải về không khớp mã băm trong tệp khóa nên không được cài. Hãy chạy lại; nếu vẫn thế thì kho gói đáng ngờ.
A package that was fetched does not match its hash in the lock file and was not installed. Start again; if it happens
once more, distrust the registry.""",
    "other": """\
Không tạo được môi trường; nguyên nhân ở ngay phía trên. Lần chạy sau sẽ làm lại từ đầu.
The environment could not be made; the cause stands right above. The next start begins afresh.""",
    "topic": """\
Sau --long phải có tên một chủ đề, ví dụ: lab.py test --long kills
--long needs the name of a topic, for example: lab.py test --long kills""",
    "interrupted": """\
Đã ngắt giữa chừng; lần chạy sau sẽ làm lại.
Interrupted; the next start puts it right.""",
    "waiting": """\
Một lần chạy khác đang tạo môi trường; xin chờ …
Another start is making the environment; waiting …""",
    "making": """\
Đang tạo môi trường trong {venv} (chỉ lần đầu, khoảng nửa phút) …
Making the environment in {venv} (the first time only, about half a minute) …""",
    "packages": """\
Đang cài các gói Python …
Installing the Python packages …""",
    "tests": """\
Đang cài các gói để kiểm thử …
Installing the packages for the tests …""",
    "slower": """\
uv không cài được; thử lại bằng pip, chậm hơn …
uv could not install them; trying again with pip, which is slower …""",
    "ready": """\
Xong sau {seconds} s.
Ready after {seconds} s.""",
}


class CannotGoOn(Exception):
    """The environment cannot be made, for a reason that TEXTS has a sentence for."""


def say(key: str, **values: object) -> None:
    """Print one sentence on standard error, in Vietnamese and in English."""
    print(TEXTS[key].format(**values), file=sys.stderr, flush=True)


def newer_python() -> str:
    """The name of an installed Python that is new enough and runs, or nothing."""
    for minor in range(15, OLDEST[1] - 1, -1):
        name = "python3.{}".format(minor)
        if shutil.which(name):
            with contextlib.suppress(OSError):
                tried = subprocess.Popen([name, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                if tried.wait() == 0:
                    return name
    return ""


def refuse_old_python() -> None:
    """Say that this Python is too old, name a newer one if there is one, and end."""
    if sys.version_info[:2] >= OLDEST:
        return
    newer = newer_python()
    have, need = (".".join(str(part) for part in one) for one in (sys.version_info[:3], OLDEST))
    say("python", have=have, need=need, remedy="\n    {} lab.py …".format(newer) if newer else "")
    sys.exit(1)


def clean_environment() -> Dict[str, str]:
    """The environment variables without those that would lead another Python's packages in."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}


def part_line(name: str, *files: Path) -> str:
    """The line of the mark for one part: its name and the hash of the files that decide about it."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return "{} {}".format(name, digest.hexdigest())


def wanted(for_tests: bool) -> List[str]:
    """What the mark has to say: the interpreter, the run-time part, the project and, for tests, their part."""
    lines = [
        "python {}".format(os.path.realpath(str(PYTHON))),
        part_line("packages", LOCK),
        part_line("project", ROOT / "pyproject.toml"),
    ]
    return lines + ([part_line("tests", LOCK_FOR_TESTS)] if for_tests else [])


def installed() -> List[str]:
    """What the mark says stands in the environment; nothing where an installation was cut short."""
    if UNFINISHED.exists() or not PYTHON.exists() or not MARK.is_file():
        return []
    return MARK.read_text(encoding="utf-8").splitlines()


def stands(for_tests: bool) -> bool:
    """Whether the environment is complete, belongs to this folder and to the locks as they are now."""
    return at_home() and set(wanted(for_tests)) <= set(installed())


def at_home() -> bool:
    """Whether the environment was made for this folder: its programs carry the path they were made in."""
    try:
        settings = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    commands = [line for line in settings.splitlines() if line.startswith("command")]
    return bool(commands) and commands[0].endswith(str(VENV))


def usable() -> bool:
    """Whether packages may be put into the environment as it is, instead of making it anew."""
    if UNFINISHED.exists() or not at_home() or not PYTHON.exists():
        return False
    interpreter = [line for line in installed() if line.startswith("python ")]
    if interpreter and interpreter[0] != wanted(False)[0]:
        return False
    answer = subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, env=clean_environment())
    return answer.returncode == 0


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock that lets one start at a time change the environment; it falls with the process that holds it."""
    with (ROOT / ".lab.lock").open("a+") as handle:
        if not try_lock(handle.fileno()):
            say("waiting")
            while not try_lock(handle.fileno()):
                time.sleep(0.2)
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock of an open file if nobody else has it."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def run(*command: str) -> None:
    """Run one step of the installation, showing what it says on standard error.

    Raises:
        CannotGoOn: it failed; the reason is read from what it said.
    """
    environment = clean_environment()
    if not os.access(os.path.expanduser("~"), os.W_OK):  # a service account: uv keeps nothing outside this folder
        environment.setdefault("UV_CACHE_DIR", str(VENV / "cache"))
    process = subprocess.Popen(
        command, cwd=str(ROOT), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = []
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            said.append(line.decode("utf-8", "replace"))
            sys.stderr.write(said[-1])
            sys.stderr.flush()
    if process.wait() != 0:
        # Not every program says that the disk is its trouble.
        full = shutil.disk_usage(str(ROOT)).free < FULL_BELOW_MB * 2**20
        raise CannotGoOn("disk" if full else cause("".join(said[-40:])))


def cause(said: str) -> str:
    """The key of the sentence that fits what a failed step said."""
    lowered = said.lower()
    for reason, words in CAUSES:
        if any(word in lowered for word in words.split("|")):
            return reason
    return "other"


def make_venv() -> None:
    """Make an empty environment, throwing away what stood there."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise CannotGoOn("venv")
    say("making", venv=VENV)
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        if (VENV / "pyvenv.cfg").exists():
            (VENV / "pyvenv.cfg").unlink()  # first, so that half an environment is never taken for a whole one
        shutil.rmtree(str(VENV))
    VENV.mkdir()
    UNFINISHED.touch()
    run(getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", str(VENV))


def install_uv(lock: Path) -> None:
    """Install uv, which installs the rest, in the version and with the hashes of the lock."""
    wanted_lines = []  # type: List[str]
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line.startswith("uv==") or (wanted_lines and line.startswith("    --hash")):
            wanted_lines.append(line)
        elif wanted_lines:
            break
    only_uv = VENV / "uv.lock.txt"
    only_uv.write_text("\n".join(wanted_lines).rstrip("\\ ") + "\n", encoding="utf-8")
    run(*PIP_INSTALL, "--no-deps", "--require-hashes", "-r", str(only_uv))


def install_packages(lock: Path) -> None:
    """Install the packages of one lock; with pip, which knows more kinds of proxies and mirrors, where uv fails."""
    try:
        run(*UV_INSTALL, "--require-hashes", "-r", str(lock))
    except CannotGoOn as stop:
        if str(stop) not in ("network", "other"):
            raise
        say("slower")
        run(*PIP_INSTALL, "--require-hashes", "-r", str(lock))


def install_project() -> None:
    """Install the project itself as it stands in this folder, so that a change in a file is at once in force."""
    run(*UV_INSTALL, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    run(str(PYTHON), "-m", "compileall", "-q", *(str(ROOT / name) for name in OWN_PACKAGES))


def bring_up_to_date(for_tests: bool) -> None:
    """Make the environment, or what of it is missing or has changed."""
    began = time.time()
    free_mb = shutil.disk_usage(str(ROOT)).free // 2**20
    if not usable():
        if free_mb < (NEEDED_FOR_TESTS_MB if for_tests else NEEDED_MB):
            raise CannotGoOn("disk")
        make_venv()
    have = set(installed())
    for_tests = for_tests or any(line.startswith("tests ") for line in have)
    UNFINISHED.touch()
    goal = wanted(for_tests)
    if goal[1] not in have:
        say("packages")
        install_uv(LOCK)
        install_packages(LOCK)
    if not {goal[1], goal[2]} <= have:
        install_project()
    if for_tests and goal[-1] not in have:
        say("tests")
        install_packages(LOCK_FOR_TESTS)
    MARK.write_text("\n".join(goal) + "\n", encoding="utf-8")
    UNFINISHED.unlink()
    say("ready", seconds=round(time.time() - began, 1))


def prepare(for_tests: bool) -> None:
    """See to it that the environment stands; a start that finds it standing changes nothing."""
    if stands(for_tests):
        return
    try:
        with only_one():
            if not stands(for_tests):  # the start that we waited for may have made it
                bring_up_to_date(for_tests)
    except CannotGoOn as stop:
        give_up(str(stop), for_tests)
    except OSError as problem:
        print(problem, file=sys.stderr)
        give_up(cause(str(problem)), for_tests)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)


def give_up(reason: str, for_tests: bool) -> NoReturn:
    """Say why the environment cannot be made, and end."""
    free = shutil.disk_usage(str(ROOT)).free // 2**20
    say(reason, root=ROOT, needed=NEEDED_FOR_TESTS_MB if for_tests else NEEDED_MB, free=free)
    sys.exit(1)


def hand_over(command: List[str], environment: Dict[str, str]) -> NoReturn:
    """Become the program, or on Windows, which cannot, wait for it and end with its exit status."""
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, environment)


def name_schemas(environment: Dict[str, str]) -> None:
    """Name PTB's schemas of the DCC to the demonstration, where they lie beside this folder and none are named."""
    if DCC_SCHEMAS.is_dir():
        environment.setdefault("CHUAN_DCC_SCHEMAS", str(DCC_SCHEMAS))


def test_command(words: List[str], environment: Dict[str, str]) -> List[str]:
    """The command that runs the suite; changes `environment` where a long form is asked for."""
    command = [str(PYTHON), "-m", "pytest"]
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # every process of every run would compile the tests again
    if "--long" in words:
        place = words.index("--long")
        if place + 1 == len(words) or words[place + 1].startswith("-"):
            say("topic")
            sys.exit(2)
        environment["CHUAN_LONG"] = words[place + 1]
        words = words[:place] + words[place + 2 :]
    elif not words:
        command += ["-n", "2", "--dist", "worksteal"]
    return command + words


def main(words: List[str]) -> NoReturn:
    """Prepare the environment and hand the words over to `lims`, or to pytest after `test`."""
    refuse_old_python()
    environment = clean_environment()
    for_tests = words[:1] == ["test"]
    if for_tests:
        command = test_command(words[1:], environment)
        prepare(for_tests=True)
        os.chdir(str(ROOT))
    else:
        prepare(for_tests=False)
        name_schemas(environment)
        # The script is given to Python, so that neither spaces nor the length of a path matter to its first line.
        command = ([] if os.name == "nt" else [str(PYTHON)]) + [str(LIMS)] + (words or ["--help"])
    hand_over(command, environment)


if __name__ == "__main__":
    main(sys.argv[1:])
