"""Certificates of every release verify for ever, with the verdicts that they had (promise R4)."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certificates.identification import Identification
from certificates.offline import judge_offline
from certificates.verify import KnownCertificate, judge
from lims.keys import certificates_of

HERE = Path(__file__).resolve().parent
RELEASES = sorted(one.name for one in HERE.iterdir() if (one / "record.json").is_file())


def rows_of(release: str) -> tuple[dt.datetime, list[dict[str, Any]]]:
    """When a release's files were judged, and the rows of its certificates."""
    said = json.loads((HERE / release / "record.json").read_text(encoding="utf-8"))
    return dt.datetime.fromisoformat(said["judged_at"]), said["certificates"]


@pytest.mark.parametrize("release", RELEASES)
def test_every_issued_file_keeps_its_verdict(release: str, figure: Callable[[str], None]) -> None:
    """Each file has its bytes, its verdict by the record and its signatures; one byte more and it is altered."""
    at, rows = rows_of(release)
    known = {
        one["token"]: KnownCertificate(one["number"], one["sha256"], one["status"], one["replaced_by"]) for one in rows
    }

    def lookup(said: Identification) -> KnownCertificate | None:
        return known.get(said.token)

    roots = certificates_of((HERE / release / "root.pem").read_bytes(), "root.pem")
    for one in rows:
        file = (HERE / release / f"{one['number']}.pdf").read_bytes()
        assert hashlib.sha256(file).hexdigest() == one["sha256"]
        verdict = judge(file, lookup)
        assert (verdict.verdict, verdict.number, verdict.replaced_by) == (
            one["verdict"], one["number"], one["replaced_by"],
        )  # fmt: skip
        assert judge(file + b" ", lookup).verdict == "altered"
        found = judge_offline(file, roots, at)
        assert (found.verdict, found.number) == ("sound", one["number"])
        assert found.examination.inside.head == one["audit_head"]
    assert {one["verdict"] for one in rows} == {"genuine", "replaced", "withdrawn"}
    figure(f"release {release}: {len(rows)} certificates as they were")


def test_there_is_an_archive() -> None:
    """At least one release has left its certificates here."""
    assert RELEASES
