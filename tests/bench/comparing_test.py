import os
import subprocess
import tempfile
import unittest

from parts import ROOT, row, run
from lib import report
from lib.comparing import compare


def verdict(before, after):
    changes, _ = compare(run(before), run(after))
    return changes[0].verdict


def of_limit(*ratio):
    """The rates differ from their ratios, so that one taken for the other shows."""
    return row("get", (90, 80, 99), ratio)


def searches(*rates):
    return row("search", rates)


def disk(size):
    return row("disk", (size, size, size), unit="B", better="less")


class Comparing(unittest.TestCase):
    def test_a_ratio_that_fell_below_its_spread_is_worse(self):
        self.assertEqual(verdict(of_limit(0.90, 0.88, 0.95), of_limit(0.80, 0.78, 0.86)), "worse")

    def test_a_ratio_within_the_spread_is_the_same(self):
        self.assertEqual(verdict(of_limit(0.90, 0.84, 0.95), of_limit(0.80, 0.78, 0.86)), "same")

    def test_a_ratio_that_rose_is_better(self):
        self.assertEqual(verdict(of_limit(0.60, 0.58, 0.65), of_limit(0.80, 0.78, 0.86)), "better")

    def test_one_run_each_needs_more_than_a_hair(self):
        self.assertEqual(verdict(of_limit(0.90, 0.90, 0.90), of_limit(0.89, 0.89, 0.89)), "same")

    def test_a_slower_day_is_no_regression_of_a_rate_without_a_limit(self):
        self.assertEqual(verdict(searches(1000, 990, 1010), searches(700, 690, 710)), "same")
        self.assertEqual(verdict(searches(1000, 990, 1010), searches(500, 490, 510)), "worse")

    def test_more_bytes_are_worse(self):
        self.assertEqual(verdict(disk(1400), disk(1500)), "worse")
        self.assertEqual(verdict(disk(1500), disk(1400)), "better")

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
        good, bad = of_limit(0.90, 0.88, 0.95), of_limit(0.80, 0.78, 0.86)
        self.assertEqual(self.exit_code(run(good), run(bad)), 1)
        self.assertEqual(self.exit_code(run(bad), run(good)), 0)

    def test_it_refuses_two_runs_with_nothing_in_common(self):
        self.assertEqual(self.exit_code(run(searches(7, 6, 8)), run(disk(1400))), 2)

    def test_it_refuses_what_is_no_run(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write("{}")
            file.flush()
            done = subprocess.run([os.path.join(ROOT, "bench", "compare"), file.name, file.name], capture_output=True)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
