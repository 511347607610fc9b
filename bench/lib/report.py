"""The table, as text for a terminal and for docs/performance.md, and the JSON beside it."""
import dataclasses
import json

from lib.figures import Latency, Row, Spread, Target

VERDICT = {True: "met", False: "missed", None: ""}
COLUMNS = ["workload", "ours", "limit", "of limit", "target", "", "p99 full", "p50", "p99", "p99.9", "CPU µs"]


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def with_unit(spread, unit):
    if spread is None:
        return ""
    return f"{number(spread.median)} {unit}" if not unit.startswith("/") else number(spread.median) + unit


def between(spread):
    return f"{spread.median:.2f} ({spread.low:.2f}–{spread.high:.2f})"


def cpu(row):
    if row.cpu_us is None:
        return ""
    return number(row.cpu_us.median) + (f" / {number(row.limit_cpu_us.median)}" if row.limit_cpu_us else "")


def milliseconds(value):
    return number(value) if value is not None else ""


def ours(row):
    text = with_unit(row.ours, row.unit)
    if row.unit == "×":
        text = between(row.ours)
    return text


def cells(row):
    latency = row.latency or Latency(None, None, None, None, None)
    target = ""
    if row.target:
        target = row.target.text() + (f" {row.unit}" if row.target.of == "ours" else "")
    title = row.title + (f" / {row.limit_name}" if row.limit_name else "")
    return [title, ours(row), with_unit(row.limit, row.unit), between(row.ratio) if row.ratio else "", target,
            VERDICT[row.met()], milliseconds(row.full_p99_ms and row.full_p99_ms.median), milliseconds(latency.p50_ms),
            milliseconds(latency.p99_ms), milliseconds(latency.p999_ms), cpu(row)]


def as_text(rows):
    table = [COLUMNS] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in table)


def as_markdown(rows):
    lines = [COLUMNS, ["---"] + ["--:"] * (len(COLUMNS) - 1)] + [cells(row) for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def heading(size):
    return f"{size['persons']:,} persons"


def machine_text(run):
    machine = run["machine"]
    return (f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']:.0f} GiB, {machine['system']}; "
            f"{run['settings']['rounds']} rounds of {run['settings']['seconds']} s, server threads "
            f"{run['settings']['threads']}; commit {run['commit']}, {run['date']}")


def render(run, form):
    """`run` as `read` gives it, `form` a function of rows."""
    mark = "### " if form is as_markdown else ""
    parts = [machine_text(run)]
    for size in run["sizes"]:
        parts.append(f"{mark}{heading(size)}\n\n{form(size['rows'])}")
    return "\n\n".join(parts)


def write(run, file):
    sizes = [dict(size, rows=[dataclasses.asdict(row) for row in size["rows"]]) for size in run["sizes"]]
    with open(file, "w") as out:
        json.dump(dict(run, sizes=sizes), out, indent=1)
        out.write("\n")


def read(file):
    with open(file) as source:
        run = json.load(source)
    for size in run["sizes"]:
        size["rows"] = [row_of(fields) for fields in size["rows"]]
    return run


def row_of(fields):
    def rebuilt(kind, value):
        return value if value is None else kind(*value)
    spreads = ["ours", "limit", "ratio", "full_p99_ms", "cpu_us", "limit_cpu_us"]
    changed = {name: rebuilt(Spread, fields[name]) for name in spreads}
    changed["target"] = rebuilt(Target, fields["target"])
    changed["latency"] = rebuilt(Latency, fields["latency"])
    for curve in ("curve", "limit_curve"):
        changed[curve] = [Latency(*point) for point in fields[curve]]
    return Row(**{**fields, **changed})
