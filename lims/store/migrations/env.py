"""Alembic's environment: migrations run on the connection that the laboratory hands in."""

from alembic import context
from sqlmodel import SQLModel

import lims.store.access_tables
import lims.store.impact_tables
import lims.store.issuing_tables
import lims.store.notice_tables
import lims.store.tables  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=False,
    transactional_ddl=False,
)
context.run_migrations()
