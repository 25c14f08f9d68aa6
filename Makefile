# wirelab: one Makefile for the whole house.
#
#   make            build every program into bin/
#   make labs       install what is missing, build, run every lab, make source
#   make source     the source as pages, code beside its comments: out/source/
#   make steps      the small programs of labs/steps/, into bin/steps/
#   make test       install what the tests need, run them all
#   make golden     write tests/golden/ and the READMEs' sessions anew
#   make check      format, cppcheck, citations, names, lengths
#   make interop    our programs against stock servers, curl, wget, Chromium
#   make browser    the pages, in a headless Chromium
#   make fuzz       the parsers under libFuzzer; FUZZ_SECONDS=60 in all
#   make bench      against curl, nginx (with wrk) and Mininet, in one run
#   make install    PREFIX=/usr/local, DESTDIR= for packagers
#   make clean      remove build/ bin/ out/
#   make help       this list
#
# SANITIZE=1 builds apart, with AddressSanitizer, UBSan and LeakSanitizer, and
# goes with each of them; V=1 shows the commands. CC=clang works as well.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

ifeq ($(origin CC),default)
CC := cc
endif
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
Q := $(if $(V),,@)

# Each kind of build keeps its objects apart, so that all of them may stand.
ifdef FUZZ
BUILD := build/fuzz
BIN := build/fuzz/bin
HARDEN := -O1 -fsanitize=fuzzer-no-link,address,undefined \
          -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else ifdef SANITIZE
BUILD := build/sanitize
BIN := build/sanitize/bin
HARDEN := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
          -fno-omit-frame-pointer
else
BUILD := build/plain
BIN := bin
HARDEN := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
endif

PACKAGES := libcurl openssl ldns zlib libbrotlienc libbrotlidec libssh2 libssh
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Werror
CPPFLAGS := -I. -I$(BUILD) -D_GNU_SOURCE
CFLAGS := -std=c11 -g $(WARNINGS) $(HARDEN)
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

# ---- what is built of what -------------------------------------------------

PROTOCOLS := $(patsubst %/terms.c,%,$(wildcard http/terms.c smtp/terms.c \
             pop3/terms.c imap/terms.c ftp/terms.c telnet/terms.c ssh/terms.c))
LAB_PROGRAMS := $(patsubst labs/%.c,%,$(wildcard labs/lab.c labs/trace.c \
                labs/explain.c labs/mailbox-check.c labs/reference-client.c))

PROTOCOL_MAINS := $(wildcard $(foreach p,$(PROTOCOLS),$(p)/client.c $(p)/server.c))
LAB_MAINS := $(wildcard $(LAB_PROGRAMS:%=labs/%.c))
# What takes libcurl's calls belongs to one program and not into the library.
TAPS := labs/reference/taps.c
LIBRARY_SOURCES := $(filter-out $(PROTOCOL_MAINS) $(LAB_MAINS) $(TAPS) \
    labs/steps/%, \
    $(wildcard common/*.c $(PROTOCOLS:%=%/*.c) labs/*.c labs/*/*.c))
LIBRARY := $(BUILD)/libwirelab.a

PROGRAMS := $(foreach m,$(PROTOCOL_MAINS),$(BIN)/$(subst /,-,$(m:.c=))) \
            $(LAB_PROGRAMS:%=$(BIN)/%)

UNIT_SOURCES := $(wildcard tests/unit/*.c)
INTEGRATION_SOURCES := $(wildcard tests/integration/*.c tests/hostile/*.c)
HARNESS_SOURCES := $(wildcard tests/*.c)

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
BENCH_SOURCES := $(wildcard tests/bench/*.c)
STEP_SOURCES := $(wildcard labs/steps/*.c labs/steps/*/*.c)
STEPS := $(STEP_SOURCES:labs/steps/%.c=$(BIN)/steps/%)
OBJECTS := $(call object,$(LIBRARY_SOURCES) $(PROTOCOL_MAINS) $(LAB_MAINS) $(TAPS) \
           $(STEP_SOURCES) $(UNIT_SOURCES) $(INTEGRATION_SOURCES) \
           $(HARNESS_SOURCES) $(BENCH_SOURCES) $(FUZZ_SOURCES))

.PHONY: all
all: $(PROGRAMS)

