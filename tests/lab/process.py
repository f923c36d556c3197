"""How the lab starts and ends processes: free ports, readiness, and nothing left behind, however the test run dies."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range the kernel hands to outgoing connections, so that nobody takes a port between our look and our use.
PORTS = range(20_000, 32_000)
_given: set[int] = set()


class ServerMissing(RuntimeError):
    """A server program is not installed on this machine."""

    def __init__(self, what: str, package: str) -> None:
        super().__init__(f"{what} is not installed: apt-get install {package}")


def free_port() -> int:
    """A loopback port nobody listens on; never the same twice in one test run."""
    for port in random.sample(PORTS, len(PORTS)):
        if port in _given:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            _given.add(port)
            return port
    raise RuntimeError(f"no free port in {PORTS}")


def is_listening(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), 1).close()
    except OSError:
        return False
    return True


def wait_until(condition: Callable[[], object], what: str, timeout_s: float = 20) -> None:
    """Return as soon as the condition holds; raise TimeoutError with ``what`` if it never does."""
    pause, end = threading.Event(), time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout_s} s for {what}")
        pause.wait(0.02)


class Nest:
    """A folder for one server and the processes that live in it. All of them end with the test run.

    Three layers: :meth:`close` for the ordinary end; PR_SET_PDEATHSIG, so that the kernel ends a server whose test run
    was killed (start servers from a thread that lives as long as they should: the signal is tied to that thread); and a
    sweeper, a shell that waits for our end of a pipe to close and then ends what those servers had started, by the
    folder's name in their environment, and removes the folder.
    """

    _SWEEP = """
    read -r _
    found=yes
    while [ "$found" ]; do  # until a whole look finds nothing: one that is killed may just have started another
        found=
        for process in /proc/[0-9]*; do
            grep -qsF "$1" "$process/environ" && kill -9 "${process#/proc/}" 2>/dev/null && found=yes
        done
    done
    rm -rf -- "$1"
    """

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"dockgate-{name}-"))
        self.folder.chmod(0o755)  # servers run as users of their own
        self._started: list[subprocess.Popen[bytes]] = []
        self._sweeper = subprocess.Popen(
            ["sh", "-c", self._SWEEP, "sweeper", str(self.folder)],
            env={"PATH": os.defpath},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def start(
        self, command: Sequence[str | Path], *, log: str, env: Mapping[str, str], user: str | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a server in the folder; its output goes to the file ``log`` there."""
        with (self.folder / log).open("ab") as output:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *command],
                env={
                    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                    "LANG": "C.UTF-8",
                    **env,
                    "DOCKGATE_LAB": str(self.folder),
                },
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        self._started.append(process)
        return process

    def log_tail(self, log: str, size: int = 3000) -> str:
        path = self.folder / log
        return path.read_text(errors="replace")[-size:] if path.exists() else ""

    def close(self) -> None:
        """End everything, last started first, and remove the folder."""
        for process in reversed(self._started):
            end(process)
        if self._sweeper.stdin:
            self._sweeper.stdin.close()
        self._sweeper.wait(30)


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, timeout_s: float = 30) -> None:
    """Ask a process to end; make it end if it does not within the time."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.send_signal(how)
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as a power cut would, with the children it had at that moment."""
    children = children_of(process.pid)
    process.kill()
    process.wait()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    wait_until(lambda: not any(is_alive(child) for child in children), "the children of a killed server to be gone")


def children_of(parent: int) -> list[int]:
    return [pid for pid in running() if _stat(pid)[1:2] == [str(parent)]]


def running() -> list[int]:
    """Ids of all processes of the machine."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and only waits to be collected does not."""
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third on: state, parent ..."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def newest(pattern: str, what: str, package: str) -> Path:
    """The highest installed version of a server's folder, or ServerMissing."""
    found = sorted(Path("/").glob(pattern))
    if not found:
        raise ServerMissing(what, package)
    return found[-1]
