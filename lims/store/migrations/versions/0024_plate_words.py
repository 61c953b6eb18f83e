"""The likeness of plates whose serial number has words before it ("S/N 1234", "Số máy 1234"), found out anew."""

import sqlalchemy as sa
from alembic import op

from instruments.spelling import likeness_of

revision = "0024"
down_revision = "0023"

BEGINNINGS = ("s", "S", "n", "N", "#")
AT_ONCE = 1000


def upgrade() -> None:
    """Bring the rows whose serial number may begin with such a word to the likeness of today."""
    instrument = sa.table(
        "instrument", *(sa.column(name, sa.Text()) for name in ("id", "model", "serial_number", "likeness"))
    )
    begins = sa.or_(*(instrument.c.serial_number.startswith(one, autoescape=True) for one in BEGINNINGS))
    connection = op.get_bind()
    rows = connection.execute(sa.select(instrument).where(begins)).all()
    changed = [
        {"row": row.id, "made": made} for row in rows
        if (made := likeness_of(row.model, row.serial_number)) != row.likeness
    ]  # fmt: skip
    update = sa.update(instrument).where(instrument.c.id == sa.bindparam("row")).values(likeness=sa.bindparam("made"))
    for first in range(0, len(changed), AT_ONCE):
        connection.execute(update, changed[first : first + AT_ONCE])
