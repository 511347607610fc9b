"""What is measured: spreads, targets, and the rows of the table."""
import dataclasses
import statistics
from typing import NamedTuple, Optional


class Spread(NamedTuple):
    median: float
    low: float
    high: float

    @staticmethod
    def of(values):
        return Spread(statistics.median(values), min(values), max(values))

    @staticmethod
    def ratio(ours, limits):
        """Of runs that were made in turn, each with its neighbour."""
        return Spread.of([one / limit for one, limit in zip(ours, limits)])


class Target(NamedTuple):
    of: str  # "ratio" or "ours"
    value: float
    kind: str  # "least" or "most"

    def text(self):
        return ("≥ " if self.kind == "least" else "≤ ") + f"{self.value:g}"


def at_least(of, value):
    return Target(of, value, "least")


def at_most(of, value):
    return Target(of, value, "most")


class Latency(NamedTuple):
    """At a fixed rate, counted from when each request was due."""
    rate: float  # requests/s
    p50_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float


@dataclasses.dataclass
class Row:
    name: str  # the same in every run
    title: str
    unit: str  # of ours and of the limit
    better: str  # "more" or "less"
    ours: Optional[Spread] = None
    limit_name: Optional[str] = None
    limit: Optional[Spread] = None
    ratio: Optional[Spread] = None  # ours / limit
    target: Optional[Target] = None
    full_p99_ms: Optional[Spread] = None  # of the 64 clients that send as fast as they can
    cpu_us: Optional[Spread] = None  # of the server, per request
    limit_cpu_us: Optional[Spread] = None
    latency: Optional[Latency] = None  # at 70 % of the full rate
    curve: list = dataclasses.field(default_factory=list)  # Latency at rising rates
    limit_curve: list = dataclasses.field(default_factory=list)

    def met(self):
        """True, False, or None without a target."""
        if self.target is None:
            return None
        value = (self.ratio if self.target.of == "ratio" else self.ours).median
        return value >= self.target.value if self.target.kind == "least" else value <= self.target.value
