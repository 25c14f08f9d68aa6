#!/bin/bash
# SPDX-License-Identifier: MIT
# telnet.sh: to be sourced by run.sh: telnet-client against the telnetd of
# inetutils and against ser2net; the telnet of inetutils, and curl, against
# telnet-server.
# shellcheck disable=SC2154 # bin and folder are set by who sources this

telnet_pids=

# What stands for login(1): the same questions, without root.
telnet_login_program() {
    cat >"$folder/login.sh" <<'END'
#!/bin/sh
printf 'stock login: '
read -r name
stty -echo
printf 'Password: '
read -r password
stty echo
echo
[ "$password" = 'pass word' ] || { echo 'Login incorrect'; exit 1; }
echo "Last login: never, $name"
cd "${0%/*}" || exit 1
PS1='stock$ ' exec /bin/sh -i
END
    chmod +x "$folder/login.sh"
}

# The part of inetd that is needed: a socket as standard input and output. The
# port is its first line.
telnet_inetd() {
    exec perl -MIO::Socket::INET -e '
        $| = 1;
        my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1",
            Listen => 5) or die;
        print $listener->sockport, "\n";
        $SIG{CHLD} = "IGNORE";
        while (1) {
            my $peer = $listener->accept or next;
            if (!fork) {
                open STDIN, "<&", $peer;
                open STDOUT, ">&", $peer;
                open STDERR, ">&", $peer;
                exec @ARGV;
            }
            close $peer;
        }' "$@"
}

# await FILE PATTERN: until it stands there, ten seconds at most.
telnet_await() {
    local tries=0
    until grep -aqE "$2" "$1" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -le 1000 ] || { echo "no $2 in:"; cat -v "$1"; return 1; }
        sleep 0.01
    done
}

# answered ANSWER...: to the program whose output is the file "seen", by way of
# descriptor 7. Each ANSWER is "PATTERN=KEYS": what is awaited, what is typed.
telnet_answered() {
    local pair
    for pair in "$@"; do
        telnet_await seen "${pair%%=*}" || return
        # shellcheck disable=SC2059 # the keys are written as a format
        printf "${pair#*=}" >&7
    done
}

# typed COMMAND ANSWER...: a person before a terminal of 33 lines. All that was
# seen is written out at the end; the terminal stays until the program has left
# it by itself.
telnet_typed() {
    local command=$1
    shift
    rm -f keys seen
    mkfifo keys
    timeout 60 script -qec "stty rows 33 cols 101; $command" /dev/null \
        <keys >seen 2>&1 &
    local person=$!
    exec 7>keys
    telnet_answered "$@"
    wait $person
    local status=$?
    exec 7>&-
    cat seen
    return $status
}

# asked LINE ANSWER COMMAND...: a script, which says exit only after it has seen
# the answer: some telnetd throw away what was written just before the end.
telnet_asked() {
    local line=$1 answer=$2
    shift 2
    rm -f keys seen
    mkfifo keys
    timeout 60 "$@" <keys >seen 2>&1 &
    local script=$!
    exec 7>keys
    telnet_answered "stock. =$line\n" "$answer=exit\n"
    exec 7>&-
    wait $script
    local status=$?
    cat seen
    return $status
}

telnet_piped() {
    printf '%s\n' "$1" | {
        shift
        "$@"
    }
}

telnet_end() {
    # shellcheck disable=SC2086 # process ids, to be split
    [ -z "$telnet_pids" ] || kill $telnet_pids
    # shellcheck disable=SC2086
    [ -z "$telnet_pids" ] || wait $telnet_pids 2>/dev/null
    telnet_pids=
}

# ---- our client -------------------------------------------------------------

