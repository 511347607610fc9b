"""Whether one platform's flood, or slow lists, are another's delay: its p99 alone and beside them."""
import os

from lib import data
from lib.driving import Side, drive_at, drive_beside, send_each_once, write_requests
from lib.figures import Row, Spread, at_most
from lib.programs import say
from lib.served import LIMIT_NAMES

RATE = 200  # requests/s of the one who is delayed
CONNECTIONS = 4
PERSONS = 1000
CASES = [  # name, title, flood of platform main and its connections, what "other" does meanwhile, the limit flooded so
    ("share_reads", "p99 of GETs beside another platform's 64 connections of GETs", "get", 64, "get", "plain"),
    ("share_writes", "p99 of POSTs beside another platform's 64 connections of POSTs", "post", 64, "post", "synced"),
    ("share_slow_reads", "p99 of GETs beside another platform's ordered lists", "order_name", 8, "get", None),
    ("share_slow_writes", "p99 of POSTs beside another platform's ordered lists", "order_name", 8, "post", None),
]


def other_side(server, dataset, scratch):
    """The platform "other" with its own persons."""
    creating = write_requests(os.path.join(scratch, "other-post"), data.creating([1]))
    first = write_requests(os.path.join(scratch, "other-first"), data.creating([1]) * (PERSONS // len(data.STAGES)))
    send_each_once(Side(server, dataset.other_token, {"first": first}), "first")
    ids = data.sample_ids(data.Api(server.port, dataset.other_token), PERSONS)
    getting = write_requests(os.path.join(scratch, "other-get"), data.getting(ids))
    return Side(server, dataset.other_token, {"get": getting, "post": creating}, CONNECTIONS)


def measure(sides, dataset, scratch, settings):
    say("sharing between platforms")
    other = other_side(sides["ours"].program, dataset, scratch)
    rows = []
    for name, title, flood, connections, work, limit in CASES:
        ours, limits = [], []
        for _ in range(settings.rounds):
            ours.append(slowdown(sides["ours"].with_at_most(connections), flood, other, work, settings.seconds))
            if limit:
                flooded = sides[limit].with_at_most(connections)
                limits.append(slowdown(flooded, flood, flooded.with_at_most(CONNECTIONS), work, settings.seconds))
        row = Row(name, title, "×", "less", ours=Spread.of(ours), target=at_most("ours", 3))
        if limits:  # has no notion of platforms, but its client shares the machine with the flood's too
            row.limit_name, row.limit = LIMIT_NAMES[limit], Spread.of(limits)
        rows.append(row)
    return rows


def slowdown(flooded, flood, side, work, seconds):
    """How many times the p99 is what it is alone."""
    alone = drive_at(side, work, RATE, seconds)
    beside = drive_beside(flooded, flood, side, work, RATE, seconds)
    return beside.p99_ms / alone.p99_ms
