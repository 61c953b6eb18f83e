"""The command line as scripts lean on it: words, answers, status, and what goes to which stream."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import lims.cli
from lims.commands.console import chosen_language
from tests.demonstration_fixtures import TODAY
from tests.lims.conftest import Command

pytestmark = pytest.mark.timeout(300)
ROOT = Path(__file__).resolve().parents[2]
LEANED_ON = {"number", "kind", "centre", "instrument", "customer", "performed_on", "issued_on", "status"}
MODEL = """
title = "A mass"
[model]
m = "a + b"
[outputs.m]
unit = "g"
[inputs.a]
value = "10 g"
standard_uncertainty = "3 mg"
[inputs.b]
value = "1 g"
standard_uncertainty = "4 mg"
[evaluation]
monte_carlo = false
"""


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratories of these tests keep their own files."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("CHUAN_HOME", raising=False)


def number_of(command: Command, home: Path, status: str) -> str:
    """The number of a certificate of the demonstration with a status."""
    _, rows, _ = command("certificate", "list", "--home", home, "--json")
    return str(next(row["number"] for row in rows if row["status"] == status))


def test_the_list_has_the_fields_that_scripts_lean_on(command: Command, demonstration: Path) -> None:
    """Every issued certificate is a row with the promised fields, days in ISO 8601, instruments by unique codes."""
    status, rows, said = command("certificate", "list", "--home", demonstration, "--json")
    assert (status, said) == (0, "")
    assert len(rows) == 36
    assert all(set(row) >= LEANED_ON for row in rows)
    assert {row["status"] for row in rows} == {"issued", "replaced", "withdrawn"}
    assert max(row["issued_on"] for row in rows) <= TODAY.isoformat()
    assert rows == sorted(rows, key=lambda row: row["issued_on"], reverse=True)
    status, table, said = command("certificate", "list", "--home", demonstration)
    assert status == 0 and rows[0]["number"] in table and "36 certificates" in said


def test_a_file_that_was_issued_is_genuine(command: Command, demonstration: Path, tmp_path: Path) -> None:
    """The file that `pdf` writes is what `verify` calls genuine, with number and reason."""
    number, file = number_of(command, demonstration, "issued"), tmp_path / "certificate.pdf"
    assert command("certificate", "pdf", number, "--home", demonstration, "-o", file)[0] == 0
    status, found, said = command("certificate", "verify", file, "--home", demonstration, "--json")
    assert (status, said) == (0, "")
    assert (found["verdict"], found["number"]) == ("genuine", number)
    assert number in found["reason"]


@pytest.mark.parametrize("place", [0, 9, 0.2, 0.5, 0.8, -1])
def test_a_file_with_one_byte_changed_is_altered(
    command: Command, demonstration: Path, tmp_path: Path, place: float
) -> None:
    """One changed byte, wherever it stands, makes the answer `altered`."""
    number, file = number_of(command, demonstration, "issued"), tmp_path / "certificate.pdf"
    command("certificate", "pdf", number, "--home", demonstration, "-o", file)
    content = bytearray(file.read_bytes())
    content[int(place * len(content)) if isinstance(place, float) else place] ^= 1
    file.write_bytes(content)
    status, found, _ = command("certificate", "verify", file, "--home", demonstration, "--json")
    assert (status, found["verdict"], found["number"]) == (0, "altered", number)


@pytest.mark.parametrize("status", ["replaced", "withdrawn"])
def test_a_file_that_no_longer_holds_says_so(
    command: Command, demonstration: Path, tmp_path: Path, status: str
) -> None:
    """Replaced and withdrawn certificates are told from genuine ones; a replaced one names its successor."""
    number, file = number_of(command, demonstration, status), tmp_path / "certificate.pdf"
    command("certificate", "pdf", number, "--home", demonstration, "-o", file)
    _, found, _ = command("certificate", "verify", file, "--home", demonstration, "--json")
    assert (found["verdict"], found["number"]) == (status, number)
    assert bool(found["replaced_by"]) == (status == "replaced")
    assert found["ended_on"]


def test_any_other_file_is_unknown(command: Command, demonstration: Path, tmp_path: Path) -> None:
    """A file without an identification, or an empty one, is unknown, and that is an answer."""
    for content in (b"", b"%PDF-1.7 hello"):
        (tmp_path / "other.pdf").write_bytes(content)
        status, found, _ = command("certificate", "verify", tmp_path / "other.pdf", "--home", demonstration, "--json")
        assert (status, found["verdict"], found["number"]) == (0, "unknown", None)


def test_one_certificate_is_shown(command: Command, demonstration: Path) -> None:
    """`show` gives the row of one certificate, whatever the case of its number."""
    number = number_of(command, demonstration, "withdrawn")
    _, row, _ = command("certificate", "show", number.lower(), "--home", demonstration, "--json")
    assert (row["number"], row["status"]) == (number, "withdrawn")
    assert number in command("certificate", "show", number, "--home", demonstration)[1]


def test_mistakes_in_the_call_end_with_status_two(command: Command, demonstration: Path, tmp_path: Path) -> None:
    """What is wrong is said on standard error, naming it; nothing goes to standard output."""
    home = ("--home", demonstration)
    for words, named in (
        (("certificate", "pdf", "XX-KL-26-000001", *home), "Not found"),
        (("certificate", "verify", tmp_path / "none.pdf", *home), "none.pdf"),
        (("certificate", "list", "--home", tmp_path), str(tmp_path)),
        (("certificate", "lst", *home), "lst"),
        (("certificate", "list", "--hme", "x"), "--home"),
        (("certificate", "verify"), "FILE"),
        (("demo", "--port", "eight"), "--port"),
        (("demo", "--today", "20/11/2026"), "--today"),
        (("nonsense",), "nonsense"),
    ):
        status, out, said = command(*words)
        assert (status, out) == (2, ""), words
        assert named in said, (words, said)


@pytest.mark.parametrize("words", [("chain", "A", "B", "C"), ("who-can", "mass", "10 kg", "--bad", "x")])
def test_what_a_command_does_not_take_is_named_in_the_language_of_the_call(command: Command, words: Any) -> None:
    """A word or an option too many is named, without a half-sentence in another language."""
    status, _, said = command(*words)
    assert status == 2
    assert " ".join(words[-2:]) in said
    assert "Got" not in said
    assert f"lims {words[0]} --help" in said


def test_a_standing_demonstration_is_described_again(command: Command, demonstration: Path) -> None:
    """`demo --no-serve --json` on a folder that holds one answers with the same content and makes nothing."""
    words = ("demo", "--home", demonstration, "--no-serve", "--json")
    status, found, _ = command(*words)
    assert (status, found["made"], found["home"]) == (0, False, str(demonstration))
    assert len(found["certificates"]) == 36 and set(found["certificates"][0]) >= LEANED_ON
    assert {"user_name", "password", "roles"} <= set(found["accounts"][0])
    assert found["address"] == "http://127.0.0.1:8080"
    assert command(*words)[1] == found
    status, _, said = command(*words, "--today", "2026-01-01")
    assert status == 2 and str(demonstration) in said


def test_a_demonstration_is_opened_on_this_computer_only(command: Command, demonstration: Path) -> None:
    """`serve` refuses every other address for it: its password is public."""
    status, _, said = command("serve", "--home", demonstration, "--host", "0.0.0.0")
    assert status == 2 and "0.0.0.0" in said


def test_the_screens_are_where_the_package_says() -> None:
    """The entry point by which `serve` finds the screens leads to a function of them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["entry-points"]["chuan.serve"]["screens"].partition(":")
    asked = f"import importlib; assert callable(getattr(importlib.import_module('{module}'), '{name}'))"
    subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True)


