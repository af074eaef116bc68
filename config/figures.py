"""Figures for Prometheus at /metrics: what waits, when the timetable last ran, how requests went. Nothing about any case.

Closed by default: 404 unless the asker knows METRICS_TOKEN. What waits is read from the database when asked. Requests are
counted in each process; with PROMETHEUS_MULTIPROC_DIR set (docs/operations.md) the answer sums all processes of a machine.
"""

import os
import secrets
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from applications import scanning
from config import health
from documents import room
from documents.models import Document
from journal import outbox, timetable
from people.models import AccessMail

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTED = CollectorRegistry()
REQUESTS = Counter("pool_requests", "Requests answered, by class of status", ["status"], registry=COUNTED)
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30)
SECONDS = Histogram("pool_request_seconds", "Time from request to answer", buckets=BUCKETS, registry=COUNTED)


class CountsRequests:
    """Middleware, outermost: status class and time of every answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        begun = time.perf_counter()
        response = self.get_response(request)
        SECONDS.observe(time.perf_counter() - begun)
        REQUESTS.labels(f"{response.status_code // 100}xx").inc()
        return response


class OfTheHouse:
    """What the database and the store say in the moment they are asked."""

    def collect(self) -> Iterator[Metric]:
        yield _gauge("pool_files_up", "1 when the store of files answers and has room", int(room.state() == room.OK))
        if (left := room.free_bytes()) is not None:
            yield _gauge("pool_files_free_bytes", "Room left where the folder of files lies", left)
        try:
            yield from list(self.of_the_database())
            up = 1
        except (DatabaseError, InterfaceError):
            up = 0
        yield _gauge("pool_database_up", "1 when the database answers", up)

    def of_the_database(self) -> Iterator[Metric]:
        waits = {name: oldest().total_seconds() for name, oldest in health.WAITS.items()}
        yield _gauges("pool_oldest_wait_seconds", "Age of the oldest that is owed", "kind", waits)
        owed = {
            "mails": outbox.unsent().count(),
            "links": AccessMail.objects.filter(settled_at=None).count(),
            "documents": Document.objects.filter(sha256="").count(),
            "scans": scanning.waiting().count(),
        }
        yield _gauges("pool_owed", "How many are owed now", "kind", owed)
        done = {task: at.timestamp() for task, at in timetable.last_done().items()}
        yield _gauges("pool_job_last_done_timestamp_seconds", "When a job of the timetable was last done", "job", done)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _gauges(name: str, says: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def may_read(request) -> bool:
    """Who shows the token; nobody while there is none."""
    shown = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(
        shown.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()
    )


def text() -> bytes:
    """Everything in Prometheus' own text form."""
    of_the_house = CollectorRegistry()
    of_the_house.register(OfTheHouse())
    counted = COUNTED
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    return generate_latest(of_the_house) + generate_latest(counted)
