"""Workloads on a running server, each set against limit programs that do the same or its hard part."""
import os
from typing import NamedTuple

from lib import data
from lib.driving import CONNECTIONS, Side, drive_at, drive_fully, write_requests
from lib.figures import Row, Spread, at_least, at_most
from lib.programs import say

FRACTIONS = (0.2, 0.5, 0.7, 0.9)  # of the full rate
TABLE_FRACTION = 0.7
SLOW_CONNECTIONS = 8  # more only wait for each other, or are refused
TABLE_RUNS = 3  # of which the table shows the one with the median p99
LIMIT_NAMES = {"plain": "plain Beast", "lean": "lean Beast", "synced": "synced RocksDB append",
               "server": "limit server"}


class Workload(NamedTuple):
    name: str
    title: str
    targets: dict  # by limit; the ratio that is wanted, or None
    writes: bool = False
    connections: int = CONNECTIONS


WORKLOADS = [
    Workload("get", "GET one person by random id", {"plain": 0.95, "lean": 0.65}),
    Workload("list_first", "list of 25 by stage and owner, page 1", {"server": 0.60}),
    Workload("list_middle", "the same, page {middle}", {"server": 0.60}),
    Workload("list_deep", "the same, page {deep}", {"server": 0.60}),
    Workload("list_any", "the same, any stage, owner and page", {"server": 0.60}),
    Workload("search", "list by search, 25 of all", {}, connections=SLOW_CONNECTIONS),
    Workload("order_name", "list ordered by name, pages 1 to 3", {}, connections=SLOW_CONNECTIONS),
    Workload("order_updated", "list ordered by updated_at, pages 1 to 3", {}, connections=SLOW_CONNECTIONS),
    Workload("mixed", "mixed: 70 % GET, 20 % list, 10 % durable POST", {"server": 0.60}, writes=True),
    Workload("post", "durable POST of a person", {"synced": 0.85}, writes=True),
]


class Requests:
    """The files of requests for one program's records."""

    def __init__(self, api, owners, sample):
        self.pages = data.Pages(api, owners)
        self.ids = data.sample_ids(api, sample)
        self.owners = owners

    def of(self, workload):
        pages = self.pages
        getting, listing = data.getting(self.ids), pages.any()
        make = {"get": lambda: getting, "list_first": lambda: pages.common(1),
                "list_middle": lambda: pages.common(max(1, pages.deep // 2)),
                "list_deep": lambda: pages.common(pages.deep),
                "list_any": lambda: listing, "search": data.searching, "order_name": lambda: data.ordering("name"),
                "order_updated": lambda: data.ordering("-updated_at"), "post": lambda: data.creating(self.owners),
                "mixed": lambda: mixed(getting, listing, data.creating(self.owners))}
        return make[workload]()

    def write(self, folder):
        os.makedirs(folder)
        return {workload.name: write_requests(os.path.join(folder, workload.name), self.of(workload.name))
                for workload in WORKLOADS}


def mixed(getting, listing, creating):
    """1,000 requests, in the proportions of the workload's title."""
    def some(requests, count):
        return [requests[i % len(requests)] for i in range(count)]
    return some(getting, 700) + some(listing, 200) + some(creating, 100)


def make_sides(server, limits, dataset, scratch, connections=CONNECTIONS):
    """The server and the limit programs with what each is asked; by name, the server's is "ours"."""
    sample = min(dataset.persons, data.SAMPLE_IDS)
    requests = Requests(data.Api(server.port, dataset.token), dataset.owners, sample)
    files = requests.write(os.path.join(scratch, "requests-ours"))
    sides = {"ours": Side(server, dataset.token, files, connections)}
    for name, program in limits.items():
        if name == "server":
            of_limit = Requests(data.Api(program.port, dataset.token), dataset.owners, sample)
            own_files = of_limit.write(os.path.join(scratch, "requests-limit"))
            sides[name] = Side(program, dataset.token, own_files, connections)
        else:
            sides[name] = Side(program, dataset.token, files, connections)
    titles = {"middle": f"{max(1, requests.pages.deep // 2):,}", "deep": f"{requests.pages.deep:,}"}
    return sides, titles


class Runs:
    """Of one workload: the full rates of the server and its limits, in turn, then rising rates."""

    def __init__(self, workload, sides, title):
        self.workload, self.title = workload, title
        self.sides = {name: sides[name].with_at_most(workload.connections) for name in [*workload.targets, "ours"]}
        self.full = {name: [] for name in self.sides}
        self.curves = {name: [] for name in self.sides}

    def round(self, seconds):
        for name, side in self.sides.items():
            self.full[name].append(drive_fully(side, self.workload.name, seconds))

    def rise(self, seconds, fractions):
        for name, side in self.sides.items():
            rate = self.spread(name, "rate").median
            for fraction in fractions:
                times = TABLE_RUNS if name == "ours" and fraction == TABLE_FRACTION else 1
                runs = [drive_at(side, self.workload.name, rate * fraction, seconds) for _ in range(times)]
                self.curves[name].append(sorted(runs, key=lambda run: run.p99_ms)[len(runs) // 2])

    def values(self, name, figure):
        return [run[figure] for run in self.full[name]]

    def spread(self, name, figure):
        return Spread.of(self.values(name, figure))

    def row(self, limit):
        row = Row(self.workload.name + (f"_{limit}" if limit and len(self.workload.targets) > 1 else ""), self.title,
                  "/s", "more", ours=self.spread("ours", "rate"), cpu_us=self.spread("ours", "cpu_us"),
                  full_p99_ms=self.spread("ours", "p99_ms"), curve=self.curves["ours"])
        row.latency = min(row.curve, key=lambda one: abs(one.rate - TABLE_FRACTION * row.ours.median), default=None)
        if limit:
            row.limit_name, row.limit = LIMIT_NAMES[limit], self.spread(limit, "rate")
            row.ratio = Spread.ratio(self.values("ours", "rate"), self.values(limit, "rate"))
            row.limit_cpu_us, row.limit_curve = self.spread(limit, "cpu_us"), self.curves[limit]
            row.target = at_least("ratio", self.workload.targets[limit])
        return row

    def rows(self):
        return [self.row(limit) for limit in self.workload.targets or [None]]


def deep_against_first(runs):
    deep, first = runs["list_deep"], runs["list_first"]
    ratio = Spread.ratio(first.values("ours", "rate"), deep.values("ours", "rate"))
    return Row("deep_cost", f"cost of page {deep.title.rsplit(' ', 1)[-1]} / page 1", "×", "less", ours=ratio,
               target=at_most("ours", 1.2))


def measure(workloads, sides, titles, settings):
    """Round after round, all workloads in turn."""
    runs = {one.name: Runs(one, sides, one.title.format(**titles)) for one in workloads}
    for number in range(settings.rounds):
        say(f"round {number + 1} of {settings.rounds}: {', '.join(runs)}")
        for one in runs.values():
            one.round(settings.seconds)
    say("at fixed rates")
    for one in runs.values():
        one.rise(settings.seconds, settings.fractions)
    rows = [row for one in runs.values() for row in one.rows()]
    if "list_deep" in runs and "list_first" in runs:
        rows.append(deep_against_first(runs))
    return rows
