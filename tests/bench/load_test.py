"""bench_load against a server that stalls. It has to be built: bench/run does."""
import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from parts import ROOT

LOAD = os.path.join(ROOT, "build", "release", "bench", "bench_load")
STALL_SECONDS = 1.0


class StallingServer:
    """Answers one request at a time, each connection's first after a second; keeps what it was asked."""

    def __init__(self, status):
        self.status, self.asked = status, []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            connection, _ = self.listening.accept()
            with connection:
                while request := connection.recv(65536):
                    if not self.asked:
                        time.sleep(STALL_SECONDS)
                    self.asked.append(request.decode())
                    connection.sendall(f"HTTP/1.1 {self.status}\r\ncontent-length: 2\r\n\r\n{{}}".encode())


def load(server, requests, *options):
    with tempfile.NamedTemporaryFile("w") as file:
        file.writelines(requests)
        file.flush()
        command = [LOAD, "--port", str(server.port), "--requests", file.name, "--connections", "1", *options]
        done = subprocess.run(command, capture_output=True, text=True, env={"BENCH_TOKEN": "secret"}, timeout=60)
    server.listening.close()
    return done.returncode, json.loads(done.stdout)


class Load(unittest.TestCase):
    def test_all_that_waited_for_a_stall_are_late(self):
        server = StallingServer("200 OK")
        code, found = load(server, ["GET\t/a/\t\n"], "--rate", "100", "--seconds", "1")
        self.assertEqual((code, found["refused"]), (0, 0))
        # Sent one after the other behind the stall, they would each be quick; half were due before its second half.
        self.assertGreater(found["p50_us"], STALL_SECONDS * 1e6 / 3)
        self.assertGreater(found["max_us"], STALL_SECONDS * 1e6)

    def test_each_is_sent_once_and_bodies_differ(self):
        server = StallingServer("201 Created")
        code, found = load(server, ['POST\t/a/\t{"x":"{n}"}\n', 'POST\t/b/\t{"y":"{n}"}\n'], "--once")
        self.assertEqual((code, found["answered"], found["unanswered"]), (0, 2, 0))
        bodies = [request.split("\r\n\r\n")[1] for request in server.asked]
        self.assertEqual([request.split()[1] for request in server.asked], ["/a/", "/b/"])
        self.assertEqual(len({json.loads(body).popitem()[1] for body in bodies}), 2)
        self.assertIn("Authorization: Api-Token secret\r\n", server.asked[0])
        self.assertIn(f"Content-Length: {len(bodies[0])}\r\n", server.asked[0])

    def test_a_refusal_fails_the_run(self):
        code, found = load(StallingServer("503 Service Unavailable"), ["GET\t/a/\t\n"], "--once")
        self.assertEqual((code, found["refused"]), (1, 1))


if __name__ == "__main__":
    unittest.main()
