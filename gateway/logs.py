"""Logs: one JSON object a line on standard error, ids and never payload.

INFO for each step done, WARNING for what will be tried again, ERROR for what needs a person. ``transmission_id`` goes
from socket to paper.
"""

from __future__ import annotations

import logging
import sys

from pythonjsonlogger.json import JsonFormatter


def set_up_logs(level: int = logging.INFO) -> None:
    """Send everything Dockgate and its libraries log to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("dockgate").setLevel(level)
    logging.getLogger("pika").setLevel(logging.ERROR)  # we tell of lost connections ourselves
