"""The keys of a laboratory: made, listed, kept from others, opened only with their pass phrase."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from sqlmodel import select

from certificates.authority import PERSON, certify, found_authority
from certificates.keys import to_pkcs12
from certificates.signature_reports import signature_reports
from lims import calibration, issuing, verifying
from lims.audit import NETWORK
from lims.errors import Invalid, Refused
from lims.key_making import make_keys
from lims.keys import PASS_PHRASE, KeyRing
from lims.laboratory import Laboratory
from lims.store.tables import AuditRecord
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command

SIGNED = ("trang", "quang", "bao")


@pytest.fixture
def small(laboratory) -> SmallLaboratory:  # type: ignore[no-untyped-def]
    """A small laboratory without jobs."""
    found: SmallLaboratory = laboratory("sqlite")
    return found


@pytest.fixture
def keyed(small: SmallLaboratory) -> SmallLaboratory:
    """A small laboratory with test keys."""
    make_keys(small.lab)
    return small


def file_of(small: SmallLaboratory, number: str) -> bytes:
    """The issued file of a certificate."""
    return calibration.download(small.lab, small.actors["trang"], number)


def test_a_seal_for_each_centre_and_a_key_for_each_signatory(keyed: SmallLaboratory) -> None:
    """Every body with a letterhead has a seal, whoever may authorise its certificates a key, all marked as test."""
    rows = keyed.lab.keys.rows()
    assert {(one.entry.use, one.entry.holder) for one in rows} == {
        ("seal", "MB"),
        *(("person", each) for each in SIGNED),
    }
    assert all(one.test and one.entry.test for one in rows)
    assert {one.name for one in rows} == {
        "Trung tâm Đo lường miền Bắc (mẫu)", "Phạm Thu Trang", "Vũ Minh Quang", "Trần Quốc Bảo",
    }  # fmt: skip
    assert {one.issuer for one in rows} == {"Test issuing CA"}
    assert all(one.begins <= keyed.clock.moment <= one.ends for one in rows)


def test_keys_come_into_use_by_an_act(keyed: SmallLaboratory) -> None:
    """Making keys stands in the network's chain, with each holder and the beginning of the certificate's hash."""
    with keyed.lab.store.reading() as session:
        record = session.exec(select(AuditRecord).where(AuditRecord.act == "enter_keys")).one()
    for row in keyed.lab.keys.rows():
        key = keyed.lab.keys.key(row.entry.use, row.entry.holder)
        said = f"{row.entry.use} {row.entry.holder} {key.certificate.fingerprint(SHA256()).hex()[:16]}"
        assert said in record.reason
    assert record.chain == NETWORK and make_keys(keyed.lab) == []


def test_keys_are_for_their_owner_alone(keyed: SmallLaboratory) -> None:
    """The folder is open to its owner only, each file too, and no private key stands in it unencrypted."""
    folder = keyed.lab.keys.folder
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path
        assert b"PRIVATE KEY" not in path.read_bytes()
        if path.suffix == ".p12":
            for phrase in (None, b"", b"wrong"):
                with pytest.raises((ValueError, TypeError)):
                    pkcs12.load_key_and_certificates(path.read_bytes(), phrase)


def test_run_again_it_adds_only_what_is_missing(keyed: SmallLaboratory) -> None:
    """A second run makes nothing; after one entry is taken out it makes that one, under the same authority."""
    folder = keyed.lab.keys.folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert make_keys(keyed.lab) == []
    text = (folder / "keys.toml").read_text(encoding="utf-8")
    kept = text.split("\n[[key]]\n")
    (folder / "keys.toml").write_text("\n[[key]]\n".join(one for one in kept if '"quang"' not in one), encoding="utf-8")
    assert [one.holder for one in make_keys(keyed.lab)] == ["quang"]
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in after if after[name] != before[name]} <= {"person-quang.p12", "keys.toml"}
    assert len(tomllib.loads((folder / "keys.toml").read_text(encoding="utf-8"))["key"]) == 4


def test_the_pass_phrase_of_the_environment_counts(small: SmallLaboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys made with a pass phrase in the environment open with it alone; the refusal names the variable."""
    monkeypatch.setenv(PASS_PHRASE, "một câu khác")
    make_keys(small.lab)
    assert small.lab.keys.key("person", "trang").holder == "Phạm Thu Trang"
    monkeypatch.delenv(PASS_PHRASE)
    ring = KeyRing(small.lab.settings)
    with pytest.raises(Refused, match=PASS_PHRASE):
        ring.key("person", "trang")
    with pytest.raises(Refused, match=PASS_PHRASE):
        _without_entries(small.lab)


