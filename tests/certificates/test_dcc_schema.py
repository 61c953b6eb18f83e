"""The schemas that a laboratory adds once: checked, copied, compiled; never fetched."""

import shutil
import socket
from pathlib import Path

import pytest

from certificates.dcc import write_dcc
from certificates.dcc_schema import DccSchemas, add_schemas, read_schemas
from certificates.hostile_xml import read_hostile
from tests.certificates.examples import weight
from uncertainty.errors import Invalid, Refused


@pytest.fixture
def copy(dcc_folder: Path, tmp_path: Path) -> Path:
    """A copy of PTB's schemas that may be spoiled."""
    return Path(shutil.copytree(dcc_folder, tmp_path / "copy"))


def test_schemas_are_added_once_and_read_from_there(dcc_folder: Path, tmp_path: Path) -> None:
    """The schemas of a folder are copied with their licence, twice to the same end, and validate from there."""
    target = tmp_path / "home" / "schemas"
    assert add_schemas(dcc_folder, target) == add_schemas(dcc_folder, target) == ("3.3.0", "3.2.1")
    assert (target / "COPYING.LESSER").is_file()
    assert read_schemas(target).violations(read_hostile(write_dcc(weight())), "3.3.0") == ()


def test_no_schemas_are_a_refusal_with_the_remedy(tmp_path: Path) -> None:
    """A folder without schemas is refused with the command that adds them."""
    with pytest.raises(Refused, match="lims dcc schemas add"):
        read_schemas(tmp_path)
    with pytest.raises(Refused):
        add_schemas(tmp_path, tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("si/SI_Format_2.2.1.xsd", "https://ptb.de/si", "https://other.example/si", "dcc.schema_namespace"),
        ("v3.3.0/dcc.xsd", 'version="3.3.0"', 'version="3.2.1"', "dcc.schema_version"),
        ("v3.3.0/dcc.xsd", "../si/SI_Format_2.2.1.xsd", "https://ptb.de/si/v2.2.1/SI_Format.xsd", "dcc.schema_import"),
        ("v3.3.0/dcc.xsd", "../si/SI_Format_2.2.1.xsd", "../../SI_Format_2.2.1.xsd", "dcc.schema_import"),
        ("v3.3.0/dcc.xsd", "../si/SI_Format_2.2.1.xsd", "/etc/hosts", "dcc.schema_import"),
        ("v3.3.0/dcc.xsd", 'type="dcc:administrativeDataType"', 'type="dcc:nothing"', "dcc.schema_broken"),
        ("qudt/qudt_2.2.1.xsd", "</xs:schema>", "", "dcc.schema_broken"),
    ],
)
def test_a_wrong_schema_is_refused_by_name(copy: Path, tmp_path: Path, file: str, old: str, new: str, key: str) -> None:
    """A schema of another namespace or version, that leads elsewhere or does not compile is named, not copied."""
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        add_schemas(copy, tmp_path / "target")
    assert refused.value.key == key and path.name in refused.value.text("vi")
    assert not (tmp_path / "target").exists()


def test_a_missing_schema_is_named(copy: Path) -> None:
    """The one file that lacks is named."""
    (copy / "xmldsig" / "xmldsig-core-schema.xsd").unlink()
    with pytest.raises(Invalid, match="xmldsig-core-schema"):
        read_schemas(copy)


def test_no_schema_is_ever_fetched(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While schemas are compiled and a certificate naming PTB's address is checked, no connection is attempted."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a connection was attempted")

    monkeypatch.setattr(socket.socket, "connect", never)
    schemas: DccSchemas = read_schemas(copy)
    file = write_dcc(weight())
    assert b"https://ptb.de/dcc/v3.3.0/dcc.xsd" in file
    schemas.check(read_hostile(file), "3.3.0")


def test_a_changed_folder_is_read_anew(copy: Path) -> None:
    """A schema that changes is compiled again; one that stays is compiled once."""
    first = read_schemas(copy)
    assert read_schemas(copy) is first
    shutil.rmtree(copy / "v3.2.1")
    assert read_schemas(copy).versions == ("3.3.0",)
