#!/bin/bash
# SPDX-License-Identifier: MIT
# client.sh: to be sourced by run.sh: what our client must get from any server
# that servers.sh starts, over the folder www: text.txt, large, small, empty.
# shellcheck disable=SC2154 # client and the ports are set by who sources this

# One connection, and one only, was made by a command that said so with -v.
one_connection() {
    "$@" -v >/dev/null 2>said.v
    cat said.v
    [ "$(grep -c '^\* connect ' said.v)" -eq 1 ]
}

# The field's value in the header of the URL, as the server sent it.
field() {
    "$client" -I "$2" | tr -d '\r' | sed -n "s/^$1: //Ip"
}

# puts FILE NAME OPTION...: what was put is there, and is the same.
puts_file() {
    local file=$1 name=$2
    shift 2
    "$client" -f -T "$file" "$@" -o got.put "$http/put/$name" &&
        cmp "$file" "www/put/$name"
}

puts_in_chunks() {
    "$client" -f -T - -o got.put "$http/put/$2" <"$1" && cmp "$1" "www/put/$2"
}

client_meets() {
    local name=$1
    http=http://localhost:$http_port
    local etag modified
    etag=$(field ETag "$http/text.txt")
    modified=$(field Last-Modified "$http/text.txt")

    echo "our client, stock $name"
    holds "a small file" fetches www/small "$client" -o got "$http/small"
    holds "a large file" fetches www/large "$client" -o got "$http/large"
    holds "an empty file" fetches www/empty "$client" -o got "$http/empty"
    holds "HTTP/1.0" fetches www/large "$client" --http1.0 -o got "$http/large"
    holds "HEAD has no body" gives '' "$client" -X HEAD "$http/small"
    holds "a 404 is an answer" exits 0 "$client" -o got "$http/none"
    holds "with -f it is a refusal" exits 1 "$client" -f "$http/none"
    holds "a range" gives 'mall' "$client" -r 1-4 "$http/small"
    holds "the end of it" gives 'all
' "$client" -r -4 "$http/small"
    holds "two ranges, two parts" says 'part 2 of 2' \
        "$client" -v -r 0-0,-1 "$http/large" -o got
    holds "an impossible range" says '^S: HTTP/1.1 416 ' \
        "$client" -v -r 9999999- "$http/small" -o got
    holds "a download goes on" resumes www/large \
        "$client" -C - -o got "$http/large"
    holds "the validator still holds" says '^S: HTTP/1.1 304 ' \
        "$client" -v -H "If-None-Match: $etag" "$http/text.txt"
    holds "another does not" says '^S: HTTP/1.1 200 ' \
        "$client" -v -H 'If-None-Match: "no"' "$http/text.txt" -o got
    holds "not changed since" says '^S: HTTP/1.1 304 ' \
        "$client" -v -H "If-Modified-Since: $modified" "$http/text.txt"
    # lighttpd does not look at If-Match where a file is fetched.
    [ "$name" = lighttpd ] ||
        holds "a precondition fails" says '^S: HTTP/1.1 412 ' \
            "$client" -v -H 'If-Match: "no"' "$http/text.txt" -o got
    holds "gzip, unpacked" fetches www/text.txt \
        "$client" --compressed -o got "$http/gzip/text.txt"
    holds "gzip, really" says '^S: Content-Encoding: gzip' \
        "$client" -v --compressed -o got "$http/gzip/text.txt"
    holds "chunked" fetches www/text.txt \
        "$client" --compressed -o got "$http/chunked/text.txt"
    holds "chunked, really" says '^S: Transfer-Encoding: chunked' \
        "$client" -v --compressed -o got "$http/chunked/text.txt"
    holds "kept by the cache" says '^\* cache: stored: ' \
        "$client" -v --cache "$name" -o got "$http/text.txt"
    holds "asked about" says '^S: HTTP/1.1 304 ' "$client" -v --cache "$name" \
        -H 'Cache-Control: no-cache' -o got "$http/text.txt"
    holds "and given" fetches www/text.txt "$client" --cache "$name" \
        -H 'Cache-Control: no-cache' -o got "$http/text.txt"
    holds "kept as gzip" fetches www/text.txt \
        "$client" --compressed --cache "$name" -o got "$http/gzip/text.txt"
    holds "given unpacked" fetches www/text.txt "$client" --compressed \
        --cache "$name" -H 'Cache-Control: no-cache' -o got \
        "$http/gzip/text.txt"
    holds "three URLs, one connection" one_connection \
        "$client" "$http/small" "$http/empty" "$http/small"
    holds "HTTP/1.0, kept alive" one_connection "$client" --http1.0 \
        -H 'Connection: keep-alive' "$http/small" "$http/small"
    holds "PUT" puts_file www/text.txt "$name-1"
    holds "PUT of what is there" puts_file www/small "$name-1"
    holds "PUT in chunks" puts_in_chunks www/large "$name-2"
    holds "PUT after 100 Continue" says '^S: HTTP/1.1 100 Continue' \
        "$client" -f -v -T www/large -o got.put "$http/put/$name-3"
    client_logs_in "$name"
    client_speaks_tls
}

client_logs_in() {
    local how='Digest with SHA-256'
    [ "$1" = apache ] && how='Digest with MD5'
    [ "$1" = nginx ] && how=Basic
    holds "a log-in" fetches www/small "$client" -f --anyauth --insecure-auth \
        -u ada:lovelace -o got "$http/locked/small"
    holds "by $how" says "^\\* log-in: $how" "$client" -f -v --anyauth \
        --insecure-auth -u ada:lovelace -o got "$http/locked/small"
    holds "a wrong password" exits 1 "$client" -f --anyauth --insecure-auth \
        -u ada:byron "$http/locked/small"
    holds "twice over one connection" one_connection "$client" -f --anyauth \
        --insecure-auth -u ada:lovelace \
        "$http/locked/small" "$http/locked/empty"
}

client_speaks_tls() {
    local version port
    for version in 1.2 1.3; do
        port=tls${version/./}_port
        holds "TLS $version" fetches www/large \
            "$client" --cacert ca.pem -o got "https://localhost:${!port}/large"
        holds "TLS $version, really" says "version: TLSv$version" "$client" \
            -v --cacert ca.pem -o got "https://localhost:${!port}/small"
    done
}
