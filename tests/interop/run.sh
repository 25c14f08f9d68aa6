#!/bin/bash
# SPDX-License-Identifier: MIT
# interop/run.sh BIN: our client against a stock nginx, apache and lighttpd, and
# by way of a stock proxy; our gateway in front of them; curl, wget and Chromium
# against our server; our mail clients against Dovecot and Postfix, mpop,
# fetchmail and curl against our POP3 server; swaks, curl and msmtp against our
# SMTP server. A case is a sentence and a command
# that must hold. Ends in "N passed, N failed".
set -u
exec </dev/null
bin=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/stock.sh
. "$here/../stock.sh"
# shellcheck source=tests/dovecot.sh
. "$here/../dovecot.sh"
# shellcheck source=tests/postfix.sh
. "$here/../postfix.sh"
# shellcheck source=tests/interop/smtp.sh
. "$here/smtp.sh"
# shellcheck source=tests/interop/mailbox_check.sh
. "$here/mailbox_check.sh"
# shellcheck source=tests/interop/smtp_server.sh
. "$here/smtp_server.sh"
# shellcheck source=tests/interop/servers.sh
. "$here/servers.sh"
# shellcheck source=tests/interop/client.sh
. "$here/client.sh"
# shellcheck source=tests/interop/between.sh
. "$here/between.sh"
# shellcheck source=tests/interop/ssh.sh
. "$here/ssh.sh"
# shellcheck source=tests/interop/telnet.sh
. "$here/telnet.sh"
# shellcheck source=tests/interop/mailbox.sh
. "$here/mailbox.sh"
# shellcheck source=tests/interop/ftp_server.sh
. "$here/ftp_server.sh"
# shellcheck source=tests/interop/ftp.sh
. "$here/ftp.sh"
# shellcheck source=tests/interop/imap_server.sh
. "$here/imap_server.sh"

folder=$(mktemp -d "${TMPDIR:-/tmp}/wirelab-interop-XXXXXX") || exit 8
server=
peer_pid_file=
gateway=
trap 'stock_down; stock_ssh_down; peer_down; postfix_down; dovecot_down
    ftp_ours_end; telnet_end; stock_ftp_down
    [ -n "$server$gateway" ] && kill $server $gateway
    rm -rf "$folder"' EXIT
passed=0 failed=0

# holds SENTENCE COMMAND...: what a command that fails had said is shown.
holds() {
    local sentence=$1
    shift
    if "$@" >"$folder/said" 2>&1; then
        passed=$((passed + 1))
    else
        echo "    FAILED $sentence (exit $?): $*"
        sed 's/^/        /' "$folder/said"
        failed=$((failed + 1))
    fi
}

# exits STATUS COMMAND...: it ends with this status and no other.
exits() {
    local want=$1
    shift
    "$@"
    local got=$?
    [ "$got" -eq "$want" ] || echo "exit $got, not $want"
    [ "$got" -eq "$want" ]
}

# gives TEXT COMMAND...: TEXT is its standard output, to the byte.
gives() {
    local want=$1
    shift
    local got
    got=$("$@"; echo .)
    [ "$got" = "$want." ] || printf 'gave: %s\n' "$got"
    [ "$got" = "$want." ]
}

# says PATTERN COMMAND...: its output, standard error too, has it somewhere.
says() {
    local pattern=$1
    shift
    "$@" 2>&1 | tee /dev/stderr | grep -qE "$pattern"
}

# fetches FILE COMMAND...: the command leaves FILE's bytes in the file "got".
fetches() {
    local want=$1
    shift
    rm -f got
    "$@" && cmp "$want" got
}

resumes() {
    head -c 1000 "$1" >got
    shift
    "$@" && cmp www/large got
}

# ---- what both sides serve --------------------------------------------------

cd "$folder" || exit 8
stock_up "$folder" || exit 8
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout stranger.key -subj '/CN=a stranger' -out stranger.pem 2>/dev/null
head -c 3000000 /dev/urandom >www/large
echo small >www/small
: >www/empty
chmod -R a+rX "$folder"
http=http://localhost:$http_port https=https://localhost:$https_port
client=$bin/http-client

