"""Which figures of a run are worse than those of an earlier one, beyond what chance explains."""
from typing import NamedTuple

from lib.figures import Spread

# How far the medians must be apart beside having spreads that do not touch. Ratios and sizes hold from day to day;
# absolute rates and times drift by a third.
SLACK_RATIO = 0.03
SLACK_SIZE = 0.03
SLACK_SHARING = 0.20
SLACK_ABSOLUTE = 0.35


class Change(NamedTuple):
    persons: int
    name: str
    figure: str  # "ratio to the limit" or a unit
    before: Spread
    after: Spread
    verdict: str  # "worse", "better" or "same"


def compared_figure(row):
    """What stands for the row: name, spread, whether more is better, slack. None for a limit by itself."""
    if row.ratio is not None:
        return "ratio to the limit", row.ratio, row.better == "more", SLACK_RATIO
    if row.ours is None:
        return None
    slack = {"B": SLACK_SIZE, "MiB": SLACK_SIZE, "×": SLACK_SHARING}.get(row.unit, SLACK_ABSOLUTE)
    return row.unit, row.ours, row.better == "more", slack


def verdict(before, after, more_is_better, slack):
    if before.low <= after.high and after.low <= before.high:
        return "same"
    if abs(after.median - before.median) <= slack * abs(before.median):
        return "same"
    return "better" if (after.median > before.median) == more_is_better else "worse"


def figures_of(run):
    found = {}
    for size in run["sizes"]:
        for row in size["rows"]:
            figure = compared_figure(row)
            if figure:
                found[size["persons"], row.name] = figure
    return found


def compare(before, after):
    """The changes of what both runs have, and the names of what only one has."""
    old, new = figures_of(before), figures_of(after)
    changes = []
    for key in old:
        if key not in new:
            continue
        name, was, more_is_better, slack = old[key]
        changes.append(Change(*key, name, was, new[key][1], verdict(was, new[key][1], more_is_better, slack)))
    return changes, sorted(old.keys() ^ new.keys())