def test_help_is_in_the_language_of_the_call(capsys: pytest.CaptureFixture[str]) -> None:
    """Vietnamese where nothing says English; every command and option is explained in either language."""
    for language, word in (("vi", "Giấy chứng nhận"), ("en", "certificates")):
        assert lims.cli.run(["--language", language, "--help"]) == 0
        assert word in capsys.readouterr().out
        assert lims.cli.run(["certificate", "pdf", "--help", f"--language={language}"]) == 0
        assert "--home" in capsys.readouterr().out


def test_the_language_comes_from_the_call_or_the_environment() -> None:
    """`--language` wins wherever it stands; then LANG; Vietnamese otherwise."""
    words = ["certificate", "--language", "en", "list"]
    assert chosen_language(words, {"LANG": "vi_VN.UTF-8"}) == "en"
    assert words == ["certificate", "list"]
    assert chosen_language([], {"LANG": "en_US.UTF-8"}) == "en"
    assert chosen_language([], {"LANG": "C.UTF-8"}) == "vi"
    assert chosen_language([], {"LC_ALL": "vi_VN", "LANG": "en_US"}) == "vi"


def test_every_help_text_is_in_the_wording() -> None:
    """No command or option shows a key, and none is without explanation."""
    import typer

    seen = 0
    waiting = [typer.main.get_command(lims.cli.app)]
    while waiting:
        one = waiting.pop()
        waiting += list(getattr(one, "commands", {}).values())
        for text in (one.help, *(parameter.help for parameter in one.params if parameter.name != "help")):
            assert text, one.name
            assert lims.cli._said(text) != text, (one.name, text)
            seen += 1
    assert seen > 40


