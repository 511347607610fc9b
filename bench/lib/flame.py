"""Stacks out of `perf script`, and the flame graph of them as SVG: width is time, the caller below the called."""
import html
import re
import zlib

WIDTH, ROW, MARGIN = 1200, 17, 10
NARROWEST = 0.4  # px
CHARACTER = 6.6  # px
FRAME = re.compile(r"^\s+[0-9a-f]+ (.*?)(?:\+0x[0-9a-f]+)? \(([^)]*)\)$")


def without_arguments(symbol):
    """`a::b<c>(d) const` as `a::b`: what stands in brackets of any kind goes."""
    symbol = symbol.replace("operator()", "operator_call").replace("(anonymous namespace)::", "")
    kept, depth = [], 0
    for character in symbol:
        if character in "<(":
            depth += 1
        elif character in ">)":
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(character)
    return "".join(kept).replace("operator_call", "operator()").removesuffix(" const").strip() or symbol


def collapse(lines):
    """How often each stack was seen; a stack is a tuple, the thread's name first, the function that ran last."""
    stacks, thread, frames = {}, None, []
    for line in [*lines, ""]:
        if not line.strip():
            if thread is not None:
                stack = (thread, *reversed(frames))
                stacks[stack] = stacks.get(stack, 0) + 1
            thread, frames = None, []
        elif thread is None:
            thread = line.split()[0]
        elif found := FRAME.match(line):
            symbol, library = found.groups()
            frames.append(without_arguments(symbol) if symbol != "[unknown]" else f"[{library.rsplit('/', 1)[-1]}]")
    return stacks


class Node:
    def __init__(self):
        self.count, self.called = 0, {}

    def add(self, stack, count):
        self.count += count
        if stack:
            self.called.setdefault(stack[0], Node()).add(stack[1:], count)

    def depth(self):
        return 1 + max((node.depth() for node in self.called.values()), default=0)


def colour(name):
    mixed = zlib.crc32(name.encode())
    return f"rgb({205 + mixed % 50},{90 + mixed // 50 % 110},{40 + mixed // 5500 % 50})"


def box(name, node, x, width, y, all_samples):
    letters = int((width - 4) / CHARACTER)
    label = name if len(name) <= letters else name[:max(0, letters - 1)] + "…"
    part = f"{html.escape(name)}: {node.count} samples, {100 * node.count / all_samples:.1f} %"
    words = f'<text x="{x + 2:.1f}" y="{y + 12}">{html.escape(label)}</text>' if letters > 2 else ""
    return (f'<g><title>{part}</title><rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.3):.1f}" height="{ROW - 1}" '
            f'fill="{colour(name)}"/>{words}</g>')


def boxes(node, x, y, pixels_each, all_samples):
    for name, called in sorted(node.called.items()):
        width = called.count * pixels_each
        if width >= NARROWEST:
            yield box(name, called, x, width, y, all_samples)
            yield from boxes(called, x, y - ROW, pixels_each, all_samples)
        x += width


def svg(stacks, title):
    root = Node()
    for stack, count in stacks.items():
        root.add(stack, count)
    height = (root.depth() + 2) * ROW + 2 * MARGIN
    pixels_each = (WIDTH - 2 * MARGIN) / max(root.count, 1)
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="monospace" '
            f'font-size="11"><rect width="100%" height="100%" fill="white"/>'
            f'<text x="{MARGIN}" y="{MARGIN + 8}" font-size="14">{html.escape(title)}, {root.count} samples</text>')
    return "\n".join([head, *boxes(root, MARGIN, height - MARGIN - ROW, pixels_each, root.count), "</svg>\n"])
