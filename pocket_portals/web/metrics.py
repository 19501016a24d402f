"""What a collector reads from ``/metrics``, in the Prometheus text format."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # where several workers of one service put their figures together
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The figures of one worker. No session's id is among them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"pocket_portals_{name}", about, labels, registry=self._registry)

        def histogram(name: str, about: str) -> Histogram:
            return Histogram(f"pocket_portals_{name}", about, buckets=SECONDS, registry=self._registry)

        def gauge(name: str, about: str) -> Gauge:
            name = f"pocket_portals_{name}"
            return Gauge(name, about, registry=self._registry, multiprocess_mode="livesum")

        self.requests = counter("requests_total", "Requests answered", "method", "route", "status")
        self.sessions = counter("sessions_total", "Sessions begun")
        self.turns = counter("turns_total", "Turns saved", "storyteller")
        self.fallbacks = counter("fallbacks_total", "Turns for which the storybook stood in")
        self.conflicts = counter("conflicts_total", "Actions that came after another's")
        self.turn_seconds = histogram("turn_seconds", "From an action to its turn being saved")
        self.save_seconds = histogram("save_seconds", "Saving a turn")
        self.open_sessions = gauge("open_sessions", "Sessions kept at hand")
        self.waiting = gauge("waiting_turns", "Actions waiting for their turn to be played")
        self.streams = gauge("streams", "Event streams that are open")

    def exposition(self) -> bytes:
        """All figures, those of the other workers of this service included."""
        if SHARED not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