def test_a_model_is_evaluated(command: Command, tmp_path: Path) -> None:
    """`evaluate` gives the result at full precision as JSON, and a budget for people."""
    file = tmp_path / "mass.toml"
    file.write_text(MODEL, encoding="utf-8")
    status, found, _ = command("evaluate", file, "--json")
    assert status == 0
    result = found["outputs"]["m"]
    assert result["standard_uncertainty"] == pytest.approx(0.005)
    assert [row["input"] for row in result["budget"]] == ["a", "b"]
    _, both, _ = command("evaluate", file, file, "--json")
    assert both == [found, found]
    status, shown, _ = command("evaluate", file)
    assert status == 0 and "64.0 %" in shown and "36.0 %" in shown


def test_a_wrong_model_is_named_with_line_and_remedy(command: Command, tmp_path: Path) -> None:
    """A mistake in one of several files is told with file and place, and nothing is printed."""
    good, wrong = tmp_path / "good.toml", tmp_path / "wrong.toml"
    good.write_text(MODEL, encoding="utf-8")
    wrong.write_text(MODEL.replace('"3 mg"', '"3 mgg"'), encoding="utf-8")
    status, out, said = command("evaluate", good, wrong)
    assert (status, out) == (2, "")
    assert "wrong.toml" in said and "line 9" in said and "mgg" in said
    wrong.write_bytes(b"\xff\xfe\x00")
    assert command("evaluate", wrong)[0] == 2


STANDARD = """
[model]
R = "R_S"
[outputs.R]
unit = "ohm"
[inputs.R_S]
value = "1000 ohm"
standard_uncertainty = "0.1 ohm"
[evaluation]
coverage_factor = 2
monte_carlo = false
"""


def chain(folder: Path, count: int = 10) -> Path:
    """Models of a number of resistors calibrated against a standard, and of all of them in series."""
    (folder / "standard.toml").write_text(STANDARD, encoding="utf-8")
    taken = 'from_result = "standard.json"\noutput = "R"\n'
    one = STANDARD.replace('value = "1000 ohm"\nstandard_uncertainty = "0.1 ohm"\n', taken)
    inputs = []
    for number in range(count):
        (folder / f"R{number}.toml").write_text(f'title = "R{number}"\n{one}', encoding="utf-8")
        inputs.append(f'[inputs.R{number}]\nfrom_result = "R{number}.json"\n')
    equation = " + ".join(f"R{number}" for number in range(count))
    series = folder / "series.toml"
    series.write_text(
        f'[model]\nR = "{equation}"\n[outputs.R]\nunit = "ohm"\n' + "".join(inputs) + "[evaluation]\ntrials = 20000\n",
        encoding="utf-8",
    )
    return series


