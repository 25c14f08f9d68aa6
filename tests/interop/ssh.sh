#!/bin/bash
# SPDX-License-Identifier: MIT
# ssh.sh: to be sourced by run.sh: ssh-client against a stock OpenSSH and a
# stock Dropbear, by every way to log in; OpenSSH's ssh, sftp and scp, and curl,
# against ssh-server.
# shellcheck disable=SC2154 # bin, folder and here are set by who sources this

# shellcheck source=tests/stock_ssh.sh
. "$here/../stock_ssh.sh"

ssh_server=

ssh_ours() {
    "$bin/ssh-client" --max-time 60 --known-hosts "$folder/ssh/known" \
        --accept-new "$@" </dev/null
}

# The same, and a password is there.
ssh_ours_says() {
    WIRELAB_PASSWORD=$ssh_password ssh_ours "$@"
}

# shellcheck disable=SC2094 # read twice, written never
ssh_stream_passes() {
    "$bin/ssh-client" --max-time 60 --known-hosts "$folder/ssh/known" \
        -i "$folder/ssh/id_ed25519" "$1" cat <www/large | cmp - www/large
}

ssh_agent_logs_in() {
    (
        eval "$(ssh-agent)" >/dev/null
        ssh-add -q "$folder/ssh/id_ed25519"
        ssh_ours --auth agent "$@"
        status=$?
        kill "$SSH_AGENT_PID"
        exit $status
    )
}

# A file goes there and comes back, with its time; then the halves of one.
ssh_moves() {
    touch -d '2020-02-03 04:05:06 UTC' www/large
    rm -f got
    ssh_ours "$@" --put www/large moved && ssh_ours "$@" --get moved got &&
        cmp www/large got && [ "$(stat -c %Y got)" = 1580702706 ] || return
    head -c 1000000 www/large >got
    ssh_ours "$@" -C - --get moved got && cmp www/large got
}

# By way of it something is fetched from a server of ours.
ssh_tunnels() {
    local pid port behind http
    "$bin/http-server" --root www --listen 127.0.0.1:0 >behind &
    behind=$!
    for _ in $(seq 500); do
        grep -q ready behind && break
        sleep 0.01
    done
    http=$(sed -n 's/^ready .*://p' behind)
    "$bin/ssh-client" --max-time 60 --known-hosts "$folder/ssh/known" \
        --accept-new -L "0:127.0.0.1:$http" "$@" 2>ssh.err </dev/null &
    pid=$!
    for _ in $(seq 500); do
        grep -q ready ssh.err && break
        sleep 0.01
    done
    port=$(sed -n 's/^ready .*://p' ssh.err)
    curl -sS --max-time 20 -o got "http://127.0.0.1:$port/large" &&
        cmp www/large got
    local status=$?
    kill "$behind"
    kill "$pid" && wait "$pid" && return $status
}

# The same host with another key: somebody in the middle.
ssh_refuses_another_key() {
    sed "s| ssh-ed25519 .*| $(cut -d' ' -f1,2 "$folder/ssh/id_ed25519.pub")|
        s| ecdsa-sha2-nistp256 .*| $(cut -d' ' -f1,2 \
        "$folder/ssh/id_ecdsa.pub")|" "$folder/ssh/known" >known.other
    "$bin/ssh-client" --max-time 20 --known-hosts known.other --accept-new \
        -i "$folder/ssh/id_ed25519" "$1" true </dev/null
}

# A file that ssh-keygen has hashed.
ssh_reads_hashed() {
    cp "$folder/ssh/known" known.hashed
    ssh-keygen -q -H -f known.hashed
    "$bin/ssh-client" --max-time 20 --known-hosts known.hashed \
        -i "$folder/ssh/id_ed25519" "$1" true </dev/null
}

# client_logs_in NAME TARGET: what both stock servers can do.
ssh_client_meets() {
    local at=$2
    echo "our SSH client, stock $1"
    holds "$1, unknown, nobody to ask" exits 4 "$bin/ssh-client" \
        --known-hosts "$folder/ssh/none" "$at" true
    holds "$1, ed25519" gives 'hello
' ssh_ours -i "$folder/ssh/id_ed25519" "$at" echo hello
    holds "$1, RSA with SHA-2" gives 'hello
' ssh_ours -i "$folder/ssh/id_rsa" "$at" echo hello
    holds "$1, ECDSA" gives 'hello
' ssh_ours -i "$folder/ssh/id_ecdsa" "$at" echo hello
    holds "$1, the agent" gives 'hello
' ssh_agent_logs_in "$at" echo hello
    if [ -n "$ssh_password" ]; then
        holds "$1, a password" gives 'hello
' ssh_ours_says --auth password "$at" echo hello
        holds "$1, a wrong password" exits 6 \
            ssh_ours -u "$ssh_user:wrong" "${at#*@}" true
    else
        echo "    not to be seen here: passwords (needs root)"
    fi
    holds "$1, the status" exits 7 \
        ssh_ours -i "$folder/ssh/id_ed25519" "$at" exit 7
    holds "$1, standard error apart" gives 'out
' ssh_ours -i "$folder/ssh/id_ed25519" "$at" 'echo out; echo err >&2'
    holds "$1, 3 MB both ways" ssh_stream_passes "$at"
    holds "$1, files, their times, going on" \
        ssh_moves -i "$folder/ssh/id_ed25519" "$at"
    holds "$1, no such file" exits 1 \
        ssh_ours -i "$folder/ssh/id_ed25519" --get none got.none "$at"
    holds "$1, -L" ssh_tunnels -i "$folder/ssh/id_ed25519" "$at"
    holds "$1, another host key" exits 4 ssh_refuses_another_key "$at"
    holds "$1, a hashed file of hosts" ssh_reads_hashed "$at"
}

