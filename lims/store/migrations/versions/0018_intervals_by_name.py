"""Properties found by their name: the calendar of due dates asks for every interval, among very many properties."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        op.f("ix_instrument_property_name_instrument_id"),
        "instrument_property",
        ["name", "instrument_id"],
        unique=False,
    )
