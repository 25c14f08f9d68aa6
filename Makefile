# wirelab: one Makefile for the whole house.
#
#   make            build every program into bin/
#   make labs       install what is missing, build, run every lab
#   make test       install what the tests need, run them all
#   make help       the other targets

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

CC ?= cc
ifeq ($(origin CC),default)
CC := cc
endif

# make SANITIZE=1 keeps its objects apart, so that both kinds may stand.
ifdef SANITIZE
BUILD := build/sanitize
BIN := build/sanitize/bin
HARDEN := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
          -fno-omit-frame-pointer
else
BUILD := build/plain
BIN := bin
HARDEN := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
endif

PACKAGES := libcurl openssl ldns zlib
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Werror
CPPFLAGS := -I. -I$(BUILD) -D_GNU_SOURCE
CFLAGS := -std=c11 -g $(WARNINGS) $(HARDEN)
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

# ---- what is built of what -------------------------------------------------

PROTOCOLS := $(patsubst %/client.c,%,$(wildcard http/client.c smtp/client.c \
             pop3/client.c imap/client.c ftp/client.c telnet/client.c \
             ssh/client.c))
LAB_PROGRAMS := $(patsubst labs/%.c,%,$(wildcard labs/lab.c labs/trace.c \
                labs/explain.c))

PROTOCOL_MAINS := $(wildcard $(foreach p,$(PROTOCOLS),$(p)/client.c $(p)/server.c))
LAB_MAINS := $(wildcard $(LAB_PROGRAMS:%=labs/%.c))
LIBRARY_SOURCES := $(filter-out $(PROTOCOL_MAINS) $(LAB_MAINS), \
    $(wildcard common/*.c $(PROTOCOLS:%=%/*.c) labs/*.c labs/*/*.c))
LIBRARY := $(BUILD)/libwirelab.a

PROGRAMS := $(foreach m,$(PROTOCOL_MAINS),$(BIN)/$(subst /,-,$(m:.c=))) \
            $(LAB_PROGRAMS:%=$(BIN)/%)

UNIT_SOURCES := $(wildcard tests/unit/*.c)
INTEGRATION_SOURCES := $(wildcard tests/integration/*.c tests/hostile/*.c)
HARNESS_SOURCES := $(wildcard tests/*.c)

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
OBJECTS := $(call object,$(LIBRARY_SOURCES) $(PROTOCOL_MAINS) $(LAB_MAINS) \
           $(UNIT_SOURCES) $(INTEGRATION_SOURCES) $(HARNESS_SOURCES))

.PHONY: all
all: $(PROGRAMS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# An archive keeps what it once got: it is made anew, so that a source file
# that is gone leaves nothing behind.
$(LIBRARY): $(call object,$(LIBRARY_SOURCES))
	rm -f $@
	ar rcs $@ $^

define LINK
@mkdir -p $(@D)
$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -Wl,--as-needed $(PKG_LIBS) $(1)
endef

$(BIN)/%-client: $(BUILD)/obj/%/client.o $(LIBRARY)
	$(call LINK)
$(BIN)/%-server: $(BUILD)/obj/%/server.o $(LIBRARY)
	$(call LINK)
$(LAB_PROGRAMS:%=$(BIN)/%): $(BIN)/%: $(BUILD)/obj/labs/%.o $(LIBRARY)
	$(call LINK)

# The sections that this tree cites, as the rows of a C table.
$(BUILD)/rfc_sections.inc: common/rfc-sections.tsv
	@mkdir -p $(@D)
	awk -F '\t' 'NR > 1 { gsub(/["\\]/, "\\\\&", $$3); \
	    printf "{\"%s\", \"%s\", \"%s\"},\n", $$1, $$2, $$3 }' $< > $@
$(call object,common/rfc.c): $(BUILD)/rfc_sections.inc

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
$(call object,tests/process.c): CPPFLAGS += -DTEST_BIN='"$(BIN)"'

# Calls of these from code of the house go through tests/inject.c.
comma := ,
INJECTED := malloc calloc realloc strdup strndup recv send read write
WRAP := $(INJECTED:%=-Wl$(comma)--wrap=%)

$(BUILD)/tests/unit: $(call object,$(UNIT_SOURCES) $(HARNESS_SOURCES)) $(LIBRARY)
	$(call LINK,$(WRAP) -lcunit)
$(BUILD)/tests/integration: $(call object,$(INTEGRATION_SOURCES) \
    $(HARNESS_SOURCES)) $(LIBRARY)
	$(call LINK,$(WRAP) -lcunit)

# Each of these targets installs what it needs first, then starts make anew,
# as only then pkg-config knows what to answer.
.PHONY: labs
labs:
	@labs/setup.sh labs
	@$(MAKE) --no-print-directory all
	$(BIN)/lab run all

.PHONY: test test-run
test:
	@labs/setup.sh test
	@$(MAKE) --no-print-directory test-run
test-run: $(PROGRAMS) $(TEST_PROGRAMS)
	@tests/total.sh $(TEST_PROGRAMS)

-include $(OBJECTS:.o=.d)

.PHONY: clean
clean:
	rm -rf build bin out

# Compiles everything there is, links nothing: what a commit must pass.
.PHONY: lib-check
lib-check: $(OBJECTS)
