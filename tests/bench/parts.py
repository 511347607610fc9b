"""Where bench/lib is, and rows for the tests."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "bench"))

from lib.figures import Row, Spread  # noqa: E402


def row(name, ours, ratio=None, unit="/s", better="more"):
    return Row(name, f"the {name}", unit, better, ours=Spread(*ours), ratio=ratio and Spread(*ratio),
               limit_name=ratio and "a limit", limit=ratio and Spread(*ours))


def run(*rows, persons=1000):
    return {"machine": {"cpu": "a processor", "cores": 2, "memory_gib": 4.0, "system": "a system"}, "commit": "abc",
            "date": "2026-02-03", "settings": {"rounds": 5, "seconds": 3, "threads": 1},
            "sizes": [{"persons": persons, "rows": list(rows)}]}
