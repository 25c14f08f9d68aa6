#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stage.sh sets them
# What Telnet says to bytes that no client of ours would send.

serve telnet-server --accounts "$work/accounts" --name stage
# An interrupt, an unknown command, an option that nobody has agreed on, and
# one that is broken off.
printf '%s\n' '!await login' ada '!await assword' "$password" '!await $' \
    '!bytes \xff\xf6' '!await Yes' 'seq 100000' \
    '!bytes \xff\xf4\xff\xf0' '!bytes \xff\xfa\x27\x01\xff\xf0' \
    '!pause' exit | talk
printf '%s\n' '!await login' '!bytes \xff\xfa\x18\x00' '!end' | talk
printf '%s\n' '!await login' '' '!await login' ada wrong '!pause' ada wrong \
    '!pause' ada wrong '!pause' ada wrong '!end' | talk
printf 'whoami\nexit\n' | telnet-client --insecure-auth --login ada \
    --password-file "$work/password" 127.0.0.1 "$port" >/dev/null \
    2>>"$work/log"
printf 'whoami\nexit\n' | telnet-client --insecure-auth --login ada \
    --password-file "$work/wrong" --max-time 5 127.0.0.1 "$port" >/dev/null \
    2>>"$work/log"
served
