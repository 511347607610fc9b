import os
import subprocess
import tempfile
import unittest

from parts import ROOT, row, run
from lib import report
from lib.comparing import compare


def verdicts(before, after):
    changes, _ = compare(run(*before), run(*after))
    return {change.name: change.verdict for change in changes}


class Comparing(unittest.TestCase):
    def test_a_ratio_that_fell_below_its_spread_is_worse(self):
        self.assertEqual(verdicts([row("get", (90, 80, 99), (0.90, 0.88, 0.95))], [row("get", (91, 81, 98), (0.80, 0.78, 0.86))]),
                         {"get": "worse"})

    def test_a_ratio_within_the_spread_is_the_same(self):
        self.assertEqual(verdicts([row("get", (90, 80, 99), (0.90, 0.84, 0.95))], [row("get", (91, 81, 98), (0.80, 0.78, 0.86))]),
                         {"get": "same"})

    def test_a_ratio_that_rose_is_better(self):
        self.assertEqual(verdicts([row("get", (90, 80, 99), (0.60, 0.58, 0.65))], [row("get", (91, 81, 98), (0.80, 0.78, 0.86))]),
                         {"get": "better"})

    def test_one_run_each_needs_more_than_a_hair(self):
        self.assertEqual(verdicts([row("get", (90, 90, 90), (0.90, 0.90, 0.90))], [row("get", (91, 91, 91), (0.89, 0.89, 0.89))]),
                         {"get": "same"})

    def test_a_slower_day_is_no_regression_of_a_rate_without_a_limit(self):
        self.assertEqual(verdicts([row("search", (1000, 990, 1010))], [row("search", (700, 690, 710))]), {"search": "same"})
        self.assertEqual(verdicts([row("search", (1000, 990, 1010))], [row("search", (500, 490, 510))]), {"search": "worse"})

    def test_more_bytes_are_worse(self):
        before = [row("disk", (1400, 1400, 1400), unit="B", better="less")]
        after = [row("disk", (1500, 1500, 1500), unit="B", better="less")]
        self.assertEqual(verdicts(before, after), {"disk": "worse"})
        self.assertEqual(verdicts(after, before), {"disk": "better"})

    def test_what_only_one_run_has_is_named(self):
        _, unmatched = compare(run(row("get", (1, 1, 1)), row("post", (2, 2, 2))), run(row("get", (1, 1, 1))))
        self.assertEqual(unmatched, [(1000, "post")])

    def test_sizes_are_compared_with_their_like(self):
        changes, unmatched = compare(run(row("get", (1, 1, 1)), persons=1000), run(row("get", (9, 9, 9)), persons=2000))
        self.assertEqual((changes, unmatched), ([], [(1000, "get"), (2000, "get")]))


class TheCommand(unittest.TestCase):
    def exit_code(self, before, after):
        with tempfile.TemporaryDirectory() as folder:
            files = [os.path.join(folder, name) for name in ("before.json", "after.json")]
            report.write(before, files[0])
            report.write(after, files[1])
            return subprocess.run([os.path.join(ROOT, "bench", "compare"), *files], capture_output=True).returncode

    def test_it_fails_when_something_is_worse(self):
        good, bad = row("get", (90, 80, 99), (0.90, 0.88, 0.95)), row("get", (91, 81, 98), (0.80, 0.78, 0.86))
        self.assertEqual(self.exit_code(run(good), run(bad)), 1)
        self.assertEqual(self.exit_code(run(bad), run(good)), 0)

    def test_it_refuses_what_is_no_run(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write("{}")
            file.flush()
            done = subprocess.run([os.path.join(ROOT, "bench", "compare"), file.name, file.name], capture_output=True)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
