"""A private CUPS with printers of its own: no system service, no Avahi, no hardware.

IPP printers are ``ippeveprinter`` with hooks for faults; label printers are a TCP port that keeps what it gets.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import socketserver
import struct
import subprocess
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tests.lab.process import (
    LOOPBACK,
    Nest,
    ServerMissing,
    end,
    free_port,
    is_listening,
    kill,
    wait_until,
)

PROGRAMS = {"cupsd": "cups-daemon", "lpadmin": "cups-client", "ippeveprinter": "cups-ipp-utils", "dbus-daemon": "dbus"}
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

Fault = Literal["abort", "jam", "slow"]
"""abort: the printer refuses each job. jam: it has all bytes and no paper comes. slow: paper is out, it is mute."""

_CUPSD = """\
LogLevel debug
MaxLogSize 0
Listen {folder}/run/cups.sock
Listen {loopback}:{port}
Browsing No
WebInterface No
DefaultShared No
DefaultAuthType None
HostNameLookups Off
ServerName localhost
IdleExitTimeout 0
ErrorPolicy retry-current-job
JobRetryInterval 1
JobRetryLimit 0
MaxJobs 0
MaxJobTime 0
PreserveJobHistory Yes
PreserveJobFiles 1d
DirtyCleanInterval 0
ReloadTimeout 5
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order allow,deny
    Allow localhost
  </Limit>
</Policy>
"""
_CUPS_FILES = """\
SystemGroup {group}
{owner}
ServerRoot {folder}/etc
RequestRoot {folder}/spool
StateDir {folder}/run
CacheDir {folder}/cache
TempDir {folder}/spool/tmp
AccessLog {folder}/log/access_log
ErrorLog {folder}/log/error_log
PageLog {folder}/log/page_log
ServerKeychain {folder}/etc/ssl
SyncOnClose No
ConfigFilePerm 0644
LogFilePerm 0644
Sandboxing relaxed
"""
# ippeveprinter ends with "Unable to initialize DNS-SD" when no D-Bus answers, even with DNS-SD off.
_DBUS = """\
<busconfig><type>session</type><listen>unix:path={folder}/run/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
<allow user="*"/></policy></busconfig>
"""
# What the printer runs for a job; $1 is the document. It ends when its printer is gone, like an engine without power.
_ENGINE = r"""#!/bin/sh
powered() { kill -0 $PPID 2>/dev/null || exit 9; }
[ -e "$CONTROL/abort" ] && { echo "ERROR: simulated abort" >&2; exit 1; }
if [ -e "$CONTROL/jam" ]; then
    echo "STATE: +media-jam-error" >&2
    while [ -e "$CONTROL/jam" ]; do powered; sleep 0.1; done
    echo "STATE: -media-jam-error" >&2
