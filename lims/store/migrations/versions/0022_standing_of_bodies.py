"""A mark of what is known of a body, made anew by the database whenever a name, recognition or scope line is added."""

import sqlalchemy as sa
from alembic import op

from lims.store import triggers

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column and what fills it, and mark the bodies of before."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("body", sa.Column("standing", sa.Text(), nullable=False, server_default=""))
    chance = sa.func.hex(sa.func.randomblob(16)) if sqlite else sa.cast(sa.func.gen_random_uuid(), sa.Text)
    op.execute(sa.update(sa.table("body", sa.column("standing"))).values(standing=chance))
    triggers.create_all(op.get_bind())
