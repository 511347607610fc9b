"""Programs started here: each is ended by its own process id, whatever happens."""
import ctypes
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build", "release")
LIMITS = ["plain_beast", "lean_beast", "synced_append", "server", "storage_loops", "bare_transport"]
TOOLS = ["bench_load", "bench_compact", "bench_lists", "bench_deals", "bench_verify"]
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 60
UNITS = {"k": 1000, "m": 1_000_000}


class BenchError(Exception):
    """What keeps the figures from meaning anything."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def number_of_persons(text):
    """`100k` and `1m` too."""
    text = text.lower()
    return int(text[:-1]) * UNITS[text[-1]] if text[-1:] in UNITS else int(text)


def build():
    targets = ["annals", *TOOLS, *("limit_" + limit for limit in LIMITS)]
    script = ('. scripts/packages.sh && . scripts/build.sh'
              ' && need_packages "${build_packages[@]}" "${bench_packages[@]}" && build release annals'
              ' && cmake -DANNALS_BENCH=ON build/release >/dev/null && build release "$@"')
    subprocess.run(["bash", "-euc", script, "build", *targets], cwd=ROOT, check=True)


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def annals(*arguments):
    """Runs a subcommand to its end: its output and how long it took in seconds."""
    begin = time.monotonic()
    done = subprocess.run([os.path.join(BUILD, "annals"), *arguments], capture_output=True, text=True,
                          preexec_fn=end_with_parent)
    if done.returncode != 0:
        raise BenchError(f"annals {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout, time.monotonic() - begin


class Program:
    """A server on 127.0.0.1. A `with` block ends it."""

    def __init__(self, name, arguments, environment=None):
        self.name = name
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                                        env=environment, preexec_fn=end_with_parent)
        self.port = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def output(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def memory_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) * 1024

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.log.close()


def start_limit(name, *arguments):
    program = Program(name, [os.path.join(BUILD, "bench", "limit_" + name), *arguments])
    line = program.process.stdout.readline().decode()
    if not line.startswith("port "):
        output = program.output()
        program.end()
        raise BenchError(f"{name} did not start: {line}{output}")
    program.port = int(line.split()[1])
    return program


def answers_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start_server(directory, token, threads, patience_seconds=600):
    """The server, and after how many seconds it was ready."""
    port = free_port()
    begin = time.monotonic()
    program = Program("annals", [os.path.join(BUILD, "annals"), "serve", "--data", directory, "--listen",
                                 f"127.0.0.1:{port}", "--threads", str(threads), "--log-level", "warn"],
                      dict(os.environ, ANNALS_BOOTSTRAP_TOKEN=token))
    program.port = port
    try:
        while not answers_ready(port):
            if program.process.poll() is not None or time.monotonic() - begin > patience_seconds:
                raise BenchError(f"the server did not become ready: {program.output()[-2000:]}")
            time.sleep(0.005)
    except BaseException:
        program.end()
        raise
    return program, time.monotonic() - begin
