"""Documents know their fingerprint: it is worked out once, when they are written"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.add_column("document", sa.Column("fingerprint", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Move the schema back."""
    op.drop_column("document", "fingerprint")
