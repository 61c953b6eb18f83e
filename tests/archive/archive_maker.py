"""Makes the archive of one release: `python -m tests.archive.archive_maker RELEASE FONTS`.

A small laboratory issues certificates and ends some of them; what remains is the files, the root of the demonstration
keys, and the few rows by which they are judged for ever.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from lims import calibration, verifying
from lims.config import DATABASE_VARIABLE
from lims.key_making import make_keys
from tests.laboratories import REASON, SmallLaboratory, small_laboratory

HERE = Path(__file__).resolve().parent


def make(folder: Path, cache: Path) -> None:
    """Write the files, the root and the rows of one release into a folder that does not exist yet."""
    os.environ.pop(DATABASE_VARIABLE, None)
    with tempfile.TemporaryDirectory() as home:
        small = small_laboratory(Path(home) / "laboratory", "", cache)
        try:
            make_keys(small.lab)
            _write(small, folder)
        finally:
            small.lab.close()


def _write(small: SmallLaboratory, folder: Path) -> None:
    lab, manager = small.lab, small.actors["trang"]
    kept, (old_job, old), (_, ended) = small.whole_job()[1], small.whole_job(), small.whole_job()
    amended = calibration.amend(lab, manager, old_job, remeasure=False, reason=REASON).id
    small.reviewed(amended)
    new = small.issued(amended)
    calibration.withdraw(lab, manager, small.certificate(ended).id, reason=REASON)
    keep(small, folder, [kept, old, new, ended])


def keep(small: SmallLaboratory, folder: Path, numbers: list[str]) -> None:
    """Write the files of these certificates, the root, and the rows by which they are judged."""
    lab, manager = small.lab, small.actors["trang"]
    folder.mkdir(parents=True)
    rows = []
    for number in numbers:
        file = calibration.download(lab, manager, number)
        record = verifying.of_file(lab, file)
        (folder / f"{number}.pdf").write_bytes(file)
        status = {"genuine": "issued"}.get(record.verdict.verdict, record.verdict.verdict)
        rows.append(
            {
                "number": number, "token": record.token, "sha256": record.file_sha256, "status": status,
                "replaced_by": record.replaced_by or None, "audit_head": record.head,
                "verdict": record.verdict.verdict,
            }
        )  # fmt: skip
    judged_at = small.clock.now().isoformat()
    text = json.dumps({"judged_at": judged_at, "certificates": rows}, indent=1)
    (folder / "record.json").write_text(text + "\n", encoding="utf-8")
    roots = b"".join(one.public_bytes(Encoding.PEM) for one in lab.keys.roots())
    (folder / "root.pem").write_bytes(roots)


if __name__ == "__main__":
    make(HERE / sys.argv[1], Path(sys.argv[2]))
