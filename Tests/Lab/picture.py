"""Draws a text of the terminal as an SVG picture: standard input to standard output."""

import re
import sys
from html import escape

CELL, LINE, MARGIN, BAR = 8.4, 20, 22, 34
# First match wins: what a line looks like, and its class.
CLASSES = [(r"^\s*✗", "bad"), (r"^\s*✓", "good"), (r"^\s{6}\S", "record")]


def picture(text, title):
    lines = text.rstrip("\n").split("\n")
    width = max(map(len, lines)) * CELL + 2 * MARGIN
    height = len(lines) * LINE + BAR + MARGIN
    rows = "\n".join(row(line, BAR + 14 + number * LINE) for number, line in enumerate(lines) if line.strip())
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img">
<title>{escape(title)}</title>
<style>
text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; fill: #d8dee9 }}
.bad {{ fill: #ff7b72; font-weight: bold }} .good {{ fill: #7ee787; font-weight: bold }}
.record {{ fill: #79c0ff }} .head {{ fill: #8b949e }}
</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
<circle cx="20" cy="17" r="5" fill="#ff5f56"/><circle cx="38" cy="17" r="5" fill="#ffbd2e"/>
<circle cx="56" cy="17" r="5" fill="#27c93f"/>
{rows}
</svg>
"""


def row(line, y):
    text = line.strip()
    x = MARGIN + (len(line) - len(line.lstrip()) - 4) * CELL
    kind = next((name for pattern, name in CLASSES if re.search(pattern, line)), "")
    head = re.match(r"(What|Since|Cause|Cached|Last good|Fix it)(\s+)(.*)", text)
    if head:
        inner = (f'<tspan class="head">{head[1]}</tspan>'
                 f'<tspan x="{x + len(head[1] + head[2]) * CELL:.1f}">{escape(head[3])}</tspan>')
    elif kind == "" and line.startswith(" " * 15):
        return f'<text x="{MARGIN + 11 * CELL:.1f}" y="{y}">{escape(text)}</text>'
    else:
        inner = escape(text)
    mark = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y}"{mark}>{inner}</text>'


if __name__ == "__main__":
    sys.stdout.write(picture(sys.stdin.read(), "The alert of selectord, as it arrives: a key is missing, and why"))
