#!/bin/bash
# SPDX-License-Identifier: MIT
# ftp_server.sh: to be sourced by run.sh: curl, lftp and Debian's stock ftp
# against our ftp-server, in clear and under TLS, passive and active, both ways.
# shellcheck disable=SC2154 # bin, folder and the files are of who sources this

# ftp_ours OPTION...: ftp-server over the folder "ftp", in clear and implicit
# TLS; sets ftp_url, ftp_port, ftps_url, ftp_pid.
ftp_ours() {
    mkdir -p ftp/sub ftp/in
    cp www/large www/small www/empty ftp
    printf 'one\ntwo\n' >ftp/text
    echo ada:secret >ftp.accounts
    "$bin/ftp-server" --root ftp --accounts ftp.accounts --anonymous \
        --listen 127.0.0.1:0 --listen-tls 127.0.0.1:0 \
        --tls-cert server.pem --tls-key server.key "$@" \
        >ftp.ready 2>ftp.err &
    ftp_pid=$!
    for _ in $(seq 500); do
        [ "$(wc -l <ftp.ready)" -eq 2 ] && break
        sleep 0.01
    done
    ftp_port=$(sed -n '1s/.*://p' ftp.ready)
    ftp_url=ftp://ada:secret@localhost:$ftp_port
    ftps_url=ftps://ada:secret@localhost:$(sed -n '2s/.*://p' ftp.ready)
}

# For the trap of run.sh, whatever happened.
ftp_ours_end() {
    [ -n "${ftp_pid:-}" ] && kill "$ftp_pid" 2>/dev/null
}

ftp_ours_down() {
    kill "$ftp_pid"
    holds "SIGTERM ends it cleanly" wait "$ftp_pid"
    ftp_pid=
}

ftp_curl() {
    curl -sS -4 --max-time 20 --cacert ca.pem "$@"
}

# ftp_lftp SETTINGS COMMANDS: commands of lftp, logged in as ada.
ftp_lftp() {
    lftp -c "set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 20
        set ssl:ca-file ca.pem; set ftp:ssl-force yes
        set xfer:clobber yes; $1
        open -u ada,secret ftp://localhost:$ftp_port; $2"
}
ftp_clear='set ftp:ssl-force no; set ftp:ssl-allow no'

# ftp_stock COMMANDS: Debian's ftp (tnftp). It exits 0 whatever happens.
ftp_stock() {
    printf 'user ada secret\n%s\nbye\n' "$1" |
        timeout 20 tnftp -n -v 127.0.0.1 "$ftp_port"
}

# ftp_sends FILE NAME COMMAND...: the command leaves FILE's bytes there.
ftp_sends() {
    local want=$1 name=$2
    shift 2
    rm -f "ftp/in/$name"
    "$@" && cmp "$want" "ftp/in/$name"
}

ftp_goes_on() {
    head -c 1234567 www/large >ftp/in/part
    "$@" && cmp www/large ftp/in/part
}

ftp_curl_meets() {
    local how=$1 url=$2 file
    shift 2
    for file in large empty small; do
        holds "curl, $how, down, $file" fetches "www/$file" \
            ftp_curl "$@" -o got "$url/$file"
        holds "curl, $how, up, $file" ftp_sends "www/$file" "$file" \
            ftp_curl "$@" -T "www/$file" "$url/in/$file"
    done
    holds "curl, $how, goes on down" resumes www/large \
        ftp_curl "$@" -C - -o got "$url/large"
    holds "curl, $how, goes on up" ftp_goes_on \
        ftp_curl "$@" -C - -T www/large "$url/in/part"
    holds "curl, $how, LIST" says '^drwx.* sub' ftp_curl "$@" "$url/"
    holds "curl, $how, NLST" says '^sub' ftp_curl "$@" -l "$url/"
    holds "curl, $how, MLSD" says '^type=dir;.* sub' \
        ftp_curl "$@" -X MLSD "$url/"
    holds "curl, $how, no such file" exits 78 \
        ftp_curl "$@" -o got "$url/none"
}

