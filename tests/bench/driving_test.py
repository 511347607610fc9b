import unittest

from parts import ROOT  # noqa: F401
from lib.driving import finish_wrk
from lib.programs import BenchError

OUTPUT = """\
Running 1s test @ http://127.0.0.1:1/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.11ms    1.22ms  22.33ms   87.50%
    Req/Sec    20.61k     1.33k   22.44k    90.99%
  Latency Distribution
     50%    2.75ms
     75%    3.55ms
     90%    4.66ms
     99%    1.02s 
  20500 requests in 1.00s, 12.00MB read
{problem}Requests/sec:  20480.50
Transfer/sec:     12.00MB
"""


class FinishedWrk:
    returncode = 0

    def __init__(self, problem=""):
        self.output = OUTPUT.format(problem=problem)

    def communicate(self):
        return self.output, None


class Wrk(unittest.TestCase):
    def test_rate_and_percentiles_are_read(self):
        self.assertEqual(finish_wrk(FinishedWrk(), "get"),
                         {"requests": 20500, "rate": 20480.5, "p50_ms": 2.75, "p99_ms": 1020.0})

    def test_refusals_and_broken_connections_fail_the_run(self):
        for problem in ("  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 2, write 0, timeout 0\n"):
            with self.assertRaises(BenchError):
                finish_wrk(FinishedWrk(problem), "get")


if __name__ == "__main__":
    unittest.main()
