"""`lims certificate verify FILE --trust ROOTS` without a laboratory: what a file is worth by itself."""

from dataclasses import asdict

from certificates.offline import OfflineVerdict, judge_offline
from certificates.validating import BUSY
from lims.clock import SystemClock
from lims.commands.console import answer, language, line, table
from lims.errors import Refused
from lims.keys import certificates_of
from uncertainty.wording import wording


def verify_offline(file: bytes, roots: bytes, name_of_roots: str, *, json: bool) -> None:
    """Judge a file by the roots that are given and nothing else, and say what could not be checked.

    Args:
        file: any bytes.
        roots: certificates that are trusted, as PEM or DER.
        name_of_roots: of their file, for a refusal.
        json: answer for scripts.
    """
    found = judge_offline(file, certificates_of(roots, name_of_roots), SystemClock().now())
    if found.examination.state == BUSY:
        raise Refused("verification.busy")
    if json:
        answer(_as_json(found))
        return
    number = f" {found.number}" if found.number else ""
    line(f"{_say(found.verdict)}.{number}")
    line(f"SHA-256 {found.sha256}")
    rows = [
        (_say(f"check_{one.name}"), _say(f"outcome_{one.outcome}"), wording(one.said, language(), **one.values))
        for one in found.checks
    ]
    table([_say(f"head_{name}") for name in ("check", "outcome", "found")], rows)


def _say(key: str) -> str:
    return wording(f"verification.{key}", language())


def _as_json(found: OfflineVerdict) -> dict[str, object]:
    return {
        "verdict": found.verdict,
        "reason": _say(found.verdict),
        "number": found.number or None,
        "sha256": found.sha256,
        "checks": [
            {"check": one.name, "outcome": one.outcome, "text": wording(one.said, language(), **one.values)}
            for one in found.checks
        ],
        "signatures": {
            "state": found.examination.word,
            "found": [asdict(one) for one in found.examination.signatures],
        },
        "dcc": asdict(found.examination.dcc),
        "inside": asdict(found.examination.inside),
    }