def test_results_are_chained_by_their_files(command: Command, tmp_path: Path) -> None:
    """GUM 5.2.2 at the command line: ten resistors of one standard have 1 ohm together, by files alone."""
    series = chain(tmp_path)
    for name in ("standard", *(f"R{number}" for number in range(10))):
        assert command("evaluate", tmp_path / f"{name}.toml", "--result", tmp_path / f"{name}.json", "--json")[0] == 0
    status, found, _ = command("evaluate", series, "--json", "--explain")
    assert status == 0
    assert found["outputs"]["R"]["standard_uncertainty"] == pytest.approx(1.0)
    assert found["outputs"]["R"]["monte_carlo"]["standard_uncertainty"] == pytest.approx(1.0, rel=0.03)
    assert any("R0, R1, R2" in said for said in found["outputs"]["R"]["explanation"])
    status, shown, _ = command("evaluate", series, "--explain")
    assert status == 0 and "GUM 5.2.2" in shown and "JCGM 101" in shown


def test_a_result_file_is_found_beside_its_model_only(command: Command, tmp_path: Path) -> None:
    """A name that leads out of the folder, an absent or a broken file is refused with the name that was written."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "standard.json").write_text("{}", encoding="utf-8")
    link = tmp_path / "inner" / "link.json"
    link.symlink_to(tmp_path / "standard.json")
    model = tmp_path / "inner" / "series.toml"
    absolute = str(tmp_path / "standard.json")
    for named, words in (
        ("../standard.json", "folder"), (absolute, "folder"), ("link.json", "folder"), ("a\\u0000b", "folder"),
        ("gone.json", "no result file"),
    ):  # fmt: skip
        text = '[model]\nR = "a"\n[outputs.R]\nunit = "ohm"\n[inputs.a]\nfrom_result = "NAMED"\n'
        model.write_text(text.replace("NAMED", named), encoding="utf-8")
        status, out, said = command("evaluate", model)
        assert (status, out) == (2, "") and words in said, named
    model.write_text(text.replace("NAMED", "own.json"), encoding="utf-8")
    (tmp_path / "inner" / "own.json").write_text("{}", encoding="utf-8")
    status, _, said = command("evaluate", model)
    assert status == 2 and "own.json is not a result" in said


def test_a_result_is_written_over_results_only(command: Command, tmp_path: Path) -> None:
    """`--result` replaces an earlier result; a model or another file stays as it is, and it takes one model."""
    chain(tmp_path, 1)
    standard, kept = tmp_path / "standard.toml", tmp_path / "standard.json"
    for _ in range(2):
        assert command("evaluate", standard, "--result", kept)[0] == 0
    assert command("evaluate", standard, "--result", standard)[0] == 2
    assert standard.read_text(encoding="utf-8") == STANDARD
    assert command("evaluate", standard, standard, "--result", kept)[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_real_laboratory_is_founded(command: Command, tmp_path: Path) -> None:
    """`init` gives a one-time link of the first administrator and no other account; a second one is refused."""
    words = (
        "init", "--home", tmp_path / "lab", "--public-address", "https://verify.example", "--code", "VDL", "--name",
        "Viện Đo lường", "--name-en", "Institute", "--address", "1 phố Chuẩn", "--address-en", "1 Chuan St",
        "--administrator", "Quản Trị", "--json",
    )  # fmt: skip
    status, found, _ = command(*words)
    assert status == 0
    assert found["link"].startswith("https://verify.example/invitation/")
    assert command("certificate", "list", "--home", tmp_path / "lab", "--json")[1] == []
    status, _, said = command(*words[:-1])
    assert status == 2 and str(tmp_path / "lab") in said
    assert command("demo", "--home", tmp_path / "lab", "--no-serve")[0] == 2
    other = [tmp_path / "other" if word == tmp_path / "lab" else word for word in words[:-1]]
    other[other.index("https://verify.example")] = "verify.example"
    assert command(*other)[0] == 2 and not (tmp_path / "other").exists()


def test_it_runs_as_a_program(demonstration: Path) -> None:
    """As a process of its own it answers on standard output alone, and ends with the status."""
    environment = {**os.environ, "LANG": "en_US.UTF-8", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "lims.cli", "audit", "verify", "--home", str(demonstration), "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert '"sound": true' in ran.stdout