# ---- our server -------------------------------------------------------------

ssh_options() {
    echo "-o UserKnownHostsFile=$folder/ssh/known.ours" \
        "-o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes" \
        "-o LogLevel=ERROR -o IdentityFile=$folder/ssh/$1"
}

# shellcheck disable=SC2046 # words, meant to be split
ssh_theirs() {
    local key=$1
    shift
    timeout 60 ssh -F none -p "$ssh_port" $(ssh_options "$key") \
        eve@127.0.0.1 "$@" </dev/null
}

ssh_types() {
    timeout 60 ssh -F none -tt -p "$ssh_port" \
        -o UserKnownHostsFile="$folder/ssh/known.ours" \
        -o IdentityFile="$folder/ssh/id_ed25519" eve@127.0.0.1
}

# shellcheck disable=SC2046
sftp_theirs() {
    timeout 60 sftp -q -F none -P "$ssh_port" $(ssh_options id_ed25519) -b - \
        eve@127.0.0.1
}

# shellcheck disable=SC2046
scp_theirs() {
    timeout 60 scp -q -F none -p -P "$ssh_port" $(ssh_options id_ed25519) "$@"
}

sftp_moves() {
    rm -f got
    printf '%s\n' 'put www/large a' 'get a got' 'mkdir d' 'rename a d/b' \
        'ls -l d' 'rm d/b' 'rmdir d' | sftp_theirs && cmp www/large got
}

sftp_does_not_climb() {
    ! printf 'get ../../../../etc/passwd got.none\n' | sftp_theirs &&
        [ ! -e got.none ]
}

scp_moves() {
    rm -f got
    touch -d '2020-02-03 04:05:06 UTC' www/large
    scp_theirs www/large eve@127.0.0.1:c && scp_theirs eve@127.0.0.1:c got &&
        cmp www/large got && [ "$(stat -c %Y got)" = 1580702706 ]
}

curl_moves() {
    rm -f got
    curl -sS -k --max-time 60 -u 'eve:an apple' \
        "sftp://127.0.0.1:$ssh_port/README.txt" -o got && [ -s got ]
}

ssh_server_meets() {
    echo "eve:an apple" >ssh.accounts
    "$bin/ssh-server" --listen 127.0.0.1:0 --accounts ssh.accounts \
        --authorized-keys "eve=$folder/ssh/id_ed25519.pub" \
        --authorized-keys "eve=$folder/ssh/id_rsa.pub" \
        --host-key "$folder/ssh/host_ed25519" \
        --host-key "$folder/ssh/host_rsa" >ready.ssh 2>ssh-server.err &
    ssh_server=$!
    for _ in $(seq 500); do
        grep -q ready ready.ssh && break
        sleep 0.01
    done
    ssh_port=$(sed -n 's/^ready .*://p' ready.ssh)
    echo "OpenSSH's ssh, sftp and scp, and curl, our server"
    holds "ssh, ed25519" gives 'eve
' ssh_theirs id_ed25519 whoami
    holds "ssh, RSA" gives 'eve
' ssh_theirs id_rsa whoami
    holds "ssh, a key that is not his" exits 255 ssh_theirs id_ecdsa whoami
    holds "ssh, the status" exits 127 ssh_theirs id_ed25519 none
    holds "ssh, much output" says '^100000$' \
        ssh_theirs id_ed25519 seq 100000
    printf 'whoami\rexit 4\r' >ssh.keys
    holds "ssh, a shell in a terminal" exits 4 ssh_types <ssh.keys
    holds "sftp, there and back" sftp_moves
    holds "sftp, out of the folder" sftp_does_not_climb
    holds "scp, there and back, with the time" scp_moves
    holds "curl, a password, sftp://" curl_moves
    kill "$ssh_server"
    holds "SIGTERM ends it cleanly" wait "$ssh_server"
    ssh_server=
}

ssh_meets() {
    if ! stock_ssh_keys "$folder" || ! sshd_up "$folder" ||
        ! dropbear_up "$folder"; then
        echo "    FAILED to start sshd and dropbear"
        failed=$((failed + 1))
        return
    fi
    ssh_client_meets OpenSSH "$ssh_user@127.0.0.1:$sshd_port"
    [ -z "$ssh_password" ] || holds "OpenSSH, keyboard-interactive" gives 'hello
' ssh_ours_says --auth keyboard-interactive \
        "$ssh_user@127.0.0.1:$sshd_port" echo hello
    ssh_client_meets Dropbear "$ssh_user@127.0.0.1:$dropbear_port"
    ssh_server_meets
    stock_ssh_down
}
