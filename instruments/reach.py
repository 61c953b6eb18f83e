"""What rests on a calibration: everything below it, as far as the links reach, one after the other.

Source: ISO/IEC 17025:2017, 6.4.9 and 7.10.
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

AT_ONCE = 2_000


def resting_on(session: Session, calibration_ids: Sequence[str]) -> Iterator[str]:
    """The calibrations that used some calibrations, or one that did, each once; in no order, and never all in memory.

    Args:
        session: a session on the registry.
        calibration_ids: where to begin; they themselves are left out, unless a circle of links leads back to one.
    """
    link = SQLModel.metadata.tables["traceability_link"]
    start = sa.select(link.c.calibration_id.label("id")).where(link.c.upstream_calibration_id.in_(calibration_ids))
    below = start.cte("below", recursive=True)
    below = below.union(sa.select(link.c.calibration_id).where(link.c.upstream_calibration_id == below.c.id))
    streamed = session.connection().execution_options(yield_per=AT_ONCE)
    yield from streamed.execute(sa.select(below.c.id)).scalars()