ftp_lftp_meets() {
    local how=$1 settings=$2
    holds "lftp, $how, down" fetches www/large \
        ftp_lftp "$settings" 'get large -o got'
    holds "lftp, $how, up" ftp_sends www/large large \
        ftp_lftp "$settings" 'put www/large -o in/large'
    holds "lftp, $how, goes on down" resumes www/large \
        ftp_lftp "$settings" 'get -c large -o got'
    holds "lftp, $how, goes on up" ftp_goes_on \
        ftp_lftp "$settings" 'put -c www/large -o in/part'
    holds "lftp, $how, a listing" says 'small' ftp_lftp "$settings" 'cls -l'
    holds "lftp, $how, a mirror" ftp_mirrors "$settings"
    holds "lftp, $how, makes, renames, removes" ftp_lftp "$settings" \
        'mkdir new; put www/small -o new/a; mv new/a new/b; rm new/b; rmdir new'
}

ftp_mirrors() {
    rm -rf mirrored
    mkdir -p ftp/tree/a/b
    seq 1000 >ftp/tree/a/b/numbers
    cp www/empty ftp/tree/empty
    ftp_lftp "$1" 'mirror tree mirrored' && diff -r ftp/tree mirrored &&
        ftp_lftp "$1" 'mirror -R mirrored in/tree' &&
        diff -r mirrored ftp/in/tree
    local outcome=$?
    rm -rf ftp/in/tree
    return $outcome
}

ftp_stock_meets() {
    local how=$1 settings=$2
    holds "ftp, $how, down" fetches www/large \
        ftp_stock "$settings
get large got"
    holds "ftp, $how, up" ftp_sends www/large large \
        ftp_stock "$settings
put www/large in/large"
    holds "ftp, $how, goes on down" resumes www/large \
        ftp_stock "$settings
reget large got"
    holds "ftp, $how, type A" fetches ftp/text ftp_stock "$settings
ascii
get text got"
    holds "ftp, $how, listings" says '^text' ftp_stock "$settings
ls
nlist"
    holds "ftp, $how, several by a pattern" fetches www/small \
        ftp_stock "$settings
prompt
lcd ftp/in
mget sm*
lcd ../..
!cp ftp/in/small got"
}

ftp_clients_meet() {
    local active_tls='set ftp:passive-mode no'
    echo "curl, lftp and ftp, our ftp-server"
    ftp_ours
    ftp_curl_meets "EPSV" "$ftp_url"
    ftp_curl_meets "PASV" "$ftp_url" --disable-epsv
    ftp_curl_meets "EPRT" "$ftp_url" -P -
    ftp_curl_meets "PORT" "$ftp_url" -P - --disable-eprt
    ftp_curl_meets "AUTH TLS" "$ftp_url" --ssl-reqd
    ftp_curl_meets "AUTH TLS, TLS 1.2" "$ftp_url" --ssl-reqd --tls-max 1.2
    ftp_curl_meets "implicit TLS" "$ftps_url"
    holds "curl, type A" fetches ftp/text ftp_curl -B -o got "$ftp_url/text"
    holds "curl, a wrong password" exits 67 \
        ftp_curl -u ada:wrong "ftp://localhost:$ftp_port/"
    holds "curl, a guest" fetches www/large \
        ftp_curl -o got "ftp://localhost:$ftp_port/large"
    holds "curl, a guest may not write" exits 25 \
        ftp_curl -T www/small "ftp://localhost:$ftp_port/in/guest"
    holds "curl, out of the root" exits 9 \
        ftp_curl --path-as-is "$ftp_url/%2e%2e/none/x"
    ftp_lftp_meets "passive" "$ftp_clear"
    ftp_lftp_meets "active" "$ftp_clear; set ftp:passive-mode no"
    ftp_lftp_meets "TLS" ''
    ftp_lftp_meets "TLS, active" "$active_tls"
    ftp_stock_meets "passive" passive
    ftp_stock_meets "active" 'passive off'
    ftp_ours_down
    ftp_ours --require-tls --require-reuse
    holds "curl resumes the session" fetches www/large \
        ftp_curl --ssl-reqd -o got "$ftp_url/large"
    holds "curl, and sends" ftp_sends www/large large \
        ftp_curl --ssl-reqd -T www/large "$ftp_url/in/large"
    holds "curl, no password in clear" exits 67 \
        ftp_curl -o got "$ftp_url/large"
    ftp_ours_down
}
