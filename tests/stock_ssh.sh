#!/bin/sh
# SPDX-License-Identifier: MIT
# stock_ssh.sh: to be sourced by scripts that need a stock OpenSSH or Dropbear,
# on ports that were free, in a folder of its own.
#
#     stock_ssh_keys FOLDER   host keys, and the user's: FOLDER/ssh/id_*
#     sshd_up FOLDER          sets sshd_port
#     dropbear_up FOLDER      sets dropbear_port
#     stock_ssh_down          ends them
#
# Where root may make a mount namespace, the servers see an account of their
# own, ssh_user=ada, with ssh_password, that the machine never has. Elsewhere
# ssh_user is whoever calls, by key only, and ssh_password is empty.

stock_ssh_pids=

stock_ssh_port() {
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
        LocalAddr => "127.0.0.1", Listen => 1)->sockport'
}

# One account more, in copies of the files that say who there is.
stock_ssh_account() {
    ssh_user=ada ssh_password='love lace' ssh_home=$1/ssh/home
    cp /etc/passwd /etc/group "$1/ssh/" && cp /etc/shadow "$1/ssh/shadow" &&
        echo "ada:x:60123:60123::$ssh_home:/bin/sh" >>"$1/ssh/passwd" &&
        echo "ada:x:60123:" >>"$1/ssh/group" &&
        echo "ada:$(openssl passwd -6 "$ssh_password"):19000:0:99999:7:::" \
            >>"$1/ssh/shadow" &&
        chmod 644 "$1/ssh/passwd" "$1/ssh/group" &&
        chmod 640 "$1/ssh/shadow" && chgrp shadow "$1/ssh/shadow" &&
        chown -R 60123:60123 "$ssh_home" && mkdir -p /run/sshd
}

stock_ssh_keys() {
    mkdir -p "$1/ssh/home/.ssh" || return
    for type in ed25519 rsa ecdsa; do
        ssh-keygen -q -t $type -N '' -f "$1/ssh/host_$type" &&
            ssh-keygen -q -t $type -N '' -f "$1/ssh/id_$type" || return
    done
    cat "$1"/ssh/id_*.pub >"$1/ssh/home/.ssh/authorized_keys"
    chmod 755 "$1" "$1/ssh" "$1/ssh/home"
    chmod 700 "$1/ssh/home/.ssh"
    chmod 600 "$1/ssh/home/.ssh/authorized_keys"
    # shellcheck disable=SC2034 # for who sources this
    ssh_user=$(id -un) ssh_password='' ssh_home=$1/ssh/home
    if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
        stock_ssh_account "$1"
    fi
}

# stock_ssh_run FOLDER COMMAND...: where the account is, if there is one.
# shellcheck disable=SC2016 # expanded inside
stock_ssh_run() {
    stock_ssh_folder=$1
    shift
    if [ -n "$ssh_password" ]; then
        unshare -m sh -c 'for f in passwd group shadow; do
                mount --bind "$0/$f" "/etc/$f" || exit; done
            exec "$@"' "$stock_ssh_folder/ssh" "$@" &
    else
        "$@" &
    fi
    stock_ssh_pids="$stock_ssh_pids $!"
}

# stock_ssh_await PORT: until somebody listens there, ten seconds at most.
stock_ssh_await() {
    for _ in $(seq 500); do
        perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(
            PeerAddr => "127.0.0.1", PeerPort => $ARGV[0])' "$1" && return
        sleep 0.02
    done
    return 1
}

sshd_up() {
    sshd_port=$(stock_ssh_port)
    pam=no
    [ -z "$ssh_password" ] || pam=yes
    cat >"$1/ssh/sshd_config" <<END
Port $sshd_port
ListenAddress 127.0.0.1
HostKey $1/ssh/host_ed25519
HostKey $1/ssh/host_rsa
HostKey $1/ssh/host_ecdsa
PidFile $1/ssh/sshd.pid
AuthorizedKeysFile $1/ssh/home/.ssh/authorized_keys
StrictModes no
UsePAM $pam
PasswordAuthentication yes
KbdInteractiveAuthentication yes
PermitRootLogin prohibit-password
MaxAuthTries 10
MaxStartups 100
PrintMotd no
Subsystem sftp /usr/lib/openssh/sftp-server
END
    stock_ssh_run "$1" "$(command -v sshd || echo /usr/sbin/sshd)" -D \
        -f "$1/ssh/sshd_config" -E "$1/ssh/sshd.log"
    stock_ssh_await "$sshd_port"
}

dropbear_up() {
    dropbear_port=$(stock_ssh_port)
    dropbearkey -t ed25519 -f "$1/ssh/dropbear_key" >/dev/null 2>&1
    stock_ssh_run "$1" "$(command -v dropbear || echo /usr/sbin/dropbear)" \
        -F -E -p "127.0.0.1:$dropbear_port" -r "$1/ssh/dropbear_key" \
        -P "$1/ssh/dropbear.pid" 2>"$1/ssh/dropbear.log"
    stock_ssh_await "$dropbear_port"
}

stock_ssh_down() {
    # shellcheck disable=SC2086 # a list
    [ -z "$stock_ssh_pids" ] || kill $stock_ssh_pids 2>/dev/null
    stock_ssh_pids=
}