fi
name=$(date +%s.%N); cp "$1" "$PAPER/.$name" && mv "$PAPER/.$name" "$PAPER/$name"
while [ -e "$CONTROL/slow" ]; do powered; sleep 0.1; done
exit 0
"""


class IppPrinter:
    """A driverless printer on loopback. Each document that comes out is a file: see :meth:`papers`."""

    def __init__(self, nest: Nest, name: str) -> None:
        self._nest, self.name, self.port = nest, name, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        home = nest.folder / "printers" / name
        self._control, self._paper, self._spool = home / "control", home / "paper", home / "spool"
        for folder in (self._control, self._paper, self._spool):
            folder.mkdir(parents=True)
        self._engine = home / "engine"
        self._engine.write_text(_ENGINE)
        self._engine.chmod(0o755)

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    @property
    def log(self) -> str:
        return f"log/{self.name}.log"

    def start(self) -> None:
        """Switch it on, again after :meth:`cut_power`; it then remembers nothing."""
        formats = "application/pdf,image/urf,image/pwg-raster"
        command = ["ippeveprinter", "-vv", "-r", "off", "-n", "localhost", "-p", str(self.port), "-d", self._spool]
        command += ["-c", self._engine, "-s", "60,30", "-2", "-f", formats, self.name]
        env = {
            "CONTROL": str(self._control),
            "PAPER": str(self._paper),
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self._nest.folder}/run/bus",
        }
        self._process = self._nest.start([str(part) for part in command], log=self.log, env=env)
        wait_until(self._is_ready, f"printer {self.name} to listen")

    def _is_ready(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise RuntimeError(f"ippeveprinter ended at its start: {self._nest.log_tail(self.log)}")
        return is_listening(self.port)

    def cut_power(self) -> None:
        """Kill the printer and the job it works on. It is off until :meth:`start`."""
        assert self._process
        kill(self._process)
        wait_until(lambda: not is_listening(self.port), f"printer {self.name} to be gone")

    def set_fault(self, fault: Fault) -> None:
        (self._control / fault).touch()

    def clear_fault(self, fault: Fault) -> None:
        (self._control / fault).unlink(missing_ok=True)

    def set_paper_level(self, sheets: int) -> None:
        """Zero is an empty tray; the printer's own web form is the switch."""
        trays = "&".join(f"size{n}=na_letter_8.5x11in&type{n}=stationery&level{n}={sheets}" for n in range(8))
        with urllib.request.urlopen(f"http://localhost:{self.port}/media?{trays}", timeout=5) as answer:
            answer.read()

    def papers(self) -> list[Path]:
        """The documents that came out, oldest first."""
        return sorted(path for path in self._paper.iterdir() if not path.name.startswith("."))


class RawSink:
    """A raw port like a label printer's: the bytes of each connection become one file.

    ``mode``: ``ok``; ``stall`` accepts and never reads; ``drop`` resets the connection after 100 bytes.
    """

    def __init__(self, folder: Path, port: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, port or free_port()
        self.mode: Literal["ok", "stall", "drop"] = "ok"
        self._server: socketserver.ThreadingTCPServer | None = None
        self._released = threading.Event()
        self._count = 0

    def start(self) -> None:
        sink = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                sink._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._released.clear()
        self._server = Server((LOOPBACK, self.port), Handler)
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.05}, daemon=True, name="raw-sink").start()

    def _serve(self, line: socket.socket) -> None:
        if self.mode == "drop":
            line.recv(100)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
            return
        if self.mode == "stall":
            self._released.wait()
            return
        line.settimeout(30)
        received = bytearray()
        with contextlib.suppress(OSError):
            while block := line.recv(65536):
                received += block
        if received:
            self._count += 1
            part = self.folder / f".{self._count:04}"
            part.write_bytes(received)
            part.rename(self.folder / f"{self._count:04}.raw")

    def stop(self) -> None:
        """Off: connections are refused, a stalled one is dropped."""
        self._released.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def papers(self) -> list[Path]:
        """What came out, oldest first."""
        return sorted(self.folder.glob("*.raw"))