client_meets_telnetd() {
    local client="$bin/telnet-client" port
    local login="--insecure-auth --login ada --password-file password"
    echo "our telnet-client, inetutils-telnetd"
    telnet_login_program
    echo 'pass word' >password
    echo 'wrong' >password.wrong
    telnet_inetd telnetd --exec-login="$folder/login.sh" -h >inetd.port &
    telnet_pids=$!
    telnet_await inetd.port '[0-9]' || return
    port=$(cat inetd.port)
    # shellcheck disable=SC2086 # options, to be split
    {
        holds "a log-in, commands, the end" says '^product is 42' \
            telnet_asked 'echo product is $((6*7))' 'is 42' \
            "$client" $login 127.0.0.1 "$port"
        holds "a wrong password" exits 6 "$client" --insecure-auth --login ada \
            --password-file password.wrong 127.0.0.1 "$port"
        holds "eight bits, both ways" says $'^caf\303\251 42' \
            telnet_asked 'echo caf\303\251 $((6*7))' $'caf\303\251 42' \
            "$client" --binary $login 127.0.0.1 "$port"
        holds "the terminal is told" says '^term is .*vt100' \
            telnet_asked 'echo "term is" $TERM' 'term is .*vt100' \
            "$client" --term vt100 $login 127.0.0.1 "$port"
        holds "CR NUL for the Enter key" says '^product is 42' \
            telnet_asked 'echo product is $((6*7))' 'is 42' \
            "$client" --crnul $login 127.0.0.1 "$port"
    }
    holds "a person: keys, window, ^], AYT, the end" says '33 101' \
        telnet_typed "$client 127.0.0.1 $port" \
        'login: =ada\r' 'Password: =pass word\r' 'stock. =stty size\r' \
        '33 101=\035' 'telnet> =send ayt\r' '[Yy]es\]=\rexit\r'
    holds "Ctrl-C stops what runs there" says 'now 42' \
        telnet_typed "$client 127.0.0.1 $port" \
        'login: =ada\r' 'Password: =pass word\r' 'stock. =sleep 50\r' \
        'sleep 50=\003' '\^C=echo now $((6*7))\r' 'now 42=exit\r'
    telnet_end
}

# A port is free when it could be had: we draw until one is.
client_meets_ser2net() {
    local client="$bin/telnet-client" port
    echo "our telnet-client, ser2net"
    for _ in $(seq 20); do
        port=$(shuf -i 20000-32000 -n 1)
        printf 'connection: &one\n  accepter: telnet,tcp,127.0.0.1,%s\n%s\n' \
            "$port" '  connector: echo' >ser2net.yaml
        ser2net -n -d -c ser2net.yaml >ser2net.log 2>&1 &
        telnet_pids=$!
        for _ in $(seq 200); do
            (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break 2
            kill -0 $telnet_pids 2>/dev/null || break
            sleep 0.01
        done
        telnet_end
    done
    holds "lines come back, and the options rest" says 'second' \
        exits 5 telnet_piped $'first\nsecond' \
        "$client" --max-time 1 127.0.0.1 "$port"
    holds "an IAC among the data" says $'a\xff\xffb' \
        exits 5 telnet_piped $'a\xff\xffb' \
        "$client" --binary --max-time 1 127.0.0.1 "$port"
    telnet_end
}

# ---- our server -------------------------------------------------------------

server_meets_telnet() {
    local port
    echo "stock telnet and curl, our telnet-server"
    echo 'ada:pass word' >telnet.accounts
    "$bin/telnet-server" --accounts telnet.accounts --listen 127.0.0.1:0 \
        --name shell.example.test --trace telnet.pcapng >telnet.ready &
    telnet_pids=$!
    telnet_await telnet.ready ready || return
    port=$(sed 's/.*://' telnet.ready)
    holds "telnet: a log-in, keys, ^], AYT, the end" says '42 diary' \
        telnet_typed "env TERM=vt220 telnet 127.0.0.1 $port" \
        'login: =ada\r' 'Password: =pass word\r' 'ada@shell:~. =ls\r' \
        'diary.txt=\035' 'telnet> =send ayt\r' \
        '\[Yes\]=echo 4x\0102 diary\r' '42 diary=exit\r'
    holds "telnet: an interrupt, with its Synch" says 'still here' \
        telnet_typed "telnet 127.0.0.1 $port" \
        'login: =ada\r' 'Password: =pass word\r' \
        'ada@shell:~. =seq 99999999999\r' '4000=\035' \
        'telnet> =send ip\r' '\^C=echo still here\r' 'here.*here=exit\r'
    holds "telnet: three wrong passwords" says 'Connection closed' \
        telnet_typed "telnet 127.0.0.1 $port" \
        'login: =eve\r' 'Password: =a\r' 'incorrect=mal\rb\r' \
        'login: mal=tom\rc\r'
    holds "curl: lines in, text out" says 'buy candles' \
        telnet_piped $'ada\npass word\ncat notes/errands.txt\nexit' \
        curl -sS --max-time 20 "telnet://127.0.0.1:$port"
    kill "$telnet_pids"
    holds "SIGTERM ends it cleanly" wait "$telnet_pids"
    telnet_pids=
    holds "it was told the terminal" says 'his terminal is (vt|VT)220' \
        "$bin/trace" show telnet.pcapng --json
    holds "and the window" says '101 columns and 33 lines' \
        "$bin/trace" show telnet.pcapng --json
}

telnet_meets() {
    client_meets_telnetd
    client_meets_ser2net
    server_meets_telnet
}
