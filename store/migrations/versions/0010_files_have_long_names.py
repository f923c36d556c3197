"""Files have longer names than sets: what was sent may be a ubl-orderresponse"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SET_ID, WIDE, NARROW = "set_id", sa.String(length=20), sa.String(length=12)


def upgrade() -> None:
    """Move the schema forward. SQLite holds texts to no length."""
    if op.get_context().dialect.name != "sqlite":
        op.alter_column("sent_document", SET_ID, existing_type=NARROW, type_=WIDE, existing_nullable=False)


def downgrade() -> None:
    """Move the schema back."""
    if op.get_context().dialect.name != "sqlite":
        op.alter_column("sent_document", SET_ID, existing_type=WIDE, type_=NARROW, existing_nullable=False)