echo "our client, stock nginx"
holds "a small file" gives 'small
' "$client" "$http/small"
holds "a large file" fetches www/large "$client" -o got "$http/large"
holds "an empty file" fetches www/empty "$client" -o got "$http/empty"
holds "HTTP/1.0" fetches www/large "$client" --http1.0 -o got "$http/large"
holds "chunked" fetches www/small "$client" -o got "$http/chunked/small"
holds "HEAD has no body" gives '' "$client" -X HEAD "$http/small"
holds "three URLs, one connection" gives '1 2 3 ' \
    "$client" "$http/count" "$http/count" "$http/count"
holds "HTTP/1.0, a connection each" gives '1 1 ' \
    "$client" --http1.0 "$http/count" "$http/count"
holds "a 404 is an answer" exits 0 "$client" -o got "$http/none"
holds "with -f it is a refusal" exits 1 "$client" -f -o got404 "$http/none"
holds "and leaves no file" exits 2 ls got404
holds "a redirect is not followed" exits 0 "$client" -o got "$http/moved"
holds "with -L it is" fetches www/small "$client" -L -o got "$http/moved"
holds "a range" gives 'mall' "$client" -r 1-4 "$http/small"
holds "a download goes on" resumes www/large \
    "$client" -C - -o got "$http/large"
holds "POST with a body" gives 'POST a' "$client" -d x=1 "$http/here?a"
holds "PUT to a static file: 405" exits 1 "$client" -f -T www/small \
    "$http/small"
holds "nobody listens" exits 3 "$client" http://localhost:1/
holds "no such name" exits 3 "$client" http://none.invalid/

echo "our client, stock nginx with TLS"
holds "our authority" fetches www/large \
    "$client" --cacert ca.pem -o got "$https/large"
holds "an unknown authority" exits 4 "$client" "$https/small"
holds "a stranger's authority" exits 4 \
    "$client" --cacert stranger.pem "$https/small"
holds "-k goes on" fetches www/small "$client" -k -o got "$https/small"
holds "another name" exits 4 "$client" --cacert ca.pem \
    --resolve "www.test:$https_port:127.0.0.1" "https://www.test:$https_port/"
holds "an address in the certificate" gives 'small
' "$client" --cacert ca.pem "https://127.0.0.1:$https_port/small"
holds "TLS spoken to a clear port" exits 7 \
    "$client" -k "https://localhost:$http_port/"

# ---- the same, of three servers ---------------------------------------------

seq 60000 >www/text.txt
mkdir www/put dav
chmod a+rwX . www/put dav
for name in nginx apache lighttpd; do
    "${name}_up" "$folder" || exit 8
    client_meets "$name"
    gateway_meets "$name"
    [ "$name" != apache ] || client_asks_proxy
    peer_down
done

# ---- our server -------------------------------------------------------------

echo "curl, wget and Chromium, our server"
"$bin/http-server" --root www --writable \
    --listen 127.0.0.1:0 --listen-tls 127.0.0.1:0 \
    --tls-cert server.pem --tls-key server.key >ready 2>server.err &
server=$!
for _ in $(seq 500); do
    [ "$(wc -l <ready)" -eq 2 ] && break
    sleep 0.01
done
http=http://localhost:$(sed -n '1s/.*://p' ready)
https=https://localhost:$(sed -n '2s/.*://p' ready)

get() {
    curl -sS -4 --max-time 20 --cacert ca.pem "$@"
}

code() {
    get -o /dev/null -w '%{http_code}' "$@"
}

# The condition is the validator that the first answer brought.
validated() {
    get -o got --etag-save etag "$http/small" &&
        code --etag-compare etag "$http/small"
}

put_in_chunks() {
    get -o got.put -H 'Transfer-Encoding: chunked' -T - "$http/put/$2" <"$1" &&
        cmp "$1" "www/put/$2"
}

