/* SPDX-License-Identifier: MIT */
/*
 * page: how many bytes had passed, over time, each way. What passed is counted
 * as an onlooker counts it (flows.h): headers of TCP aside, bytes that were
 * sent again once. The same numbers stand below the plot as a table.
 */
#include <stdio.h>

#include "common/limits.h"
#include "labs/trace/page.h"

enum {
    STEPS = 48, /* points of a line: fewer than PLOT_POINTS_MAX */
    TABLE_ROWS = 8,
};
_Static_assert(STEPS < PLOT_POINTS_MAX, "a plot has room for every step");

struct passed {
    int64_t from_ns, to_ns;
    uint64_t bytes[FLOW_ENDS][STEPS + 1]; /* up to the end of each step */
};

static const char *const ends[FLOW_ENDS] = {
    [FLOW_CLIENT] = "client to server", [FLOW_SERVER] = "server to client"};

/* ---- counting ----------------------------------------------------------- */

static size_t count_pieces(struct passed *passed, const struct flows *flows)
{
    size_t count = 0;

    for (size_t i = 0; i < flows->count; i++)
        for (int end = 0; end < FLOW_ENDS; end++) {
            const struct flow_side *side = &flows->list[i].sides[end];
            for (size_t p = 0; p < side->piece_count; p++) {
                int64_t at = side->pieces[p].time_ns;
                if (count == 0 || at < passed->from_ns)
                    passed->from_ns = at;
                if (count++ == 0 || at > passed->to_ns)
                    passed->to_ns = at;
            }
        }
    return count;
}

/* The step in which a moment lies; the first moment alone is step 0. */
static size_t step_of(const struct passed *passed, int64_t at)
{
    double part = (double)(at - passed->from_ns) /
                  (double)(passed->to_ns - passed->from_ns);
    size_t step = (size_t)(part * STEPS + 0.999999);

    return step > STEPS ? STEPS : step;
}

static void count_bytes(struct passed *passed, const struct flows *flows)
{
    for (size_t i = 0; i < flows->count; i++)
        for (int end = 0; end < FLOW_ENDS; end++) {
            const struct flow_side *side = &flows->list[i].sides[end];
            uint64_t seen = 0; /* what was sent again is not counted again */
            for (size_t p = 0; p < side->piece_count; p++) {
                const struct flow_piece *piece = &side->pieces[p];
                uint64_t to = piece->offset + piece->length;
                if (to <= seen)
                    continue;
                passed->bytes[end][step_of(passed, piece->time_ns)] +=
                    to - (piece->offset > seen ? piece->offset : seen);
                seen = to;
            }
        }
    for (int end = 0; end < FLOW_ENDS; end++)
        for (size_t step = 1; step <= STEPS; step++)
            passed->bytes[end][step] += passed->bytes[end][step - 1];
}

/* ---- showing ------------------------------------------------------------ */

struct unit {
    const char *name;
    double size;
};

/* The largest unit of which there is one whole, so that axes stay short. */
static const struct unit *byte_unit(uint64_t most)
{
    static const struct unit units[] = {
        {"megabytes", 1e6}, {"kilobytes", 1e3}, {"bytes", 1}};
    size_t i = 0;

    while (i < 2 && (double)most < 2 * units[i].size)
        i++;
    return &units[i];
}

static const struct unit *time_unit(int64_t ns)
{
    static const struct unit seconds = {"seconds", 1e9},
                             milliseconds = {"milliseconds", 1e6};

    return ns >= 2000000000 ? &seconds : &milliseconds;
}

static double time_at(const struct passed *passed, size_t step)
{
    return (double)(passed->to_ns - passed->from_ns) * (double)step / STEPS;
}

static void write_plot(struct page *page, const struct passed *passed)
{
    uint64_t sent = passed->bytes[FLOW_CLIENT][STEPS],
             received = passed->bytes[FLOW_SERVER][STEPS];
    const struct unit *bytes = byte_unit(sent > received ? sent : received);
    const struct unit *time = time_unit(passed->to_ns - passed->from_ns);
    char text[8192];
    int length = snprintf(text, sizeof(text), "Bytes over time|%s|%s",
                          time->name, bytes->name);

    for (int end = 0; end < FLOW_ENDS; end++) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, "\n%s",
                           ends[end]);
        for (size_t step = 0; step <= STEPS; step++)
            length += snprintf(text + length, sizeof(text) - (size_t)length,
                               "|%.6g %.6g", time_at(passed, step) / time->size,
                               (double)passed->bytes[end][step] / bytes->size);
    }
    page_plot(page, text);
}

static void write_table(struct page *page, const struct passed *passed)
{
    struct html *html = &page->html;
    char number[32];

    html_markup(html, "<details class=\"numbers\"><summary>The same in numbers"
                      "</summary><div class=\"scroll\" tabindex=\"0\" role="
                      "\"group\" aria-label=\"Bytes over time\"><table>"
                      "<tr><th>Milliseconds</th><th>Bytes, client to server"
                      "</th><th>Bytes, server to client</th></tr>\n");
    for (size_t row = 0; row <= TABLE_ROWS; row++) {
        size_t step = row * STEPS / TABLE_ROWS;
        html_numbers(html, "<tr><td class=\"number\">%.1f</td>",
                     time_at(passed, step) / 1e6);
        for (int end = 0; end < FLOW_ENDS; end++) {
            text_number(passed->bytes[end][step], number);
            html_markup(html, "<td class=\"number\">");
            html_text(html, number);
            html_markup(html, "</td>");
        }
        html_markup(html, "</tr>\n");
    }
    html_markup(html, "</table></div></details>\n");
}

void page_bytes(struct page *page)
{
    struct passed passed = {0};

    if (count_pieces(&passed, &page->flows) < 2 ||
        passed.to_ns == passed.from_ns)
        return;
    count_bytes(&passed, &page->flows);
    write_plot(page, &passed);
    write_table(page, &passed);
}
