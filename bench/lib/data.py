"""The made-up persons, and what is asked about them."""
import http.client
import json
import random

STAGES = ["lead", "qualified", "opportunity", "customer", "churned"]
OWNERS = 20
COMMON_STAGE_PART = 0.75  # "lead"
COMMON_OWNER_PART = 0.70  # the first: so that at 1 M persons the two together still have 20,000 pages
PAGE_SIZE = 25
DEEP_PAGE = 20_000
SAMPLE_IDS = 50_000
PERSONS = "/api/crm/persons/"
FIRST_NAMES = ["Ada", "Bela", "Cleo", "Dora", "Emil", "Fritz", "Greta", "Hanna", "Ivo", "Jule", "Karl", "Lotte", "Milo",
               "Nora", "Otto", "Paula", "Quirin", "Rosa", "Selma", "Theo"]
SYLLABLES = "ba den fel gro han kes lin mar nov ost pet rie sol tan vik wes".split()


def surname(chance):
    return "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize()


def person(number, owners, chance):
    """About 600 bytes as the API answers it."""
    first, last = chance.choice(FIRST_NAMES), surname(chance)
    stage = STAGES[0] if chance.random() < COMMON_STAGE_PART else chance.choice(STAGES[1:])
    owner = owners[0] if chance.random() < COMMON_OWNER_PART else chance.choice(owners[1:])
    mail = f"{first}.{last}.{number}@example.test".lower()
    return {"name": f"{first} {last}", "primary_email": mail, "emails": [mail],
            "contact_numbers": [f"+49 30 {number:08d}"], "job_title": "Head of Something", "lifecycle_stage": stage,
            "owner": owner, "unique_id": f"bench-{number}", "metadata": {"source": "bench", "city": "Berlin"}}


def write_persons(file, count, owners):
    """One JSON object a line, the same for the same count."""
    chance = random.Random(count)
    with open(file, "w") as lines:
        for number in range(count):
            lines.write(json.dumps(person(number, owners, chance), separators=(",", ":")) + "\n")
    return file


class Api:
    """A client of one connection."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Api-Token {token}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {path} was answered {answer.status}: {text[:300]!r}")
        return json.loads(text)


def listed(stage=None, owner=None, page=1, page_size=PAGE_SIZE, more=""):
    filters = "".join(f"{name}={value}&" for name, value in (("lifecycle_stage", stage), ("owner", owner)) if value)
    return f"{PERSONS}?{filters}page={page}&page_size={page_size}{more}"


def sample_ids(api, count):
    """Of random pages; of all of them in order when there are no more."""
    page_size = 100
    pages = -(-api.ask("GET", listed(page_size=1))["count"] // page_size)
    wanted = range(1, pages + 1)
    if count < pages * page_size:
        wanted = random.Random(count).sample(wanted, -(-count // page_size))
    return [one["id"] for page in wanted for one in api.ask("GET", listed(page=page, page_size=page_size))["results"]]


def getting(ids):
    return [("GET", f"{PERSONS}{id}/", "") for id in ids]


def creating(owners):
    """Of about 750 bytes."""
    note = "n" * 400
    return [("POST", PERSONS, json.dumps({
        "name": "Person {n}", "primary_email": "p{n}@example.test", "emails": ["p{n}@example.test"],
        "contact_numbers": ["+49 30 12345678"], "job_title": "Head of Something", "lifecycle_stage": stage,
        "owner": owner, "unique_id": "{n}", "metadata": {"source": "bench", "city": "Berlin", "note": note}},
        separators=(",", ":"))) for stage in STAGES for owner in owners]


def changing(ids, word):
    return [("PATCH", f"{PERSONS}{id}/", json.dumps({"job_title": f"Head of {word}", "metadata": {"seen": word}}))
            for id in ids]


class Pages:
    """Which pages of the common stage and owner there are to ask for."""

    def __init__(self, api, owners):
        self.owners = owners
        self.last = max(1, api.ask("GET", listed(STAGES[0], owners[0]))["count"] // PAGE_SIZE)
        self.deep = min(self.last, DEEP_PAGE)
        self.counts = {(stage, owner): api.ask("GET", listed(stage, owner, page_size=1))["count"]
                       for stage in STAGES for owner in owners}

    def common(self, page):
        return [("GET", listed(STAGES[0], self.owners[0], page), "")]

    def any(self):
        """Any stage with any owner, at any page."""
        chance = random.Random(7)
        return [("GET", listed(stage, owner, chance.randint(1, max(1, count // PAGE_SIZE))), "")
                for (stage, owner), count in self.counts.items() for _ in range(10)]


def searching():
    chance = random.Random(11)
    return [("GET", listed(more=f"&search={surname(chance).lower()}"), "") for _ in range(200)]


def ordering(order):
    return [("GET", listed(page=page, more=f"&ordering={order}"), "") for page in (1, 2, 3)]