# Without a library's headers no file compiles: better said once, in words.
.PHONY: have-libraries
have-libraries:
	@pkg-config --exists $(PACKAGES) || { \
	    echo 'make: libraries are missing; "make labs" installs them,' \
	         'or type: sudo labs/setup.sh build' >&2; exit 2; }

$(BUILD)/obj/%.o: %.c | have-libraries
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# An archive keeps what it once got: it is made anew, so that a source file
# that is gone leaves nothing behind.
$(LIBRARY): $(call object,$(LIBRARY_SOURCES))
	@rm -f $@
	$(Q)ar rcs $@ $^

define LINK
@mkdir -p $(@D)
$(if $(V),,@echo "  LINK  $@")
$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -Wl,--as-needed $(PKG_LIBS) $(1)
endef

$(BIN)/%-client: $(BUILD)/obj/%/client.o $(LIBRARY)
	$(call LINK)
$(BIN)/%-server: $(BUILD)/obj/%/server.o $(LIBRARY)
	$(call LINK)
$(BIN)/reference-client: $(call object,$(TAPS))
$(LAB_PROGRAMS:%=$(BIN)/%): $(BIN)/%: $(BUILD)/obj/labs/%.o $(LIBRARY)
	$(call LINK)

# A step stands on nothing of the house.
$(STEPS): $(BIN)/steps/%: $(BUILD)/obj/labs/steps/%.o
	$(call LINK)

# The sections that this tree cites, as the rows of a C table.
$(BUILD)/rfc_sections.inc: common/rfc-sections.tsv
	@mkdir -p $(@D)
	$(Q)awk -F '\t' 'NR > 1 { gsub(/["\\]/, "\\\\&", $$3); \
	    printf "{\"%s\", \"%s\", \"%s\"},\n", $$1, $$2, $$3 }' $< > $@
$(call object,common/rfc.c): $(BUILD)/rfc_sections.inc

# A page's style and script, line by line as the rows of a C table: a string
# literal may not be longer than 4095 bytes.
$(BUILD)/page_css.inc: labs/trace/page.css
$(BUILD)/page_js.inc: labs/trace/page_rows.js labs/trace/page_find.js \
    labs/trace/page.js
$(BUILD)/page_css.inc $(BUILD)/page_js.inc:
	@mkdir -p $(@D)
	$(Q)cat $^ | sed 's/[\\"?]/\\&/g; s/.*/"&\\n",/' > $@
$(call object,labs/trace/page_head.c): $(BUILD)/page_css.inc $(BUILD)/page_js.inc

# ---- test programs ---------------------------------------------------------

# suites NAMES: test_conn.c exports tests_conn.
suites = $(foreach s,$(sort $(1)),SUITE($(patsubst test_%.c,%,$(notdir $(s)))))

UNIT_SUITES := $(filter tests/unit/test_%,$(UNIT_SOURCES))
INTEGRATION_SUITES := $(foreach s,$(INTEGRATION_SOURCES),$(if \
    $(filter test_%,$(notdir $(s))),$(s)))
TEST_PROGRAMS := $(BUILD)/tests/unit $(BUILD)/tests/integration

$(BUILD)/%_suites.inc: Makefile FORCE
	@mkdir -p $(@D)
	@echo '$(call suites,$($*_SUITES))' | tr ' ' '\n' | cmp -s - $@ || \
	    echo '$(call suites,$($*_SUITES))' | tr ' ' '\n' > $@
.PHONY: FORCE
FORCE:

$(call object,tests/unit/main.c): $(BUILD)/UNIT_suites.inc
$(call object,tests/integration/main.c): $(BUILD)/INTEGRATION_suites.inc
$(call object,tests/process.c tests/integration/test_labs.c \
    tests/integration/test_mailbox_check.c \
    tests/integration/test_world_end.c tests/integration/telnet_play.c \
    tests/integration/test_ssh_forward.c \
    tests/integration/test_ssh_session.c \
    tests/integration/test_steps.c \
    tests/integration/test_trace_program.c \
    tests/integration/test_golden.c \
    tests/integration/test_smtp.c): \
    CPPFLAGS += -DTEST_BIN='"$(BIN)"'

$(call object,tests/integration/test_source.c): \
    CPPFLAGS += -DTEST_BUILD='"$(BUILD)"'

# Calls of these from code of the house go through tests/inject.c.
comma := ,
INJECTED := malloc calloc realloc strdup strndup vasprintf asprintf \
            __vasprintf_chk __asprintf_chk recv send read write