# The document after its style, image and script have come and been used. The
# certificate's key is named, since Chromium has no option for an authority.
key=$(openssl x509 -in server.pem -pubkey -noout |
    openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
chromium_reads() {
    timeout 60 chromium --headless --no-sandbox --disable-gpu \
        --user-data-dir="$folder/chromium" --virtual-time-budget=5000 \
        --ignore-certificate-errors-spki-list="$key" --dump-dom "$1"
}
cat >www/page.html <<END
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<link rel="stylesheet" href="page.css"></head>
<body><p id="p">Not yet</p><img id="i" src="page.svg" alt=""></body>
<script src="page.js"></script></html>
END
echo 'p { color: rgb(1, 2, 3); }' >www/page.css
echo '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>' \
    >www/page.svg
cat >www/page.js <<'END'
window.addEventListener("load", () => {
    const p = document.getElementById("p"), i = document.getElementById("i");
    if (getComputedStyle(p).color === "rgb(1, 2, 3)" && i.naturalWidth === 7) {
        p.className = "loaded";
        p.textContent = "All is here";
    }
});
END

holds "curl, clear" fetches www/large get -o got "$http/large"
holds "curl, TLS" fetches www/large get -o got "$https/large"
holds "curl, HTTP/1.0" fetches www/large get -0 -o got "$http/large"
holds "curl, an empty file" fetches www/empty get -o got "$http/empty"
holds "curl, HEAD" says '^Content-Length: 3000000' get -I "$http/large"
holds "curl, no such file" gives 404 code "$http/none"
holds "curl, out of the root" gives 400 code --path-as-is "$http/../ca.key"
holds "curl, out of it, encoded" gives 400 \
    code --path-as-is "$http/%2e%2e/ca.key"
holds "curl, a range" gives 'mall' get -r 1-4 "$http/small"
holds "curl, the end of it" gives 'all
' get -r -4 "$http/small"
holds "curl, an impossible range" gives 416 code -r 9999- "$http/small"
holds "curl goes on" resumes www/large get -C - -o got "$http/large"
holds "curl, two URLs, one connection" gives 10 \
    get -o got -o got -w '%{num_connects}' "$http/small" "$http/small"
holds "curl, no Host" gives 400 code -H 'Host:' "$http/small"
holds "curl, not changed since" gives 304 \
    code -z "$(date -R -d '+1 hour')" "$http/small"
holds "curl, a method it does not know" gives 501 \
    code -X BREW "$http/small"
holds "curl, two ranges" says '^Content-Type: multipart/byteranges;' \
    get -i -r 0-0,-1 "$http/small"
holds "curl, the validator still holds" gives 304 validated
holds "curl, gzip" fetches www/text.txt \
    get --compressed -H 'Accept-Encoding: gzip' -o got "$http/text.txt"
holds "curl, br" fetches www/text.txt \
    get --compressed -H 'Accept-Encoding: br' -o got "$http/text.txt"
holds "curl, all that it knows" fetches www/text.txt \
    get --compressed -o got "$https/text.txt"
holds "curl, gzip, really" says '^Content-Encoding: gzip' \
    get -I -H 'Accept-Encoding: gzip' "$http/text.txt"
holds "curl, PUT after 100 Continue" says '^< HTTP/1.1 100 Continue' \
    get -v -H 'Expect: 100-continue' -T www/large "$http/put/curl-1"
holds "curl, and it is there" cmp www/large www/put/curl-1
holds "curl, PUT in chunks" put_in_chunks www/large curl-2
holds "curl, TLS 1.2" fetches www/large \
    get --tls-max 1.2 -o got "$https/large"
holds "curl, TLS 1.3" fetches www/large get --tlsv1.3 -o got "$https/large"
holds "wget, several files, one connection" says 'Reusing existing' \
    wget -4 --tries=1 -O got "$http/small" "$http/large"
holds "wget, gzip" fetches www/text.txt \
    wget -q -4 --tries=1 --compression=gzip -O got "$http/text.txt"
holds "Chromium, clear" says 'class="loaded">All is here' \
    chromium_reads "$http/page.html"
holds "Chromium, TLS" says 'class="loaded">All is here' \
    chromium_reads "$https/page.html"
holds "wget, clear" fetches www/large \
    wget -q -4 --tries=1 -O got "$http/large"
holds "wget, TLS" fetches www/large \
    wget -q -4 --tries=1 --ca-certificate=ca.pem -O got "$https/large"
holds "wget goes on" resumes www/large \
    wget -q -4 --tries=1 -c -O got "$http/large"
holds "openssl finds the chain right" says 'Verify return code: 0' \
    openssl s_client -connect "${https#https://}" -CAfile ca.pem \
    -verify_hostname localhost
holds "our own client" fetches www/large \
    "$client" --cacert ca.pem -o got "$https/large"
kill "$server"
holds "SIGTERM ends it cleanly" wait "$server"
server=

mailbox_meets
ftp_clients_meet
ftp_servers_meet
imap_server_meets

echo "our mail client, stock Postfix"
smtp_cases
smtp_server_meets
telnet_meets
ssh_meets

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
