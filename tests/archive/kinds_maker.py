"""Makes a set of the archive with every kind of document: `python -m tests.archive.kinds_maker NAME FONTS`.

Real jobs of a small laboratory with its own test keys; one certificate is replaced and one withdrawn. What remains is
the files, the root and the few rows by which they are judged for ever, in the form of `archive_maker`.
"""

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from lims import calibration
from lims.config import DATABASE_VARIABLE
from lims.key_making import make_keys
from tests.archive.archive_maker import HERE, keep
from tests.documents import BALANCE, ECCENTRICITY, MULTIMETER, SET, THERMOMETER, carried_out, issued, roles_of
from tests.laboratories import REASON, SmallLaboratory, small_laboratory


def make(folder: Path, cache: Path) -> None:
    """Write the files, the root and the rows of one set into a folder that does not exist yet."""
    os.environ.pop(DATABASE_VARIABLE, None)
    with tempfile.TemporaryDirectory() as home:
        small = small_laboratory(Path(home) / "laboratory", "", cache)
        try:
            make_keys(small.lab)
            keep(small, folder, _numbers(small))
        finally:
            small.lab.close()


def _numbers(small: SmallLaboratory) -> list[str]:
    """The certificates of every kind, one replaced by an amendment, one withdrawn; their numbers."""
    balance_job, balance = issued(small, BALANCE)
    failing = replace(
        BALANCE, readings=["5,0 0,05", "500,1 0,03", "1000,0 0,08", "2000,1 0,10"], seals=(), regime="after_repair"
    )
    again = carried_out(small, failing, small.job(balance_job).item_id, roles_of(small, balance_job))
    small.submitted(again)
    small.reviewed(again)
    notice = small.issued(again)
    multimeter, (test_job, test), (_, weights) = (
        issued(small, MULTIMETER)[1],
        issued(small, ECCENTRICITY),
        issued(small, SET),
    )
    thermometer = issued(small, replace(THERMOMETER, languages="en"))[1]
    manager = small.actors["trang"]
    amended = calibration.amend(small.lab, manager, test_job, remeasure=False, reason=REASON).id
    small.reviewed(amended)
    replacing = small.issued(amended)
    calibration.withdraw(small.lab, manager, small.certificate(weights).id, reason=REASON)
    return [balance, notice, multimeter, test, replacing, weights, thermometer]


if __name__ == "__main__":
    make(HERE / sys.argv[1], Path(sys.argv[2]))
