"""The words under which instruments are found as somebody types; the legal form of a body."""

import sqlalchemy as sa
from alembic import op

from instruments.search import words_of

revision = "0004"
down_revision = "0003"
AT_ONCE = 2_000


def upgrade() -> None:
    """Add the table and fill it from what is registered."""
    op.add_column("body_name", sa.Column("legal_form", sa.Text(), nullable=True))
    op.create_table(
        "instrument_word",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_word_instrument_id")),
        sa.PrimaryKeyConstraint("word", "instrument_id", name=op.f("pk_instrument_word")),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    instruments = sa.table("instrument", sa.column("id"), sa.column("search_text"))
    into = sa.table("instrument_word", sa.column("word"), sa.column("instrument_id"))
    last = ""
    while True:
        some = sa.select(instruments.c.id, instruments.c.search_text).where(instruments.c.id > last)
        rows = connection.execute(some.order_by(instruments.c.id).limit(AT_ONCE)).all()
        if not rows:
            return
        words = [{"word": word, "instrument_id": one} for one, text in rows for word in sorted(words_of(text))]
        if words:
            connection.execute(sa.insert(into), words)
        last = rows[-1][0]
