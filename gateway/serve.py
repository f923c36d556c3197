import threading

from gateway.road import Road

ROLES = ("folders", "console", "relay", "printers")


def serve_console(road: Road, stopped: threading.Event) -> None:
    stopped.wait()
