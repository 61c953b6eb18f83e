"""The XML schemas of DCC, D-SI, QUDT and XML signature: kept in a folder, checked, compiled, never fetched."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from certificates.dcc_elements import DCC
from uncertainty.errors import Invalid, Refused

SCHEMA = "http://www.w3.org/2001/XMLSchema"
WRITTEN = "v3.3.0/dcc.xsd"
"""The schema of what is written here; that of version 3.2.1 is for reading."""
NAMESPACES = {
    "si": "https://ptb.de/si",
    "qudt": "http://qudt.org/vocab/",
    "xmldsig": "http://www.w3.org/2000/09/xmldsig#",
}
"""Folder -> namespace of the schemas in it; a folder v3.x.y holds the DCC schema of that version."""
REQUIRED = (WRITTEN, "si/SI_Format_2.2.1.xsd", "qudt/qudt_2.2.1.xsd", "xmldsig/xmldsig-core-schema.xsd")
VERSION_FOLDER = re.compile(r"v(3\.[0-9]{1,3}\.[0-9]{1,3})")
LICENCES = ("COPYING.LESSER", "LICENSE", "README.md")
MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class Violation:
    """Where a document leaves its schema, and how, in the validator's words."""

    line: int
    message: str


@dataclass(frozen=True)
class DccSchemas:
    """The compiled schemas of one folder, by DCC version."""

    folder: Path
    by_version: dict[str, Any]

    @property
    def versions(self) -> tuple[str, ...]:
        """The DCC versions that can be validated, newest first."""
        return tuple(sorted(self.by_version, key=lambda one: [int(part) for part in one.split(".")], reverse=True))

    def violations(self, tree: Any, version: str) -> tuple[Violation, ...]:
        """Where a parsed document leaves the schema of its version; empty where it is valid.

        Args:
            tree: element or tree of lxml, read by the parser of this package.
            version: one of `versions`.
        """
        schema = self.by_version[version]
        if schema.validate(tree):
            return ()
        return tuple(Violation(entry.line, plain_message(entry.message)) for entry in schema.error_log)

    def check(self, tree: Any, version: str) -> None:
        """Refuse a document that is not valid.

        Raises:
            Invalid: the first violation with its line, and how many more there are.
        """
        found = self.violations(tree, version)
        if found:
            raise Invalid("dcc.schema_violation", line=found[0].line, why=found[0].message, more=len(found) - 1)


def plain_message(message: str) -> str:
    """A message of the validator with short names in place of namespaces, cut where somebody's text makes it long."""
    short = message.replace(f"{{{DCC}}}", "dcc:").replace("{https://ptb.de/si}", "si:")
    return short if len(short) <= 400 else short[:399] + "…"


def safe_parser() -> Any:
    """A parser that reads no entity, no DTD, no other file and no network, within the limits of its library."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        attribute_defaults=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip


def read_schemas(folder: Path) -> DccSchemas:
    """The schemas of a folder, checked and compiled once for each state of its files.

    Args:
        folder: with v3.3.0/dcc.xsd, si/, qudt/, xmldsig/, and v3.2.1/ where older certificates are read.

    Raises:
        Refused: there are none.
        Invalid: a file is missing, has another namespace or version, imports what is not in the folder, or does not
            compile.
    """
    if not (folder / WRITTEN).is_file():
        raise Refused("dcc.schemas_missing", folder=str(folder))
    files = schema_files(folder)
    return _compiled(folder.resolve(), tuple((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _compiled(folder: Path, state: tuple[tuple[str, int], ...]) -> DccSchemas:
    """The compiled schemas; `state` tells a changed folder from the one that was read."""
    compiled = {}
    for name, _ in state:
        path = Path(name)
        version = VERSION_FOLDER.fullmatch(path.parent.name)
        if version:
            try:
                compiled[version[1]] = etree.XMLSchema(etree.parse(str(path), safe_parser()))
            except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as problem:
                shown = f"{path.parent.name}/{path.name}"
                raise Invalid("dcc.schema_broken", file=shown, why=str(problem)[:400]) from problem
    return DccSchemas(folder, compiled)


def schema_files(folder: Path) -> tuple[Path, ...]:
    """The schema files of a folder in the order of their paths, each checked for namespace, version and imports.

    Raises:
        Invalid: a file is missing or is not what its place says; it is named.
    """
    for name in REQUIRED:
        if not (folder / name).is_file():
            raise Invalid("dcc.schema_file_missing", folder=str(folder), file=name)
    found = sorted(
        path
        for path in folder.glob("*/*.xsd")
        if path.parent.name in NAMESPACES or VERSION_FOLDER.fullmatch(path.parent.name)
    )
    for path in found:
        _check_file(path, folder)
    return tuple(found)


def _check_file(path: Path, folder: Path) -> None:
    shown = f"{path.parent.name}/{path.name}"
    if path.is_symlink() or path.stat().st_size > MOST_BYTES:
        raise Invalid("dcc.schema_broken", file=shown, why="–")
    try:
        root = etree.parse(str(path), safe_parser()).getroot()
    except etree.XMLSyntaxError as problem:
        raise Invalid("dcc.schema_broken", file=shown, why=str(problem)[:400]) from problem
    wanted, found = NAMESPACES.get(path.parent.name, DCC), root.get("targetNamespace", "")
    if root.tag != f"{{{SCHEMA}}}schema" or found != wanted:
        raise Invalid("dcc.schema_namespace", file=shown, wanted=wanted, found=found or str(root.tag))
    version = VERSION_FOLDER.fullmatch(path.parent.name)
    if version and root.get("version") != version[1]:
        raise Invalid("dcc.schema_version", file=shown, found=root.get("version", "–"), wanted=version[1])
    for element in root.iter(f"{{{SCHEMA}}}import", f"{{{SCHEMA}}}include", f"{{{SCHEMA}}}redefine"):
        location = element.get("schemaLocation", "")
        target = (path.parent / location).resolve()
        inside = folder.resolve() in target.parents and target.is_file()
        if "://" in location or not location or not inside:
            raise Invalid("dcc.schema_import", file=shown, location=location)


def add_schemas(source: Path, target: Path) -> tuple[str, ...]:
    """Copy the schemas of a folder into a laboratory's own, once they are found to be what they should.

    Args:
        source: folder in the layout that `read_schemas` reads.
        target: the laboratory's folder; it is made, files of the same name are replaced.

    Returns:
        The DCC versions that can be validated now, newest first.

    Raises:
        Refused, Invalid: as `read_schemas`; nothing is copied then.
    """
    read_schemas(source)
    wanted = [*schema_files(source), *(source / name for name in LICENCES if (source / name).is_file())]
    for path in wanted:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return read_schemas(target).versions
