#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# bench/ssh.sh: ssh-client beside curl and OpenSSH's own clients, against the
# same stock sshd: one large file over SFTP, and `true` as a command. Sourced by
# run.sh.
#
# curl has the same libssh2 beneath; OpenSSH's sftp has its own code, and the
# ratio to it is printed, not judged.

# shellcheck source=tests/stock_ssh.sh
. "$here/../stock_ssh.sh"

ssh_sessions() {
    chmod a+rx "$folder"
    if ! stock_ssh_keys "$folder" || ! sshd_up "$folder"; then
        echo '    FAILED to start sshd'
        failed=$((failed + 1))
        return
    fi
    cd "$folder" || exit 8
    head -c "$bytes" /dev/urandom >"$ssh_home/big"
    chmod a+r "$ssh_home/big"
    key=$folder/ssh/id_ed25519 at=$ssh_user@127.0.0.1
    ours="exec $bin/ssh-client -s --known-hosts known --accept-new -i $key"
    quiet="-F none -o UserKnownHostsFile=known.theirs -o LogLevel=ERROR"
    quiet="$quiet -o StrictHostKeyChecking=accept-new"
    quiet="$quiet -o IdentitiesOnly=yes -i $key"
    compare 'sftp down : curl' 1.0 \
        "$ours --get $ssh_home/big f $at:$sshd_port" \
        "exec curl -s -k --key $key --pubkey $key.pub -u $ssh_user: \
            -o f sftp://127.0.0.1:$sshd_port$ssh_home/big"
    cmp -s f "$ssh_home/big" || echo '    FAILED: not the same bytes'
    "$pair" -n "$runs" 'sftp down : OpenSSH (shown)' \
        "$ours --get $ssh_home/big f $at:$sshd_port" \
        "exec sftp -q $quiet -P $sshd_port $at:$ssh_home/big f >x"
    compare 'exec true : ssh' 1.2 "$ours $at:$sshd_port true </dev/null" \
        "exec ssh $quiet -p $sshd_port $at true </dev/null"
    cd - >/dev/null || exit 8
    stock_ssh_down
}
