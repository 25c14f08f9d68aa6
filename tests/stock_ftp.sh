#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034
# stock_ftp.sh: to be sourced by scripts that need Debian's vsftpd and ProFTPD.
# Both run as whoever calls, over FOLDER/ftp, with FOLDER/server.pem (see
# stock.sh), on ports that were free; both want the data connection to resume
# the session of the control connection.
#
#     vsftpd_up FOLDER     sets vsftpd_port, vsftpd6_port; anonymous may write
#     proftpd_up FOLDER    sets proftpd_port, at 127.0.0.1 and ::1; ann:secret
#     stock_ftp_down       ends them
#
# The packages exclude each other, so ProFTPD is unpacked below FOLDER if it is
# not installed.

vsftpd_config() {
    cat <<END
listen=$3
listen_ipv6=$4
$5
listen_port=$2
background=NO
run_as_launching_user=YES
ftp_username=$(id -un)
anonymous_enable=YES
no_anon_password=YES
anon_root=$1/ftp
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_umask=022
ssl_enable=YES
allow_anon_ssl=YES
require_ssl_reuse=YES
rsa_cert_file=$1/server.pem
rsa_private_key_file=$1/server.key
ssl_ciphers=HIGH
ascii_upload_enable=YES
ascii_download_enable=YES
seccomp_sandbox=NO
secure_chroot_dir=$1
xferlog_enable=NO
END
}

# vsftpd_one FOLDER NAME LISTEN LISTEN_IPV6 ADDRESS: sets stock_port.
vsftpd_one() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        stock_port=$(shuf -i 20000-32000 -n 1)
        vsftpd_config "$1" "$stock_port" "$3" "$4" "$5" >"$1/$2.conf"
        vsftpd "$1/$2.conf" >"$1/$2.log" 2>&1 &
        stock_ftp_pids="$stock_ftp_pids $!"
        for _ in $(seq 100); do
            ftp_answers "$5" "$stock_port" && kill -0 "$!" 2>/dev/null &&
                return 0
            kill -0 "$!" 2>/dev/null || break
            sleep 0.05
        done
    done
    return 1
}

# ftp_answers "listen_address=ADDRESS" PORT
ftp_answers() {
    address=${1#*=}
    case $address in *:*) address="[$address]" ;; esac
    curl -s --max-time 2 "ftp://$address:$2/" >/dev/null 2>&1
    case $? in 7 | 28) return 1 ;; esac
}

vsftpd_up() {
    vsftpd_one "$1" vsftpd YES NO listen_address=127.0.0.1 || return 1
    vsftpd_port=$stock_port
    vsftpd_one "$1" vsftpd6 NO YES listen_address6=::1 || return 1
    vsftpd6_port=$stock_port
}

# Sets proftpd_bin and proftpd_modules.
proftpd_find() {
    proftpd_bin=$(command -v proftpd) && proftpd_modules=/usr/lib/proftpd &&
        return 0
    mkdir -p "$1/proftpd" &&
        (cd "$1/proftpd" &&
            apt-get -qq download proftpd-core proftpd-mod-crypto &&
            for package in *.deb; do
                dpkg-deb -x "$package" . || exit 1
            done) >"$1/proftpd.unpack" 2>&1
    proftpd_bin=$1/proftpd/usr/sbin/proftpd
    proftpd_modules=$1/proftpd/usr/lib/proftpd
    [ -x "$proftpd_bin" ]
}

proftpd_config() {
    cat <<END
ServerType standalone
DefaultAddress 127.0.0.1 ::1
SocketBindTight on
UseIPv6 on
Port $2
User $(id -un)
Group $(id -gn)
UseReverseDNS off
ModulePath $proftpd_modules
LoadModule mod_tls.c
AuthPAM off
AuthOrder mod_auth_file.c
AuthUserFile $1/proftpd.etc/users
RequireValidShell off
RootLogin on
AllowOverwrite on
AllowStoreRestart on
AllowRetrieveRestart on
PidFile $1/proftpd.etc/pid
ScoreboardFile $1/proftpd.etc/score
DelayEngine off
WtmpLog off
TransferLog none
SystemLog $1/proftpd.etc/log
TLSEngine on
TLSECCertificateFile $1/server.pem
TLSECCertificateKeyFile $1/server.key
TLSLog $1/proftpd.etc/tls
TLSRequired off
TLSProtocol TLSv1.2 TLSv1.3
END
}

proftpd_up() {
    proftpd_find "$1" || return 1
    # It takes no names from a folder that everybody may write to.
    mkdir -p "$1/proftpd.etc"
    chmod 700 "$1/proftpd.etc"
    printf 'ann:%s:%s:%s::%s/ftp:/bin/false\n' "$(openssl passwd -6 secret)" \
        "$(id -u)" "$(id -g)" "$1" >"$1/proftpd.etc/users"
    chmod 600 "$1/proftpd.etc/users"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        proftpd_port=$(shuf -i 20000-32000 -n 1)
        proftpd_config "$1" "$proftpd_port" >"$1/proftpd.conf"
        "$proftpd_bin" -n -c "$1/proftpd.conf" >"$1/proftpd.out" 2>&1 &
        stock_ftp_pids="$stock_ftp_pids $!"
        for _ in $(seq 100); do
            ftp_answers address=127.0.0.1 "$proftpd_port" &&
                kill -0 "$!" && return 0
            kill -0 "$!" 2>/dev/null || break
            sleep 0.05
        done
    done
    return 1
}

stock_ftp_down() {
    for pid in ${stock_ftp_pids:-}; do kill "$pid" 2>/dev/null; done
    stock_ftp_pids=
}
stock_ftp_pids=
