#!/bin/bash
# SPDX-License-Identifier: MIT
# imap_server.sh: to be sourced by run.sh: curl, mbsync, mutt and Python's
# imaplib against imap-server; and a stock Dovecot over the Maildir that it has
# left, which must give the same octets.
# shellcheck disable=SC2154,SC2012 # what is not set here, who sources this sets

imap_server_up() {
    printf 'ada:pass word\n' >accounts
    "$bin/imap-server" --maildir kept --accounts accounts \
        --listen 127.0.0.1:0 --listen-tls 127.0.0.1:0 \
        --tls-cert server.pem --tls-key server.key >imap.ready 2>imap.err &
    server=$!
    for _ in $(seq 500); do
        [ "$(wc -l <imap.ready)" -eq 2 ] && break
        sleep 0.01
    done
    imap_port=$(sed -n '1s/.*://p' imap.ready)
    imaps_port=$(sed -n '2s/.*://p' imap.ready)
}

curl_imap() {
    curl -sS --max-time 20 --cacert ca.pem -u 'ada:pass word' "$@"
}

# curl ends an appended file's lines as they are: the file has CR LF.
curl_appends() {
    curl_imap --ssl-reqd -T "$1" "imap://localhost:$imap_port/INBOX" &&
        curl_imap "imaps://localhost:$imaps_port/INBOX;UID=$2" >got &&
        cmp "$1" got
}

curl_meets_imap_server() {
    local clear=imap://localhost:$imap_port tls=imaps://localhost:$imaps_port
    local n=0
    holds "curl, no password over clear text" exits 67 \
        curl_imap "$clear/INBOX"
    for file in "$mail_want"/*; do
        n=$((n + 1))
        holds "curl, message $n in and out" curl_appends "$file" "$n"
    done
    for name in PLAIN LOGIN CRAM-MD5 '*'; do
        holds "curl, $name" says 'UIDNEXT 6' curl_imap --ssl-reqd \
            --login-options "AUTH=$name" "$clear" -X 'STATUS INBOX (UIDNEXT)'
    done
    holds "curl, a wrong password" exits 67 \
        curl -sS --cacert ca.pem -u ada:wrong "$tls/INBOX"
    holds "curl, LIST" says '"." INBOX' curl_imap "$tls/"
    holds "curl, one section" gives ' 8 bit' \
        curl_imap "$tls/INBOX;UID=3;SECTION=TEXT;PARTIAL=4.6"
    holds "curl, SEARCH" says 'SEARCH 3' \
        curl_imap "$tls/INBOX?SUBJECT%203"
}

mbsync_rc() {
    cat <<END
IMAPAccount a
Host localhost
Port $1
User ada
Pass "pass word"
$2
CertificateFile ca.pem

IMAPStore far
Account a

MaildirStore near
Path near/
Inbox near/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
END
}

# SSLType is its name in Debian 12, TLSType in Debian 13.
mbsync_runs() {
    local word=SSLType
    mbsync --version | grep -qE ' 1\.[0-4]\.' || word=TLSType
    mbsync_rc "$1" "$word $2" >mbsyncrc
    mbsync -c mbsyncrc c
}

# What it has fetched, line ends aside, for a Maildir has LF, and its own mark.
mbsync_fetches() {
    mkdir -p near
    mbsync_runs "$imap_port" STARTTLS &&
        cat near/INBOX/*/*:2,* | tr -d '\r' | grep -av '^X-TUID: ' | sort \
            >mbsync.got &&
        cat "$mail_want"/* | tr -d '\r' | sort | cmp - mbsync.got
}

# Flags and a new folder go up, a removal comes down.
mbsync_sends() {
    local file
    file=$(ls near/INBOX/*/*U=1:* | head -n 1)
    mv "$file" "near/INBOX/cur/$(basename "${file%%:*}"):2,RS"
    mkdir -p near/Work/cur near/Work/new near/Work/tmp
    printf 'Subject: pushed\n\nhello\n' >near/Work/cur/1.x:2,FS
    mbsync_runs "$imaps_port" IMAPS &&
        [ "$(ls kept/ada/cur/*:2,RS | wc -l)" -eq 1 ] &&
        [ "$(ls kept/ada/.Work/cur/*:2,FS | wc -l)" -eq 1 ] || return 1
    curl_imap "imaps://localhost:$imaps_port/Work" -X EXPUNGE >/dev/null
    rm near/Work/cur/1.x*
    mbsync_runs "$imaps_port" IMAPS &&
        [ "$(ls kept/ada/.Work/cur | wc -l)" -eq 0 ]
}

