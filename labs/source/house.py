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


def places():
    """{room: (left, top, width)}"""
    found = {}
    for level, rooms in enumerate(ROWS):
        step = WIDTH / len(rooms)
        width = min(step - 24, 300)
        for at, room in enumerate(rooms):
            found[room] = (step * at + (step - width) / 2,
                           20 + level * (HEIGHT - BOX_HEIGHT - 40) / 2, width)
    return found


def chart(tree):
    edges, where = edges_of(tree), places()
    lines, boxes = [], []
    most = max(edges.values(), default=1)
    for (a, b), count in edges.items():
        ax, ay, aw = where[a]
        bx, by, bw = where[b]
        ax, bx = ax + aw / 2, bx + bw / 2
        weight = 1 + 5 * (count / most) ** .5
        if ay == by:
            path = "M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f" % (
                ax, ay, ax, ay - 30, bx, by - 30, bx, by)
        else:
            ay += BOX_HEIGHT
            middle = (ay + by) / 2
            path = "M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f" % (
                ax, ay, ax, middle, bx, middle, bx, by)
        lines.append('<path d="%s" stroke-width="%.1f"><title>%s calls %d '
                     "of %s</title></path>" % (path, weight, look.text(a),
                                               count, look.text(b)))
    for room, (x, y, width) in where.items():
        label = "ten labs" if room == "labs/*" else room + "/"
        boxes.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" rx="6"/>'
                     '<text x="%.1f" y="%.1f">%s</text>' % (
                         x, y, width, BOX_HEIGHT, x + width / 2, y + 26,
                         look.text(label)))
    rows = "".join('<tr><td>%s</td><td>%s</td><td class="number">%d</td></tr>' %
                   (look.text(a), look.text(b), count)
                   for (a, b), count in edges.items())
    return """<h2 id="map-">What calls what</h2>
<p>Calls go down only: labs, protocols, common. A line is as strong as many
functions are called along it; the numbers stand in the table below.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Map"><svg class="map"
 viewBox="0 0 %d %d" role="img" aria-label="The map of the house: the same as
 the table below">%s%s</svg></div>
<details><summary>The map in numbers</summary>
<table><thead><tr><th scope="col">calls from</th><th scope="col">into</th>
<th scope="col" class="number">functions</th></tr></thead>
<tbody>%s</tbody></table></details>
""" % (WIDTH, HEIGHT, "".join(lines), "".join(boxes), rows)


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
