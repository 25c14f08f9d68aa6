#!/bin/bash
# SPDX-License-Identifier: MIT
# between.sh: to be sourced by run.sh: what stands between client and server.
# Our client by way of a stock proxy; our gateway in front of a stock server,
# asked by curl.
# shellcheck disable=SC2154 # client, bin, the ports are set by who sources this

# our_server OPTION...: http-server at a port of its own; its URL in `between`.
our_server() {
    "$bin/http-server" --listen 127.0.0.1:0 "$@" >ours 2>ours.err &
    gateway=$!
    for _ in $(seq 500); do
        grep -q ready ours && break
        sleep 0.01
    done
    between=http://$(sed 's/ready //' ours)
}

our_server_down() {
    kill $gateway
    wait $gateway
    gateway=
}

# Apache, which was started last, is a proxy too: for http it asks for us, for
# https it opens a tunnel.
client_asks_proxy() {
    local proxy=localhost:$http_port
    echo "our client, apache as a proxy"
    our_server --root www
    holds "a URL, whole" fetches www/large \
        "$client" -x "$proxy" -o got "$between/large"
    holds "the proxy says that it was there" says '^S: Via: 1.1 ' \
        "$client" -v -x "$proxy" "$between/small"
    our_server_down
    holds "a tunnel" fetches www/large "$client" --cacert ca.pem \
        -x "$proxy" -o got "https://localhost:$tls13_port/large"
    holds "two URLs through one tunnel" gives 1 tunnels "$proxy"
    holds "a tunnel that is not opened" exits 1 \
        "$client" -x "$proxy" "https://localhost:$http_port/small"
    holds "nobody behind the proxy" says '^HTTP/1.1 50[23]' \
        "$client" -i -x "$proxy" http://localhost:1/
}

tunnels() {
    "$client" -v --cacert ca.pem -x "$1" -o got -o got \
        "https://localhost:$tls13_port/small" \
        "https://localhost:$tls13_port/small" 2>&1 |
        grep -c '^C: CONNECT' | tr -d '\n'
}

# curl, our gateway, and behind it the server that was started last.
gateway_meets() {
    echo "curl, our gateway, $1"
    our_server --gateway "http://127.0.0.1:$http_port" --gateway-name gate
    local http=$between
    holds "a file" fetches www/large curl -sS -o got "$http/large"
    holds "HTTP/1.0" fetches www/large curl -sS -0 -o got "$http/large"
    holds "a packed one" fetches www/text.txt \
        curl -sS --compressed -o got "$http/gzip/text.txt"
    holds "chunks" fetches www/text.txt \
        curl -sS --compressed -o got "$http/chunked/text.txt"
    holds "a part" gives mall curl -sS -r 1-4 "$http/small"
    holds "HEAD" says '^Content-Length: 3000000' curl -sS -I "$http/large"
    holds "Via" says '^Via: 1.1 gate' curl -sS -I "$http/large"
    holds "two files, one connection" gives 10 \
        curl -sS -o got -o got -w '%{num_connects}' "$http/small" "$http/large"
    holds "PUT" gives 2 status_class -T www/large "$http/put/gate-$1"
    holds "and it is there" fetches www/large \
        curl -sS -o got "$http/put/gate-$1"
    our_server_down
}

status_class() {
    curl -sS -o got -w '%{http_code}' "$@" | cut -c1 | tr -d '\n'
}
