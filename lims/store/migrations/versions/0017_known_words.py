"""The words of the register without their digits, once, so that a misspelt word is answered without reading it all."""

import sqlalchemy as sa
from alembic import op

from instruments.search import known_of

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the table and fill it from the words of what is registered."""
    op.create_table(
        "known_word",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_known_word")),
        sqlite_strict=True,
    )
    words = sa.select(sa.table("instrument_word", sa.column("word")).c.word).distinct()
    found = known_of(op.get_bind().execute(words).scalars())
    if found:
        op.bulk_insert(sa.table("known_word", sa.column("word")), [{"word": one} for one in sorted(found)])
