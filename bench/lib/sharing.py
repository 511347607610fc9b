"""Whether one platform's flood, or slow lists, are another's delay: its p99 alone and beside them, at a low fixed rate."""
import os

from lib import data
from lib.driving import Side, drive_at, drive_beside, send_each_once, write_requests
from lib.figures import Row, Spread, at_most
from lib.programs import say

RATE = 200  # requests/s of the one who is delayed
CONNECTIONS = 4
PERSONS = 1000
CASES = [  # name, title, the flood of platform main, what platform "other" does meanwhile, the limit that is flooded so
    ("share_reads", "p99 of GETs beside another platform's 64 connections of GETs", "get", "get", "plain"),
    ("share_writes", "p99 of POSTs beside another platform's 64 connections of POSTs", "post", "post", "synced"),
    ("share_slow_lists", "p99 of POSTs beside another platform's 64 connections of ordered lists", "order_name", "post",
     None),
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
    for name, title, flood, work, limit in CASES:
        ours, limits = [], []
        for _ in range(settings.rounds):
            ours.append(slowdown(sides["ours"], other, flood, work, settings.seconds))
            if limit:
                limits.append(slowdown(sides[limit], calm(sides[limit]), flood, work, settings.seconds))
        row = Row(name, title, "×", "less", ours=Spread.of(ours), target=at_most("ours", 3))
        if limits:  # has no notion of platforms, but its client shares the machine with the flood's too
            row.limit_name, row.limit = sides[limit].program.name, Spread.of(limits)
        rows.append(row)
    return rows


def calm(side):
    return Side(side.program, side.token, side.files, CONNECTIONS)


def slowdown(flooded, side, flood, work, seconds):
    alone = drive_at(side, work, RATE, seconds)
    beside = drive_beside(flooded, flood, side, work, RATE, seconds)
    return beside.p99_ms / alone.p99_ms
