#!/bin/sh
# SPDX-License-Identifier: MIT
# dovecot.sh: to be sourced by scripts that need a stock Dovecot, 2.3 (Debian
# 12) or 2.4 (Debian 13). It runs as whoever calls, in a folder of its own, on
# ports that were free. FOLDER must hold server.pem and server.key.
#
#     dovecot_up FOLDER  serves FOLDER/mail/USER to the users of FOLDER/users
#                        ("name:{PLAIN}password" a line); sets pop3_port,
#                        pop3s_port, imap_port, imaps_port, and dovecot_apop:
#                        "APOP", or nothing where it is gone
#     dovecot_owns PATH  what was put into a Maildir is Dovecot's to read
#     dovecot_down       ends it
#
# Its answer to "who is this?" is to be had at the socket FOLDER/auth, for a
# Postfix. It listens at 127.0.0.1, where it takes a client to be safe without
# TLS, and at 127.0.0.2, where it wants TLS before a password.

PATH=$PATH:/usr/sbin:/sbin

# Dovecot serves no mail as root, so with root it is nobody's.
dovecot_uid=$(id -u) dovecot_gid=$(id -g)
if [ "$dovecot_uid" -eq 0 ]; then
    dovecot_uid=$(id -u nobody) dovecot_gid=$(id -g nobody)
fi

dovecot_owns() {
    [ "$(id -u)" -ne 0 ] || chown -R "$dovecot_uid:$dovecot_gid" "$@"
}

# Root must give its log-in processes to others, and has those of the package;
# anybody else is all of them himself.
dovecot_users() {
    [ "$(id -u)" -ne 0 ] || return
    printf 'default_internal_user = %s\n' "$(id -un)"
    printf 'default_internal_group = %s\n' "$(id -gn)"
    printf 'default_login_user = %s\n' "$(id -un)"
}

dovecot_services() {
    cat <<END
base_dir = $1/run
state_dir = $1/state
log_path = $1/dovecot.log
listen = 127.0.0.1, 127.0.0.2
default_client_limit = 1000
first_valid_uid = 1
first_valid_gid = 1
mail_uid = $dovecot_uid
mail_gid = $dovecot_gid
ssl = yes
$(dovecot_users)
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $imap_port
  }
  inet_listener imaps {
    port = $imaps_port
    ssl = yes
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = $pop3_port
  }
  inet_listener pop3s {
    port = $pop3s_port
    ssl = yes
  }
}
service auth {
  unix_listener $1/auth {
    mode = 0666
  }
}
auth_mechanisms = plain login cram-md5 scram-sha-256 apop
auth_failure_delay = 0
END
}

dovecot_config_2_3() {
    dovecot_services "$1"
    cat <<END
protocols = imap pop3
disable_plaintext_auth = yes
mail_location = maildir:$1/mail/%u
ssl_cert = <$1/server.pem
ssl_key = <$1/server.key
passdb {
  driver = passwd-file
  args = $1/users
}
userdb {
  driver = static
  args = uid=$dovecot_uid gid=$dovecot_gid home=$1/home/%u
}
END
}

dovecot_config_2_4() {
    cat <<END
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
END
    dovecot_services "$1" | sed '/^auth_mechanisms/s/ apop//'
    cat <<END
protocols = imap pop3
auth_allow_cleartext = no
mail_driver = maildir
mail_path = $1/mail/%{user}
mail_home = $1/home/%{user}
ssl_server_cert_file = $1/server.pem
ssl_server_key_file = $1/server.key
passdb passwd-file {
  passwd_file_path = $1/users
}
userdb static {
  fields {
    uid = $dovecot_uid
    gid = $dovecot_gid
  }
}
END
}

# A port is free when Dovecot could take it: we draw until four are.
dovecot_up() {
    mkdir -p "$1/run" "$1/state" "$1/mail" "$1/home" || return 1
    chmod a+x "$1"
    dovecot_owns "$1/mail" "$1/home"
    # shellcheck disable=SC2034 # for who sources this
    case $(dovecot --version) in
    2.3.*) dovecot_config=dovecot_config_2_3 dovecot_apop=APOP ;;
    *) dovecot_config=dovecot_config_2_4 dovecot_apop= ;;
    esac
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        imap_port=$(shuf -i 20000-32000 -n 1)
        imaps_port=$((imap_port + 1)) pop3_port=$((imap_port + 2))
        pop3s_port=$((imap_port + 3))
        $dovecot_config "$1" >"$1/dovecot.conf"
        if dovecot -c "$1/dovecot.conf" >"$1/dovecot.start" 2>&1; then
            dovecot_pid=$1/run/master.pid
            return 0
        fi
        grep -q 'Address already in use' "$1/dovecot.start" || break
    done
    cat "$1/dovecot.start" >&2
    return 1
}

dovecot_down() {
    [ -s "${dovecot_pid:-}" ] && kill "$(cat "$dovecot_pid")" 2>/dev/null
    dovecot_pid=
}
