"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Refuse: data written since would be lost. Restore a backup instead."""
    raise RuntimeError("this schema cannot be taken back; restore a backup made before the update")
