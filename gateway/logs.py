"""Logs: one JSON object a line on standard error, ids and never payload.

INFO for each step done, WARNING for what will be tried again, ERROR for what needs a person. ``transmission_id`` goes
from socket to paper.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

from pythonjsonlogger.json import JsonFormatter

FILE_BYTES = 10_000_000


def set_up_logs(file: Path | None = None, level: int = logging.INFO) -> None:
    """Send everything Dockgate and its libraries log to standard error as JSON lines.

    Args:
        file: write into this file instead; for a process whose standard error is somebody's screen.
    """
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=3)
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("dockgate").setLevel(level)
    quiet_libraries()


def quiet_libraries() -> None:
    """Libraries that tell of what is no trouble, or of what we tell ourselves."""
    logging.getLogger("pika").setLevel(logging.CRITICAL)
