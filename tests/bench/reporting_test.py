import os
import tempfile
import unittest
import xml.etree.ElementTree

from parts import row, run
from lib import flame, plots, report
from lib.figures import Latency, at_least, at_most


def measured_row():
    one = row("get", (91234, 90000, 92000), (0.87, 0.85, 0.92))
    one.target = at_least("ratio", 0.95)
    one.latency = Latency(60000, 0.21, 0.83, 1.94, 7.5)
    one.curve = [Latency(20000, 0.11, 0.32, 0.93, 4.4), one.latency]
    one.limit_curve = [Latency(25000, 0.12, 0.36, 0.97, 5.5), Latency(70000, 0.22, 0.84, 1.98, 8.8)]
    return one


class Reports(unittest.TestCase):
    def test_what_is_written_is_read_back(self):
        before = run(measured_row(), row("start", (2.5, 2.4, 2.6), unit="s", better="less"))
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "run.json")
            report.write(before, file)
            self.assertEqual(report.read(file), before)

    def test_a_missed_target_is_said(self):
        line = report.as_markdown([measured_row()]).split("\n")[2]
        self.assertEqual(line, "| the get / a limit | 91,234/s | 91,234/s | 0.87 (0.85–0.92) | ≥ 0.95 | missed |  "
                               "| 0.21 | 0.83 | 1.94 |  |")

    def test_a_target_at_most_is_met_from_below(self):
        one = row("start", (2.5, 2.4, 2.6), unit="s", better="less")
        one.target = at_most("ours", 3)
        self.assertTrue(one.met())
        one.target = at_most("ours", 2)
        self.assertFalse(one.met())


class Plots(unittest.TestCase):
    def test_latency_and_cost_become_svg(self):
        small, large = measured_row(), measured_row()
        for one in (small, large):
            one.name, one.cpu_us = "get_lean", one.ours
        both = run(small)
        both["sizes"].append({"persons": 9000, "rows": [large]})
        with tempfile.TemporaryDirectory() as folder:
            files = plots.write_all(both, folder)
            self.assertEqual(sorted(os.path.basename(file) for file in files),
                             ["cost-by-size.svg", "load-get_lean-1000.svg", "load-get_lean-9000.svg"])
            for file in files:
                drawn = xml.etree.ElementTree.parse(file).getroot()
                self.assertGreater(len(drawn.findall("{http://www.w3.org/2000/svg}polyline")), 0)


PERF_SCRIPT = """\
annals   123:
\t    55d0 annals::(anonymous namespace)::find<int>(std::vector<int> const&)+0x1a (/build/annals)
\t    55e0 main+0x40 (/build/annals)

annals   123:
\t    7f00 [unknown] (/usr/lib/librocksdb.so.7.8)
\t    55e0 main+0x40 (/build/annals)

annals   123:
\t    55d1 annals::(anonymous namespace)::find<int>(std::vector<int> const&)+0x1b (/build/annals)
\t    55e0 main+0x40 (/build/annals)
"""


class FlameGraphs(unittest.TestCase):
    def test_equal_stacks_are_counted_together(self):
        self.assertEqual(flame.collapse(PERF_SCRIPT.splitlines()),
                         {("annals", "main", "annals::find"): 2, ("annals", "main", "[librocksdb.so.7.8]"): 1})

    def test_the_graph_is_svg_with_a_box_for_each_function(self):
        drawn = xml.etree.ElementTree.fromstring(flame.svg(flame.collapse(PERF_SCRIPT.splitlines()), "a <title>"))
        titles = [title.text for title in drawn.iter("{http://www.w3.org/2000/svg}title")]
        self.assertEqual(titles, ["annals: 3 samples, 100.0 %", "main: 3 samples, 100.0 %",
                                  "[librocksdb.so.7.8]: 1 samples, 33.3 %", "annals::find: 2 samples, 66.7 %"])


if __name__ == "__main__":
    unittest.main()
