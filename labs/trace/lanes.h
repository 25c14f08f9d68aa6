/* SPDX-License-Identifier: MIT */
/*
 * lanes: who spoke to whom, and in a few words what. What the ladder in the
 * terminal and the ladder on a page have in common.
 *
 * A lane is a host. Its name is the one under which a program recorded
 * (struct trace_event.host); a peer that recorded nothing gets the name that
 * its address has elsewhere in the trace, or the address itself. Where both
 * ends have one address (loopback), the lanes are "HOST client" and "HOST
 * server". A protocol that has a connection for its data beside the one for its
 * commands gives its server two lanes, "HOST control" and "HOST data".
 *
 *     struct lanes lanes;
 *     struct passage passage;
 *     lanes_open(&lanes, trace);
 *     lanes_of(&lanes, &trace->events[i], &passage);
 *     ... lanes.names[passage.from] ...
 */
#ifndef LABS_TRACE_LANES_H
#define LABS_TRACE_LANES_H

#include "common/terms.h"
#include "common/trace.h"
#include "labs/trace/words.h"

#define LANES_MAX 64     /* hosts of one trace; the rest share the last lane */
#define LANE_NAME_MAX 64 /* bytes, the final NUL included */

struct lane_address {
    struct sockaddr_storage address; /* the port does not count */
    const char *host;
    const char *role; /* "client", "server": the host met itself there */
};

struct lanes {
    char names[LANES_MAX][LANE_NAME_MAX]; /* escaped, ready to be shown */
    size_t count;
    char hosts[LANES_MAX][LANE_NAME_MAX]; /* of each lane, as it came */
    char roles[LANES_MAX][LANE_NAME_MAX];
    struct lane_address addresses[LANES_MAX];
    size_t address_count;
    const char *split; /* the protocol whose servers have two lanes; or NULL */
    /* What was found last for a client's or a server's [1] event, and for a
     * note of theirs: most often the next one is of the same ends. */
    struct lane_ends {
        const struct trace_event *event; /* NULL: nothing yet */
        size_t own, peer;
    } last[2][2];
};

/* From which lane to which; the same one twice for a note. */
struct passage {
    size_t from, to;
};

/* True where no program has said a word: records of sockets, which repeat the
 * messages byte by byte elsewhere, are then all that there is to show. */
bool lanes_only_sockets(const struct trace_file *trace);

/* Learns the addresses of the trace's hosts; no lane is there yet. */
void lanes_open(struct lanes *lanes, const struct trace_file *trace);
/* The same, then adds the lanes of the events that count. Who speaks first is
 * the first lane; a host that only decides something comes after those who
 * speak. */
void lanes_survey(struct lanes *lanes, const struct trace_file *trace,
                  bool (*counts)(const void *context,
                                 const struct trace_event *event),
                  const void *context);
/* The lanes of an event, added in order of appearance. */
void lanes_of(struct lanes *lanes, const struct trace_event *event,
              struct passage *passage);

/* A frame that did not arrive: its two lanes, if both are there already, and
 * what it was. No program has recorded it, for none has seen it. */
bool lanes_of_dropped(const struct lanes *lanes,
                      const struct trace_frame *frame, struct passage *passage);

/* What kind of line an event is: it decides how its arrow is drawn. */
enum event_kind {
    EVENT_CLEAR,     /* a message that everybody on the way can read */
    EVENT_ENCRYPTED, /* a message inside TLS or SSH */
    EVENT_NAMES,     /* a question to the DNS, or its answer */
    EVENT_TLS,       /* the handshake */
    EVENT_TCP,       /* a connection begins or ends */
    EVENT_SOCKET,    /* bytes handed to TCP */
    EVENT_NOTE,      /* a decision */
    EVENT_KINDS
};
enum event_kind event_kind(const struct trace_event *event);

#define EVENT_TEXT_MAX 512 /* bytes of a label, the final NUL included */

/* Each of these fills `text` up to a NUL; what is too long is cut. */
/* The first line of the message, or what a binary one says; escaped. */
void event_label(const struct trace_event *event, char text[EVENT_TEXT_MAX]);
/* "frame 31, SYN to port 40123: dropped, firewall: no connections in". For a
 * frame of which lanes_of_dropped has said true: its headers are there. */
void dropped_label(const struct trace_frame *frame, char text[EVENT_TEXT_MAX]);
/* What follows that line: "5 fields, 1,270 bytes"; or "". */
void event_rest(const struct trace_event *event, char text[EVENT_TEXT_MAX]);
/* "RFC 9112 §3"; "" when it cites nothing. Alone, or added to other words. */
void event_citation(const struct trace_event *event, char text[EVENT_TEXT_MAX]);
void words_citation(struct words *words, const struct trace_event *event);
/* "http/http_client.c:120 http_request_send"; "" when there is none. */
void event_where(const struct where *where, char text[EVENT_TEXT_MAX]);
void words_where(struct words *words, const struct where *where);
/* "12–14 17": runs of frame numbers joined; "…" at the end where there are more
 * than fit. */
void event_frames(const struct trace_event *event, char text[EVENT_TEXT_MAX]);
/* Where the section can be read; "" when the citation is empty. */
void rfc_url(struct rfc rfc, char url[EVENT_TEXT_MAX]);
/* 1234567 as "1,234,567". */
void text_number(uint64_t number, char text[32]);

/* What each protocol of the house has words for (lanes_terms.c). */
struct vocabulary {
    const char *protocol; /* as in struct trace_event.proto */
    const struct term *terms;
};
enum { VOCABULARIES = 7 };
extern const struct vocabulary vocabularies[VOCABULARIES];

/* The entry for an event's name, for a word of it, or for a field in its
 * message; NULL when nobody has written one (lanes_terms.c). */
const struct term *event_term(const struct trace_event *event);
const struct term *event_term_of_word(const struct trace_event *event,
                                      struct span word);
const struct term *event_term_of_field(const struct trace_event *event,
                                       struct span name);

#endif