def _without_entries(lab: Laboratory) -> None:
    """Ask for keys again after all entries are gone: the authority that stands there has to be opened."""
    (lab.keys.folder / "keys.toml").write_text("", encoding="utf-8")
    make_keys(lab)


@pytest.mark.parametrize(
    "text", ["level = ", 'level = "B-B"\nsecret = "x"', '[[key]]\nuse = "ghost"\nholder = "x"\nfile = "y"',
             '[[key]]\nuse = "seal"\nholder = "MB"', '[[key]]\nuse = "seal"\nholder = "MB"\nfile = "a"\ntoken = "b"'],
)  # fmt: skip
def test_a_wrong_list_of_keys_is_said(keyed: SmallLaboratory, text: str) -> None:
    """A list that cannot be read, or names a key twice or nowhere, is refused with its place and the reason."""
    (keyed.lab.keys.folder / "keys.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=r"keys\.toml"):
        keyed.lab.keys.settings()


@pytest.mark.parametrize("name", ["../settings.toml", "/etc/passwd", "absent.p12", ""])
def test_key_files_lie_in_the_folder(keyed: SmallLaboratory, name: str) -> None:
    """A key file in another place, or one that is not there, is refused."""
    path = keyed.lab.keys.folder / "keys.toml"
    path.write_text(f'[[key]]\nuse = "seal"\nholder = "MB"\nfile = "{name or "x"}"\n', encoding="utf-8")
    with pytest.raises(Refused, match="in the folder keys"):
        keyed.lab.keys.key("seal", "MB")


def test_a_laboratory_with_keys_issues_signed_files(keyed: SmallLaboratory) -> None:
    """The issued file carries the signatory's signature and the centre's seal, says so, and is genuine."""
    _, number = keyed.whole_job()
    file = file_of(keyed, number)
    reports = signature_reports(file, keyed.lab.keys.roots(), keyed.clock.moment)
    assert [one.holder for one in reports] == ["Phạm Thu Trang", "Trung tâm Đo lường miền Bắc (mẫu)"]
    assert all(one.sound and one.test and one.level == "B-B" for one in reports)
    assert verifying.of_file(keyed.lab, file).verdict.verdict == "genuine"
    assert verifying.signatures_of(keyed.lab, file).word == "sound"
    changed = file.replace(b"/ByteRange", b"/ByteRangf", 1)
    assert verifying.of_file(keyed.lab, changed).verdict.verdict == "altered"
    assert verifying.signatures_of(keyed.lab, changed).word != "sound"


def test_a_laboratory_without_keys_issues_as_before(small: SmallLaboratory) -> None:
    """Without keys nothing is signed, and the content is what it always was."""
    job_id, number = small.whole_job()
    file = file_of(small, number)
    assert b"/ByteRange" not in file
    assert verifying.signatures_of(small.lab, file).word == "none"
    assert "signature_mode" not in small.certificate(number).content
    assert issuing.rendered(small.lab, job_id)[1] == file


def test_only_whoever_has_a_key_signs(keyed: SmallLaboratory) -> None:
    """A signatory without a key signs by hand; the certificate says so and no key of another is used."""
    path = keyed.lab.keys.folder / "keys.toml"
    kept = path.read_text(encoding="utf-8").split("\n[[key]]\n")
    path.write_text("\n[[key]]\n".join(one for one in kept if '"trang"' not in one), encoding="utf-8")
    job_id = keyed.job_in("REVIEWED")
    number = keyed.issued(job_id)
    assert b"/ByteRange" not in file_of(keyed, number)
    assert "signature_mode" not in keyed.certificate(number).content


def test_a_key_lost_after_numbering_stops_the_issue_and_no_more(keyed: SmallLaboratory) -> None:
    """Where a key is missing after the number is bound, issuing is refused; with the key it goes on, same number."""
    job_id = keyed.job_in("NUMBERED")
    path = keyed.lab.keys.folder / "person-trang.p12"
    away = path.rename(path.with_suffix(".away"))
    with pytest.raises(Refused, match="no file person-trang"):
        issuing.issue(keyed.lab, keyed.actors["trang"], job_id)
    assert keyed.job(job_id).state == "NUMBERED"
    assert issuing.resume(keyed.lab) == []
    away.rename(path)
    (number,) = issuing.resume(keyed.lab)
    assert verifying.of_file(keyed.lab, file_of(keyed, number)).verdict.verdict == "genuine"


def test_a_test_key_that_hides_is_refused(keyed: SmallLaboratory) -> None:
    """A test key whose entry does not say so signs nothing: the page would not say "test"."""
    path = keyed.lab.keys.folder / "keys.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("test = true\n", ""), encoding="utf-8")
    job_id = keyed.job_in("NUMBERED")
    with pytest.raises(Refused, match="test = true"):
        issuing.issue(keyed.lab, keyed.actors["trang"], job_id)


def test_certificates_of_a_provider_are_used(keyed: SmallLaboratory) -> None:
    """A provider's PKCS#12 files beside its root, named in the list, sign without any mark of a test."""
    folder, began = keyed.lab.keys.folder, keyed.clock.moment
    provider = found_authority("Provider", began - timedelta(hours=1))
    lines = ['roots = ["provider.pem"]']
    for use, holder, name in (("seal", "MB", "Centre"), ("person", "trang", "Trang")):
        issued = certify(provider, name, "Centre", PERSON, began)
        file = f"provider-{use}.p12"
        (folder / file).write_bytes(to_pkcs12(issued, provider.chain, keyed.lab.keys.pass_phrase))
        lines += ["[[key]]", f'use = "{use}"', f'holder = "{holder}"', f'file = "{file}"', "test = true"]
    (folder / "provider.pem").write_bytes(provider.root.certificate.public_bytes(Encoding.PEM))
    (folder / "keys.toml").write_text("\n".join(lines), encoding="utf-8")
    _, number = keyed.whole_job()
    found = verifying.signatures_of(keyed.lab, file_of(keyed, number))
    assert (found.word, [one.holder for one in found.signatures]) == ("sound", ["Trang", "Centre"])


def test_the_preview_shows_what_will_be_signed(keyed: SmallLaboratory) -> None:
    """The content that is approved says how it is signed; a key that appears in between asks for a new look."""
    job_id = keyed.job_in("REVIEWED")
    assert issuing.preview(keyed.lab, keyed.actors["trang"], job_id).content.signature_mode == "test"
    seen = keyed.seen(job_id)
    (keyed.lab.keys.folder / "keys.toml").unlink()
    with pytest.raises(Refused):
        issuing.approve_and_issue(keyed.lab, keyed.actors["trang"], job_id, seen=seen, password="x")
    assert issuing.preview(keyed.lab, keyed.actors["trang"], job_id).content.signature_mode == "handwritten"


def test_keys_at_the_command_line(command: Command, small: SmallLaboratory, tmp_path: Path) -> None:
    """`lims keys init` and `list` make and tell keys; both say it to people and to scripts."""
    home = small.lab.settings.home
    status, made, _ = command("keys", "init", "--home", home, "--json")
    assert status == 0 and len(made["made"]) == 4 and made["folder"] == str(home / "keys")
    status, listed, _ = command("keys", "list", "--home", home, "--json")
    assert status == 0 and listed["level"] == "B-B" and all(one["test"] for one in listed["keys"])
    status, table, said = command("keys", "list", "--home", home)
    assert status == 0 and "Test issuing CA" in table and "4" in said
    status, made, said = command("keys", "init", "--home", home)
    assert (status, made) == (0, "") and "0 test keys" in said


def test_signatures_at_the_command_line(command: Command, keyed: SmallLaboratory, tmp_path: Path) -> None:
    """`lims certificate verify` tells the signatures beside the verdict, by our root or by one that is named."""
    small, home = keyed, keyed.lab.settings.home
    _, number = small.whole_job()
    file = tmp_path / "certificate.pdf"
    file.write_bytes(file_of(small, number))
    now = Laboratory.open(home)  # by the clock of the computer, as the command does
    word = verifying.signatures_of(now, file_of(small, number)).word
    now.close()
    status, answer, _ = command("certificate", "verify", file, "--home", home, "--json")
    assert (status, answer["verdict"], answer["signatures"]["state"]) == (0, "genuine", word)
    assert answer["signatures"]["found"][0]["holder"] == "Phạm Thu Trang"
    other = tmp_path / "other.pem"
    other.write_bytes(found_authority("Other", small.clock.moment).root.certificate.public_bytes(Encoding.PEM))
    status, answer, _ = command("certificate", "verify", file, "--home", home, "--trust", other, "--json")
    assert (answer["verdict"], answer["signatures"]["state"]) == ("genuine", "untrusted")
    status, line, said = command("certificate", "verify", file, "--home", home)
    assert "Digital signatures: intact" in said and "Phạm Thu Trang" in said and "GENUINE" in line
    other.write_bytes(b"no certificate")
    assert command("certificate", "verify", file, "--home", home, "--trust", other)[0] == 2