class PrivateCups:
    """A cupsd on loopback and on a unix socket, with the printers one adds. As root its jobs run as ``lp``.

    >>> with PrivateCups() as lab:
    ...     dock = lab.add_printer("DOCK1")  # an IPP printer and its driverless queue
    ...     labels = lab.add_raw_sink("ZPL1")  # a raw port and its raw queue
    """

    def __init__(self) -> None:
        for program, package in PROGRAMS.items():
            if not shutil.which(program, path=PATH):
                raise ServerMissing(program, package)
        self._nest = Nest("cups")
        self.folder = self._nest.folder
        self.port = free_port()
        self._cupsd: subprocess.Popen[bytes] | None = None
        self._env = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder}/run/bus"}
        self.printers: dict[str, IppPrinter] = {}
        self.sinks: dict[str, RawSink] = {}
        self._write_files()

    @property
    def socket_path(self) -> Path:
        """The unix socket, the way in without the traps of host and port."""
        return self.folder / "run" / "cups.sock"

    @property
    def host(self) -> str:
        return LOOPBACK

    @property
    def cupsd_pid(self) -> int:
        """The scheduler."""
        assert self._cupsd, "cupsd was never started"
        return self._cupsd.pid

    def _write_files(self) -> None:
        for name in ("etc/ppd", "etc/ssl", "spool/tmp", "run/certs", "cache", "log", "printers"):
            (self.folder / name).mkdir(parents=True)
        owner = "User lp\nGroup lp" if os.getuid() == 0 else ""
        group = "root" if os.getuid() == 0 else "nogroup"
        etc = self.folder / "etc"
        etc.joinpath("cupsd.conf").write_text(_CUPSD.format(folder=self.folder, loopback=LOOPBACK, port=self.port))
        etc.joinpath("cups-files.conf").write_text(_CUPS_FILES.format(folder=self.folder, owner=owner, group=group))
        etc.joinpath("dbus.conf").write_text(_DBUS.format(folder=self.folder))

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the bus and cupsd; returns when the scheduler answers."""
        bus = self.folder / "run" / "bus"
        self._nest.start(
            ["dbus-daemon", f"--config-file={self.folder}/etc/dbus.conf", "--nofork"], log="log/dbus.log", env={}
        )
        wait_until(bus.exists, "the private D-Bus")
        self.start_cupsd()

    def start_cupsd(self) -> None:
        """Start the scheduler alone, again after :meth:`stop_cupsd` or :meth:`kill_cupsd`."""
        etc = self.folder / "etc"
        command = ["cupsd", "-f", "-c", etc / "cupsd.conf", "-s", etc / "cups-files.conf"]
        self._cupsd = self._nest.start([str(part) for part in command], log="log/cupsd.log", env=self._env)
        wait_until(self._answers, "cupsd to answer")

    def _answers(self) -> bool:
        assert self._cupsd
        if self._cupsd.poll() is not None:
            raise RuntimeError(f"cupsd ended at its start: {self._nest.log_tail('log/cupsd.log')}")
        return is_listening(self.port) and "scheduler is running" in self._run("lpstat", "-r")

    def stop_cupsd(self) -> None:
        """SIGTERM, as a service manager does."""
        assert self._cupsd
        end(self._cupsd)

    def kill_cupsd(self) -> None:
        """kill -9 of the scheduler alone: what it had started goes on, as it does in life."""
        assert self._cupsd
        self._cupsd.send_signal(signal.SIGKILL)
        self._cupsd.wait()

    def close(self) -> None:
        """End everything this lab started and remove its folder."""
        for sink in self.sinks.values():
            sink.stop()
        self._nest.close()

    def _run(self, program: str, *arguments: str) -> str:
        run = subprocess.run(
            [program, "-h", f"{LOOPBACK}:{self.port}", *arguments],
            env={"PATH": PATH, "LANG": "C.UTF-8", "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if run.returncode and program == "lpadmin":
            raise RuntimeError(f"lpadmin {' '.join(arguments)}: {run.stderr}")
        return run.stdout

    def add_printer(self, name: str, *, options: str = "") -> IppPrinter:
        """An IPP printer that is on, with a driverless queue of the same name; ``options`` as ``?waitjob=false``."""
        printer = self.printers[name] = IppPrinter(self._nest, name)
        printer.start()
        self._run("lpadmin", "-p", name, "-E", "-v", printer.uri, "-m", "everywhere")
        # A thread of cupsd finishes the driver; until then the queue is raw and a page would go out as it is.
        wait_until(lambda: "Everywhere" in self._run("lpoptions", "-p", name), f"the driver of queue {name}")
        if options:  # only now: with them in the address cupsd finds no driver
            self._run("lpadmin", "-p", name, "-v", printer.uri + options)
        return printer

    def add_raw_sink(self, name: str) -> RawSink:
        """A raw port that listens, with a raw queue of the same name."""
        sink = self.sinks[name] = RawSink(self.folder / "sinks" / name)
        sink.start()
        self._run("lpadmin", "-p", name, "-E", "-v", f"socket://localhost:{sink.port}/", "-m", "raw")
        return sink

    def disable_queue(self, name: str) -> None:
        """Jobs are taken and wait."""
        self._run("cupsdisable", name)

    def enable_queue(self, name: str) -> None:
        self._run("cupsenable", name)
