"""Clients: wrk, which sends as fast as it is answered, and bench_load, which keeps to a rate."""
import json
import os
import re
import subprocess
import time

from lib.figures import Latency
from lib.programs import BUILD, ROOT, BenchError, end_with_parent

CONNECTIONS = 64
WRK_SCRIPT = os.path.join(ROOT, "bench", "lua", "requests.lua")
UNIT_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}


def write_requests(file, requests):
    """One (method, path, body) a line; `{n}` in a body becomes something new for each request."""
    with open(file, "w") as lines:
        lines.writelines(f"{method}\t{path}\t{body}\n" for method, path, body in requests)
    return file


class Side:
    """A program to be driven, and how: the token, a file of requests for each workload, how many connections."""

    def __init__(self, program, token, files, connections=CONNECTIONS):
        self.program, self.token, self.files, self.connections = program, token, files, connections

    def with_at_most(self, connections):
        return Side(self.program, self.token, self.files, min(connections, self.connections))

    def environment(self, workload):
        return dict(os.environ, BENCH_TOKEN=self.token, BENCH_REQUESTS=self.files[workload])


def percentile_ms(output, percent):
    """On a line of its own: percentages stand elsewhere too."""
    number, unit = re.search(rf"^ +{percent}% +([\d.]+)(us|ms|s|m) *$", output, re.MULTILINE).groups()
    return float(number) * UNIT_SECONDS[unit] * 1e3


def start_wrk(side, workload, seconds):
    command = ["wrk", "-t1", f"-c{side.connections}", f"-d{seconds}s", "--latency", "--timeout", "30s",
               "-s", WRK_SCRIPT, f"http://127.0.0.1:{side.program.port}/"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env=side.environment(workload), preexec_fn=end_with_parent)


def finish_wrk(wrk, name):
    try:
        output, _ = wrk.communicate()
    except BaseException:
        wrk.kill()
        wrk.wait()
        raise
    for problem in (r"Non-2xx or 3xx responses: (\d+)", r"Socket errors: (.*)"):
        found = re.search(problem, output)
        if found:
            raise BenchError(f"{name}: the figures mean nothing, {found.group(0)}")
    requests = re.search(r"(\d+) requests in", output)
    if wrk.returncode != 0 or not requests or int(requests.group(1)) == 0:
        raise BenchError(f"{name}: wrk got no answers: {output[-1000:]}")
    return {"requests": int(requests.group(1)), "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)),
            "p50_ms": percentile_ms(output, 50), "p99_ms": percentile_ms(output, 99)}


def drive_fully(side, workload, seconds):
    """One run of wrk, on one thread."""
    cpu_before = side.program.cpu_seconds()
    run = finish_wrk(start_wrk(side, workload, seconds), f"{side.program.name}, {workload}")
    run["cpu_us"] = (side.program.cpu_seconds() - cpu_before) / run["requests"] * 1e6
    return run


def run_load(side, workload, *arguments):
    command = [os.path.join(BUILD, "bench", "bench_load"), "--port", str(side.program.port), "--requests",
               side.files[workload], "--connections", str(side.connections), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=side.environment(workload),
                          preexec_fn=end_with_parent)
    if done.returncode != 0:
        raise BenchError(f"{side.program.name}, {workload}: the figures mean nothing: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def drive_at(side, workload, rate, seconds):
    found = run_load(side, workload, "--rate", f"{rate:.1f}", "--seconds", str(seconds))
    return Latency(round(rate, 1), *(round(found[name] / 1e3, 4) for name in ("p50_us", "p99_us", "p999_us", "max_us")))


def send_each_once(side, workload):
    """How many were answered in a second."""
    found = run_load(side, workload, "--once")
    return found["answered"] / found["seconds"]


def drive_beside(flood, flood_workload, side, workload, rate, seconds):
    """`side` at its rate while wrk floods from `flood`."""
    wrk = start_wrk(flood, flood_workload, seconds + 1)
    try:
        time.sleep(0.5)
        latency = drive_at(side, workload, rate, seconds)
    except BaseException:
        wrk.kill()
        wrk.wait()
        raise
    finish_wrk(wrk, f"{flood.program.name}, {flood_workload} as a flood")
    return latency
