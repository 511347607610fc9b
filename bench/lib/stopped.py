"""What is measured of a server that is not running, and of its starts."""
import itertools
import json
import os
import re
import shutil
import subprocess

from lib import data
from lib.datasets import bytes_on_disk, import_persons
from lib.driving import Side, send_each_once, write_requests
from lib.figures import Row, Spread, at_least, at_most
from lib.programs import BUILD, BenchError, annals, end_with_parent, say, start_server

STARTS = 3
BLOCK_CACHE_BYTES = 256 << 20
THREE_EVENTS_PERSONS = 100_000
COUNT_US_MOST = 50
COUNT_US_MOST_BEYOND_1M = 300


def run_program(name, *arguments):
    """What it prints as JSON."""
    command = [os.path.join(BUILD, "bench", name), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, preexec_fn=end_with_parent)
    return json.loads(done.stdout)


def importing(dataset):
    return Row("import", "import of persons", "persons/s", "more", target=at_least("ours", 30_000),
               ours=Spread.of([dataset.persons / dataset.import_seconds]))


def rebuilding(dataset, rounds):
    rates = []
    for _ in range(rounds):
        output, seconds = annals("rebuild", "--data", dataset.directory)
        rates.append(int(re.search(r"from (\d+) events", output).group(1)) / seconds)
    return Row("rebuild", "rebuild of all projections", "events/s", "more", ours=Spread.of(rates),
               target=at_least("ours", 250_000))


def verifying(dataset, rounds):
    """The command as a whole, and its loop by itself against SHA-256 alone."""
    rates = []
    for _ in range(rounds):
        output, seconds = annals("verify", "--data", dataset.directory)
        rates.append(sum(int(count) for count in re.findall(r"verified (\d+) events", output)) / seconds)
    loop = run_program("bench_verify", dataset.directory, "--rounds", str(rounds), "--json")
    rate, ratio = loop["events_per_second"], Spread(loop["ratio"], loop["ratio_min"], loop["ratio_max"])
    return [Row("verify", "annals verify, all of it", "events/s", "more", ours=Spread.of(rates)),
            Row("verify_loop", "verifying", "events/s", "more", ours=Spread.of([rate]), ratio=ratio,
                limit_name="SHA-256 over the same bytes", limit=Spread.of([rate / ratio.median]),
                target=at_least("ratio", 0.9))]


def starting(dataset):
    seconds = []
    for _ in range(STARTS):
        program, ready_after = dataset.start()
        program.end()
        seconds.append(ready_after)
    return Row("start", "start until ready", "s", "less", ours=Spread.of(seconds), target=at_most("ours", 3))


def memory(program, persons):
    total = program.memory_bytes()
    beyond = max(0, total - BLOCK_CACHE_BYTES) / persons
    return [Row("memory", "resident memory, loaded and read", "MiB", "less", ours=Spread.of([total / (1 << 20)])),
            Row("memory_per_person", "the same per person, beyond 256 MiB", "B", "less", ours=Spread.of([beyond]),
                target=at_most("ours", 400))]


def counts(persons):
    """Exact counts of two filters, and ranked searches, inside the server, over persons of the program's own."""
    found = run_program("bench_lists", "--json", str(persons))
    most = COUNT_US_MOST if persons <= 1_000_000 else COUNT_US_MOST_BEYOND_1M
    wanted = {"count:": at_most("ours", most), "ranked search:": None}
    return [Row(title.replace(" ", "_").replace(":", ""), f"{title}, inside the server", "µs", "less",
                ours=Spread.of([ns / 1e3]), target=target)
            for title, ns in found["ns"].items() for begin, target in wanted.items() if title.startswith(begin)]


def storage_loops(scratch):
    """Limits with no server around them."""
    directory = os.path.join(scratch, "loops")
    os.mkdir(directory)
    found = run_program("limit_storage_loops", "--directory", directory)
    shutil.rmtree(directory)
    titles = {"rocksdb_get": "RocksDB Get, 600 bytes, 1 M keys, warm", "map_get": "hash map in memory, the same"}
    rows = []
    for name, rate in found.items():
        title = titles.get(name, f"RocksDB synced, batches of {name.rsplit('_', 1)[-1]}")
        rows.append(Row("limit_" + name, title, "/s", "more", limit=Spread.of([rate])))
    return rows


def disk_of_three_events(dataset, scratch):
    """Each person created by import and changed twice."""
    persons = min(dataset.persons, THREE_EVENTS_PERSONS)
    say(f"writing three events for each of {persons} persons")
    file, directory = os.path.join(scratch, "three.ndjson"), dataset.empty
    with open(dataset.file) as lines, open(file, "w") as head:
        head.writelines(itertools.islice(lines, persons))
    begin_bytes = bytes_on_disk(directory)
    import_persons(directory, file)
    program, _ = start_server(directory, dataset.token, dataset.threads)
    with program:
        ids = data.sample_ids(data.Api(program.port, dataset.token), persons)
        for word in ("Sales", "Purchasing"):
            changes = write_requests(os.path.join(scratch, "changes"), data.changing(ids, word))
            send_each_once(Side(program, dataset.token, {"change": changes}), "change")
    stopped = (bytes_on_disk(directory) - begin_bytes) / persons
    compact(directory)
    compacted = (bytes_on_disk(directory) - begin_bytes) / persons
    shutil.rmtree(directory)
    return [Row("disk", "disk per person with three events, as left", "B", "less", ours=Spread.of([stopped])),
            Row("disk_compacted", "the same after compaction", "B", "less", ours=Spread.of([compacted]),
                target=at_most("ours", 1500))]


def compact(directory):
    databases = [folder for folder, _, files in os.walk(directory) if "CURRENT" in files]
    if len(databases) != 1:
        raise BenchError(f"{directory} does not hold one RocksDB database, but {len(databases)}")
    command = [os.path.join(BUILD, "bench", "bench_compact"), databases[0]]
    subprocess.run(command, check=True, preexec_fn=end_with_parent)