WRAP := $(INJECTED:%=-Wl$(comma)--wrap=%)

$(BUILD)/tests/unit: $(call object,$(UNIT_SOURCES) $(HARNESS_SOURCES)) $(LIBRARY)
	$(call LINK,$(WRAP) -lcunit)
$(BUILD)/tests/integration: $(call object,$(INTEGRATION_SOURCES) \
    $(HARNESS_SOURCES)) $(LIBRARY)
	$(call LINK,$(WRAP) -lcunit)

# ---- what a person types ---------------------------------------------------

# Each of these targets installs what it needs first, then starts make anew:
# only then pkg-config knows what to answer.
# With as many jobs as there are processors, unless a -j said otherwise.
JOBS = --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# The labs' pages lead to those of the source where there are some.
.PHONY: labs
labs:
	@labs/setup.sh labs
	@$(MAKE) $(JOBS) all
	@mkdir -p out/source
	$(BIN)/lab run all
	@labs/source/rehearsal.sh $(BIN) out
	@$(MAKE) --no-print-directory source

# What a trace shows of a line stands beside it, if labs have run before.
.PHONY: source
source:
	@labs/setup.sh source
	@/usr/bin/python3 labs/source/source.py out $(BIN)/trace

.PHONY: steps
steps: $(STEPS)

.PHONY: test test-run
test:
	@labs/setup.sh test
	@$(MAKE) $(JOBS) test-run
test-run: $(PROGRAMS) $(STEPS) $(TEST_PROGRAMS)
	@tests/total.sh $(TEST_PROGRAMS)

# What the labs say now is what they ought to say: for a look at git diff.
.PHONY: golden golden-run
golden:
	@labs/setup.sh test
	@$(MAKE) $(JOBS) golden-run
golden-run: $(PROGRAMS) $(TEST_PROGRAMS)
	GOLDEN=write $(BUILD)/tests/integration golden

.PHONY: check
check:
	@labs/setup.sh check
	@tests/check/run.sh

.PHONY: interop interop-run
interop:
	@labs/setup.sh interop
	@$(MAKE) $(JOBS) interop-run
interop-run: $(PROGRAMS)
	@tests/interop/run.sh $(BIN)

.PHONY: browser browser-run
browser:
	@labs/setup.sh browser
	@$(MAKE) $(JOBS) browser-run
browser-run: $(PROGRAMS)
	@tests/browser/run.sh $(BIN)

FUZZERS := $(FUZZ_SOURCES:tests/fuzz/%.c=build/fuzz/%)
.PHONY: fuzz fuzz-run
fuzz:
	@labs/setup.sh fuzz
	@$(MAKE) $(JOBS) FUZZ=1 CC=clang fuzz-run
fuzz-run: $(FUZZERS)
	@tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS)
build/fuzz/fuzz_%: build/fuzz/obj/tests/fuzz/fuzz_%.o $(LIBRARY)
	$(call LINK,-fsanitize=fuzzer)

.PHONY: bench bench-run
bench:
	@labs/setup.sh bench
	@$(MAKE) $(JOBS) bench-run
bench-run: $(PROGRAMS) $(BUILD)/tests/pair $(BUILD)/tests/bench-world \
           $(BUILD)/tests/bench-zoo $(BUILD)/tests/bench-fetches
	@tests/bench/run.sh $(BIN) $(BUILD)/tests/pair
$(BUILD)/tests/pair: $(call object,tests/bench/pair.c)
	$(call LINK,-lm)
$(BUILD)/tests/bench-world $(BUILD)/tests/bench-zoo \
$(BUILD)/tests/bench-fetches: $(BUILD)/tests/bench-%: \
    $(BUILD)/obj/tests/bench/%.o $(LIBRARY)
	$(call LINK)

# Programs find each other in their own folder, and carry the rest inside.
.PHONY: install
install: $(PROGRAMS)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/wirelab
	install $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 README.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/wirelab

.PHONY: clean
clean:
	rm -rf build bin out

.PHONY: help
help:
	@sed -n '2,/^$$/s/^#$$//p; 2,/^$$/s/^# //p' Makefile

# Compiles everything there is, links nothing: what a commit must pass.
.PHONY: lib-check
lib-check: $(OBJECTS)

-include $(OBJECTS:.o=.d)
