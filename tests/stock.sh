#!/bin/sh
# SPDX-License-Identifier: MIT
# stock.sh: to be sourced by scripts that need a stock nginx. It runs as
# whoever calls, in a folder of its own, on ports that were free.
#
#     stock_up FOLDER    writes FOLDER/ca.pem, starts nginx over FOLDER/www;
#                        sets http_port, https_port
#     stock_down         ends it

PATH=$PATH:/usr/sbin:/sbin

# stock_leaf FOLDER NAME DAYS SAN: a certificate NAME.pem of FOLDER's CA.
stock_leaf() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "$1/$2.key" -subj "/CN=$2" -out "$1/$2.csr" 2>/dev/null &&
        printf 'subjectAltName=%s\n' "$4" >"$1/$2.ext" &&
        openssl x509 -req -in "$1/$2.csr" -CA "$1/ca.pem" -CAkey "$1/ca.key" \
            -CAcreateserial -days "$3" -extfile "$1/$2.ext" \
            -out "$1/$2.pem" 2>/dev/null
}

stock_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "$1/ca.key" -subj '/CN=bench CA' -days 30 \
        -out "$1/ca.pem" 2>/dev/null &&
        stock_leaf "$1" server 30 'DNS:localhost,IP:127.0.0.1'
}

stock_config() {
    cat <<END
worker_processes 1;
daemon on;
pid $1/nginx.pid;
error_log $1/error.log;
events { worker_connections 512; }
http {
    access_log off;
    sendfile on;
    client_body_temp_path $1/t1; proxy_temp_path $1/t2;
    fastcgi_temp_path $1/t3; uwsgi_temp_path $1/t4; scgi_temp_path $1/t5;
    ssl_certificate $1/server.pem;
    ssl_certificate_key $1/server.key;
    server {
        listen 127.0.0.1:$2;
        listen 127.0.0.1:$3 ssl;
        root $1/www;
        location = /moved { return 301 /small; }
        location = /here { return 200 "\$request_method \$args"; }
        location = /count { return 200 "\$connection_requests "; }
        location /chunked/ { alias $1/www/; ssi on; ssi_types *; }
    }
}
END
}

# A port is free when nginx could take it: we draw until one is.
stock_up() {
    mkdir -p "$1/www" && stock_ca "$1" || return 1
    for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        http_port=$(shuf -i 20000-32000 -n 1)
        https_port=$((http_port + 1))
        stock_config "$1" "$http_port" "$https_port" >"$1/nginx.conf"
        if nginx -p "$1" -c "$1/nginx.conf" 2>"$1/start.$attempt"; then
            stock_pid=$1/nginx.pid
            return 0
        fi
        grep -q 'Address already in use' "$1/start.$attempt" || break
    done
    cat "$1/start.$attempt" >&2
    return 1
}

stock_down() {
    [ -s "${stock_pid:-}" ] && kill "$(cat "$stock_pid")" 2>/dev/null
}
