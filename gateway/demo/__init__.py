"""The demo: a partner, a catalogue and sample orders that take the real road through a real box."""

from gateway.demo.trips import Trip, load_demo, run_demo, send_samples

__all__ = ["Trip", "load_demo", "run_demo", "send_samples"]
