"""A data directory with so many persons in it, made as an operator would: first start, owners, then `annals import`."""
import os
import shutil

from lib import data
from lib.programs import annals, say, start_server


TOKEN = []


class Dataset:
    def __init__(self, scratch, persons, token, threads):
        self.persons, self.token, self.threads = persons, token, threads
        TOKEN.append(token)
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
            user = api.ask("POST", "/api/core/users/", {"username": name, "email": f"{name}@example.test", "name": name})
            api.ask("POST", "/api/core/users/platforms/", {"user_id": user["id"], "platform_key": "main"})
            self.owners.append(user["id"])
        api.ask("POST", "/api/core/platform/", {"key": "other", "name": "The other platform"})
        api.ask("POST", "/api/core/users/platforms/", {"user_id": 1, "platform_key": "other", "is_admin": True})
        self.other_token = api.ask("POST", "/api/core/platform/api-tokens/", {
            "username": "admin", "name": "bench", "platform_key": "other"})["key"]


def import_persons(directory, file):
    # until `annals import` is there
    import json, time
    from lib.driving import Side, send_each_once, write_requests
    begin = time.monotonic()
    with open(file) as lines:
        posts = write_requests(file + ".posts", [("POST", data.PERSONS, line.strip()) for line in lines])
    program, _ = start_server(directory, TOKEN[0], 1)
    with program:
        send_each_once(Side(program, TOKEN[0], {"p": posts}), "p")
    return time.monotonic() - begin


def bytes_on_disk(directory):
    """Blocks that are really taken, as `du` counts them."""
    return sum(os.stat(os.path.join(folder, file)).st_blocks * 512
               for folder, _, files in os.walk(directory) for file in files)
