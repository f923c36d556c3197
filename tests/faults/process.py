"""A box in a process that kills itself when it reaches a named point: ``process.py HOME POINT TIMES``."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from gateway.app import Box, open_road
from gateway.logs import set_up_logs
from gateway.pipeline import STEPS
from gateway.settings import load_settings


def main(home: str, kill_at: str, times: str) -> None:
    left, lock = int(times), threading.Lock()

    def reached(point: str) -> None:
        nonlocal left
        if point != kill_at:
            return
        with lock:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    set_up_logs()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    box = Box(open_road(load_settings(Path(home)), reached=reached), folders=True, steps=STEPS, relay=True)
    box.start()
    stopped.wait()
    sys.exit(0 if box.stop() else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
