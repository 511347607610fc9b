"""A data directory with so many persons in it, made as an operator would: first start, owners, then `annals import`."""
import os
import re
import shutil

from lib import data
from lib.programs import BenchError, annals, say, start_server


class Dataset:
    def __init__(self, scratch, persons, token, threads):
        self.persons, self.token, self.threads = persons, token, threads
        self.directory = os.path.join(scratch, "data")
        self.file = os.path.join(scratch, "persons.ndjson")
        self.empty = os.path.join(scratch, "empty")  # a copy before the import
        self.other_token = None  # of the platform "other"
        self.owners = []
        self.import_seconds = 0.0

    def start(self):
        return start_server(self.directory, self.token, self.threads)

    def make(self):
        program, _ = self.start()
        with program:
            self.set_up_platforms(data.Api(program.port, self.token))
        shutil.copytree(self.directory, self.empty)
        data.write_persons(self.file, self.persons, self.owners)
        say(f"importing {self.persons} persons")
        self.import_seconds = import_persons(self.directory, self.file)

    def set_up_platforms(self, api):
        self.owners = [1]
        for number in range(2, data.OWNERS + 1):
            name = f"owner{number}"
            fields = {"username": name, "email": f"{name}@example.test", "name": name}
            user = api.ask("POST", "/api/core/users/", fields)
            api.ask("POST", "/api/core/users/platforms/", {"user_id": user["id"], "platform_key": "main"})
            self.owners.append(user["id"])
        api.ask("POST", "/api/core/platform/", {"key": "other", "name": "The other platform"})
        api.ask("POST", "/api/core/users/platforms/", {"user_id": 1, "platform_key": "other", "is_admin": True})
        self.other_token = api.ask("POST", "/api/core/platform/api-tokens/", {
            "username": "admin", "name": "bench", "platform_key": "other"})["key"]


def import_persons(directory, file):
    output, seconds = annals("import", "--data", directory, "--platform", "main", file)
    if not re.search(r"^imported [1-9]\d* persons.*rejected 0\b", output, re.MULTILINE):
        raise BenchError(f"the import did not take every person: {output[-1000:]}")
    return seconds


def bytes_on_disk(directory):
    """Blocks that are really taken, as `du` counts them."""
    return sum(os.stat(os.path.join(folder, file)).st_blocks * 512
               for folder, _, files in os.walk(directory) for file in files)
