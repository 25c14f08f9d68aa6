# SPDX-License-Identifier: MIT
"""The map of the house: which folder calls which, as a drawing and in
numbers; and of one folder, which file stands on which. All of it is counted
from the code."""
import look
from tree import PROTOCOLS, page_name

WIDTH, HEIGHT = 960, 520
BOX_HEIGHT = 40


def room_of(path):
    """The box of the map that a file is in."""
    parts = path.split("/")
    if parts[0] != "labs":
        return parts[0]
    if len(parts) == 2:
        return "labs"
    return "labs/" + parts[1] if parts[1] in ("trace", "world", "reference") \
        else "labs/*"


def edges_of(tree):
    """{(room, room): how many functions of the second the first calls}"""
    used = {}
    for file in tree.files.values():
        room = room_of(file.path)
        for thing in file.things:
            for other in thing.uses:
                there = room_of(other.file.path)
                if there != room and room != "tests":
                    used.setdefault((room, there), set()).add(
                        (other.file.path, other.name))
    return {pair: len(names) for pair, names in sorted(used.items())}


ROWS = (("labs/*", "labs", "labs/trace", "labs/world", "labs/reference"),
        PROTOCOLS, ("common",))
TOPS = (110, 290, 450)  # of the rows


class Box:
    def __init__(self, room, left, level, width):
        self.room, self.left, self.level, self.width = room, left, level, width
        self.top, self.middle = TOPS[level], left + width / 2

    def markup(self):
        label = "ten labs" if self.room == "labs/*" else self.room + "/"
        target = self.room.replace("/*", "") + "/index.html"
        return ('<a href="%s"><rect x="%.1f" y="%d" width="%.1f" height="%d" '
                'rx="6"/><text x="%.1f" y="%d">%s</text></a>' % (
                    look.text(target), self.left, self.top, self.width,
                    BOX_HEIGHT, self.middle, self.top + 26, look.text(label)))


def boxes():
    """{room: Box}; what all stand on is as wide as all."""
    found = {}
    for level, rooms in enumerate(ROWS):
        step = WIDTH / len(rooms)
        for at, room in enumerate(rooms):
            found[room] = Box(room, step * at + 10, level, step - 20)
    return found


def ends(pairs, places):
    """Where each line leaves its box and where it arrives: side by side, in
    the order of what is at their other ends, so that few cross."""
    found = {}
    for out in (0, 1):
        sides = {}
        for pair in pairs:
            arc = places[pair[0]].level == places[pair[1]].level
            # An arc leaves and arrives above; a box has one row of ends there.
            side = "top" if arc or out else "bottom"
            sides.setdefault((pair[out], side), []).append((pair, out))
        for key, lines in sides.items():
            found.setdefault(key, []).extend(lines)
    where = {}
    for (room, _), lines in found.items():
        box = places[room]
        lines.sort(key=lambda line: (places[line[0][1 - line[1]]].middle, line))
        step = min(16, (box.width - 20) / len(lines))
        for at, line in enumerate(lines):
            where[line] = box.middle + (at - (len(lines) - 1) / 2) * step
    return where


def curve(pair, places, where):
    """From box to box: over the row, down to the next, or between the boxes
    of the next to the last."""
    a, b = (places[room] for room in pair)
    ax, bx = where[pair, 0], where[pair, 1]
    if a.level == b.level:
        lift = 22 + abs(ax - bx) * .09
        return "M%.1f %d C%.1f %.1f %.1f %.1f %.1f %d" % (
            ax, a.top, ax, a.top - lift, bx, b.top - lift, bx, b.top - 5)
    ay, by = a.top + BOX_HEIGHT, b.top - 5
    if b.level == 2:  # straight down upon what is as wide as all
        step = WIDTH / len(PROTOCOLS)
        bx = ax if a.level == 1 else \
            min(max(round(ax / step), 1), len(PROTOCOLS) - 1) * step + \
            (ax - a.middle) / 8
        if a.level == 0:
            turn = TOPS[1] - 12
            return "M%.1f %d C%.1f %.1f %.1f %.1f %.1f %d V%d" % (
                ax, ay, ax, (ay + turn) / 2, bx, (ay + turn) / 2, bx, turn, by)
    return "M%.1f %d C%.1f %.1f %.1f %.1f %.1f %d" % (
        ax, ay, ax, (ay + by) / 2, bx, (ay + by) / 2, bx, by)


def chart(tree):
    edges, places = edges_of(tree), boxes()
    where = ends(edges, places)
    most = max(edges.values(), default=1)
    lines = "".join(
        '<path d="%s" stroke-width="%.1f" marker-end="url(#head)"><title>%s '
        "calls %d functions of %s</title></path>" % (
            curve(pair, places, where), 1 + 3 * (count / most) ** .5,
            look.text(pair[0]), count, look.text(pair[1]))
        for pair, count in edges.items())
    rows = "".join('<tr><td>%s</td><td>%s</td><td class="number">%d</td></tr>' %
                   (look.text(a), look.text(b), count)
                   for (a, b), count in edges.items())
    return """<h2 id="map-">What calls what</h2>
<p class="prose">Counted from the code, and held against the linker by a test.
Labs call protocols and common, protocols call common, and nothing calls up. A
line is the stronger the more functions are called along it.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Map"><svg class="map"
 viewBox="0 0 %d %d" role="group" aria-label="The map of the house; its lines
 are the rows of the table below"><defs><marker id="head" viewBox="0 0 6 6"
 refX="1" refY="3" markerWidth="7" markerHeight="7" orient="auto"
 markerUnits="userSpaceOnUse"><path d="M0 0 6 3 0 6z"/></marker></defs>
%s%s</svg></div>
<details><summary>The map in numbers</summary>
<table><thead><tr><th scope="col">calls from</th><th scope="col">into</th>
<th scope="col" class="number">functions</th></tr></thead>
<tbody>%s</tbody></table></details>
""" % (WIDTH, HEIGHT, lines, "".join(box.markup() for box in places.values()),
       rows)


def uses(tree, page, paths):
    """Of one folder: each file, what it stands on here and elsewhere."""
    rows = []
    link = lambda path: look.link(page, page_name(path), look.text(
        path.rpartition("/")[2]))
    for path in paths:
        here = [b for b in tree.stands_on(tree.files[path]) if b in paths]
        back = [a for a in tree.used_by(tree.files[path]) if a in paths]
        if here or back:
            rows.append("<tr><td>%s</td><td>%s</td><td>%s</td></tr>" % (
                link(path), ", ".join(map(link, here)),
                ", ".join(map(link, back))))
    if not rows:
        return ""
    return """<h2 id="uses-">What stands on what</h2>
<div class="scroll" tabindex="0" role="group" aria-label="What stands on what">
<table class="uses"><thead><tr><th scope="col">file</th>
<th scope="col">calls into</th><th scope="col">is called from</th></tr></thead>
<tbody>%s</tbody></table></div>
""" % "\n".join(rows)
