"""SVG plots: latency against load, cost against size."""
import html
import math
import os

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 40, 50
COLOURS = ["#1b6ca8", "#d1495b", "#2e933c", "#8e5ea2", "#e08e0b", "#3b8686", "#7a5230", "#555555"]
COSTS = ["get_lean", "list_first", "list_deep", "list_any", "post"]


class Axis:
    """Values to places, logarithmic; its marks are 1, 2 and 5 of each power of ten."""

    def __init__(self, values, begin, end):
        self.low, self.high = min(values), max(values)
        if self.low == self.high:
            self.low, self.high = self.low / 2, self.high * 2
        self.begin, self.end = begin, end

    def place(self, value):
        part = math.log(value / self.low) / math.log(self.high / self.low)
        return self.begin + part * (self.end - self.begin)

    def marks(self):
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        return [step * 10.0 ** power for power in powers for step in (1, 2, 5)
                if self.low <= step * 10.0 ** power <= self.high]


def text(x, y, words, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{html.escape(words)}</text>'


def short(value):
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def grid(across, up):
    for mark in across.marks():
        x = across.place(mark)
        yield f'<line x1="{x:.1f}" y1="{up.begin}" x2="{x:.1f}" y2="{up.end}" stroke="#ddd"/>'
        yield text(x, up.begin + 16, short(mark))
    for mark in up.marks():
        y = up.place(mark)
        yield f'<line x1="{across.begin}" y1="{y:.1f}" x2="{across.end}" y2="{y:.1f}" stroke="#ddd"/>'
        yield text(across.begin - 6, y + 4, short(mark), "end")


def line(points, across, up, colour, dashed):
    places = " ".join(f"{across.place(x):.1f},{up.place(y):.1f}" for x, y in points)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    for x, y in points:
        yield f'<circle cx="{across.place(x):.1f}" cy="{up.place(y):.1f}" r="3" fill="{colour}"/>'


def plot(title, across_title, up_title, lines):
    """`lines` are (name, points, dashed), points (x, y) above zero."""
    points = [point for _, some, _ in lines for point in some]
    across = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" '
             f'font-size="11">', '<rect width="100%" height="100%" fill="white"/>',
             text(LEFT, 20, title, "start", 'font-size="14"'), *grid(across, up),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across_title),
             text(16, HEIGHT / 2, up_title, more=f'transform="rotate(-90 16 {HEIGHT / 2})"')]
    for number, (name, some, dashed) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        parts += line(some, across, up, colour, dashed)
        parts.append(text(WIDTH - RIGHT + 12, TOP + 16 * number + 8, name, "start", f'fill="{colour}"'))
    return "\n".join(parts + ["</svg>\n"])


def latency_against_load(row, persons):
    lines = []
    for name, curve, dashed in (("ours", row.curve, False), (row.limit_name, row.limit_curve, True)):
        for part, figure in (("p50", "p50_ms"), ("p99", "p99_ms"), ("p99.9", "p999_ms")):
            if curve:
                lines.append((f"{name}, {part}", [(one.rate, getattr(one, figure)) for one in curve], dashed))
    return plot(f"{row.title}, {persons:,} persons", "requests a second, at a fixed rate", "latency, ms", lines)


def cost_against_size(sizes):
    lines = []
    for name in COSTS:
        points = [(size["persons"], row.cpu_us.median) for size in sizes for row in size["rows"]
                  if row.name == name and row.cpu_us and row.cpu_us.median > 0]
        if points:
            lines.append((name, points, False))
    return lines and plot("CPU per request as persons grow in number", "persons", "CPU µs of the server", lines)


def write_all(run, folder):
    """The files written."""
    os.makedirs(folder, exist_ok=True)
    plots = {}
    for size in run["sizes"]:
        for row in size["rows"]:
            if row.curve:
                plots[f"load-{row.name}-{size['persons']}.svg"] = latency_against_load(row, size["persons"])
    if len(run["sizes"]) > 1:
        plots["cost-by-size.svg"] = cost_against_size(run["sizes"])
    written = []
    for name, svg in plots.items():
        if svg:
            written.append(os.path.join(folder, name))
            with open(written[-1], "w") as file:
                file.write(svg)
    return written
