#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/mailbox.sh BIN PAIR: a mailbox of 10,000 messages from a stock Dovecot:
# pop3-client beside mpop, imap-client beside mbsync. All four write a file a
# message; mpop syncs each and has no option for it, so eatmydata makes it do as
# the others; mbsync is told not to. BENCH_MESSAGES may be smaller for a quick
# look.
set -u
bin=$(cd "$1" && pwd) pair=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/stock.sh
. "$here/../stock.sh"
# shellcheck source=tests/dovecot.sh
. "$here/../dovecot.sh"

runs=${BENCH_RUNS:-15} messages=${BENCH_MESSAGES:-10000}
# In memory where there is room: what is measured is the fetching, not how fast
# a disk forgets the 10,000 files of the run before.
space=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
[ "${space:-0}" -lt 400 ] || TMPDIR=/dev/shm
folder=$(mktemp -d "${TMPDIR:-/tmp}/wirelab-bench-XXXXXX") || exit 8
trap 'dovecot_down; rm -rf "$folder"' EXIT INT TERM
cd "$folder" || exit 8
failed=0

# Messages of 1 to 4 KiB.
mkdir -p mail/bob/cur mail/bob/new mail/bob/tmp
awk -v count="$messages" 'BEGIN {
    srand(1)
    for (i = 0; i < count; i++) {
        file = sprintf("mail/bob/cur/%d.M%dP1.bench:2,S", 1700000000 + i, i)
        printf "From: a@east.test\r\nSubject: message %d\r\n", i >file
        printf "Message-ID: <%d@east.test>\r\n\r\n", i >file
        lines = 20 + int(60 * rand())
        for (n = 0; n < lines; n++)
            printf "line %d of message %d, of some length\r\n", n, i >file
        close(file)
    }
}'
echo 'bob:{PLAIN}secret' >users
stock_ca "$folder" && dovecot_up "$folder" || exit 8

cat >mpoprc <<END
defaults
tls off
auth plain
received_header off
keep on
delivery maildir $folder/mpop
uidls_file $folder/mpop.ids
account a
host 127.0.0.1
port $pop3_port
user bob
password secret
END
chmod 600 mpoprc
cat >mbsyncrc <<END
FSync no

IMAPAccount a
Host 127.0.0.1
Port $imap_port
User bob
Pass secret
SSLType None
AuthMechs PLAIN

IMAPStore far
Account a

MaildirStore near
Path $folder/mbsync/
Inbox $folder/mbsync/INBOX

Channel c
Far :far:
Near :near:
Patterns INBOX
Sync Pull New
Create Near
SyncState *
END

options="-s --insecure-auth --no-starttls --auth PLAIN -u bob:secret"
pop="rm -rf f; exec $bin/pop3-client $options
    pop3://127.0.0.1:$pop3_port retr all -o f/"
imap="rm -rf f; exec $bin/imap-client $options
    imap://127.0.0.1:$imap_port fetch 1:* -o f/"
mpop="rm -rf mpop mpop.ids; mkdir -p mpop/new mpop/cur mpop/tmp
    exec eatmydata mpop -C mpoprc -q -Q a"
mbsync="rm -rf mbsync; mkdir mbsync; exec mbsync -q -c mbsyncrc c"

# whole FOLDER: every message is there.
whole() {
    [ "$(find "$1" -type f | grep -c "$2")" -eq "$messages" ] && return
    echo "    FAILED: $1 does not hold $messages messages"
    failed=1
}

# compare LABEL OURS THEIRS: no slower, and memory at most 16 MiB.
compare() {
    "$pair" -n "$runs" -r 1.0 -m 16384 "$1" "$2" "$3" && return
    echo "    FAILED $1: ratio at most 1.0, memory at most 16 MiB"
    failed=1
}

echo "$(nproc) processors, $messages messages from Dovecot"
# The first time Dovecot counts the lines of each message, and remembers.
sh -c "$(echo "$pop" | tr '\n' ' ')" || exit 8
compare 'POP3 : mpop' "$(echo "$pop" | tr '\n' ' ')" "$mpop"
whole f '\.eml$'
whole mpop '/new/'
compare 'IMAP : mbsync' "$(echo "$imap" | tr '\n' ' ')" "$mbsync"
whole f '\.eml$'
whole mbsync 'INBOX/[nc]'
exit "$failed"