# mutt, at a terminal that script(1) makes: the message read is saved as mutt
# decoded it, and the one tagged is flagged.
mutt_reads() {
    rm -rf mutt.home
    mkdir mutt.home
    cat >mutt.home/rc <<END
set imap_user=ada imap_pass="pass word" ssl_starttls=yes ssl_force_tls=yes
set certificate_file=$PWD/ca.pem ssl_usesystemcerts=no
set tunnel="" header_cache="" confirmappend=no save_empty=yes copy=no
set wait_key=no quit=yes move=no mail_check=1 sleep_time=0 delete=yes
set pipe_decode=no
macro index X "<pipe-message>cat >$PWD/mutt.got<enter><flag-message>"
push "<limit>~A<enter>3<enter>X<sync-mailbox><quit>"
END
    HOME=$PWD/mutt.home TERM=xterm timeout 30 script -qec \
        "mutt -n -F $PWD/mutt.home/rc -f imap://localhost:$imap_port/INBOX" \
        /dev/null >mutt.said 2>&1 </dev/null
    grep -q '8 bit' mutt.got &&
        ls kept/ada/cur/*:2,F* >/dev/null
}

# The same mail straight from disk: what our server keeps, mutt can read.
mutt_reads_the_maildir() {
    printf '%s\n' 'set wait_key=no quit=yes move=no delete=no mark_old=no' \
        "macro index X \"<pipe-message>cat >$PWD/mutt.disk<enter>\"" \
        'push "<limit>~A<enter>3<enter>X<quit>"' >mutt.home/disk
    HOME=$PWD/mutt.home TERM=xterm timeout 30 script -qec \
        "mutt -n -R -F $PWD/mutt.home/disk -f $PWD/kept/ada" \
        /dev/null >mutt.said 2>&1 </dev/null
    grep -aq "8 bit" mutt.disk
}

python_talks() {
    python3 - "$imaps_port" "$PWD/ca.pem" <<'END'
import imaplib, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
m = imaplib.IMAP4_SSL("localhost", int(sys.argv[1]), ssl_context=context)
m.login("ada", "pass word")
assert m.create("Box.Sub")[0] == "OK"
body = b"Subject: p\r\n\r\n\xff no final line end"
assert m.append("Box.Sub", r"(\Seen work)", None, body)[0] == "OK"
m.select("Box.Sub")
answer = m.fetch("1", "(FLAGS BODY.PEEK[])")[1]
assert answer[0][1] == body, answer
assert b"work" in answer[0][0] + answer[1], answer
assert m.search(None, "KEYWORD", "work")[1] == [b"1"]
assert m.copy("1", "INBOX")[0] == "OK"
assert m.store("1", "+FLAGS", r"\Deleted")[0] == "OK"
assert m.expunge()[1] == [b"1"]
m.close()
assert m.delete("Box.Sub")[0] == "OK"
m.logout()
END
}

# Dovecot finds what our server has kept, and gives the same octets.
dovecot_reads_ours() {
    cp -r kept mail && rm -f mail/ada/wirelab-* && dovecot_owns mail &&
        dovecot_up "$PWD" || return 1
    local status=0 n=0
    for file in "$mail_want"/*; do
        n=$((n + 1))
        curl_imap "imaps://localhost:$imaps_port/INBOX;UID=$n" >got
        cmp "$file" got || status=1
    done
    dovecot_down
    return $status
}

imap_server_meets() {
    mkdir -p imap-server
    # shellcheck disable=SC2164 # made just now
    cd imap-server
    cp ../server.pem ../server.key ../ca.pem .
    printf 'ada:{PLAIN}pass word\n' >users
    mkdir -p kept
    mail_want=$PWD/want
    nasty_mail "$PWD/nasty"
    cp -r nasty/new "$mail_want"
    imap_server_up
    echo "curl, mbsync, mutt and Python, our IMAP server"
    curl_meets_imap_server
    holds "mbsync, STARTTLS, fetches all" mbsync_fetches
    holds "mbsync, port 993, sends flags and mail" mbsync_sends
    holds "mutt reads and flags" mutt_reads
    holds "mutt reads the Maildir itself" mutt_reads_the_maildir
    holds "Python's imaplib" python_talks
    kill "$server"
    holds "SIGTERM ends it cleanly" wait "$server"
    server=
    holds "Dovecot reads the same Maildir" dovecot_reads_ours
    cd ..
}
