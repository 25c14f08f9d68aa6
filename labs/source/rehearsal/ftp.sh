#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stage.sh sets them
# What FTP says when a client is wrong, late, or asks for the unusual.

mkdir -p "$work/site/deep"
printf 'one\ntwo\nthree\n' >"$work/site/a.txt"
cp "$work/site/a.txt" "$work/site/b.txt"
long=$(printf '%0300d' 0)

serve ftp-server --root "$work/site" --accounts "$work/accounts" \
    --anonymous --data-timeout 1

# Before the log-in, and log-ins that fail.
printf '%s\n' PWD STAT 'STAT x' 'PASS x' "USER $long" 'USER ada' 'PASS wrong' \
    'USER ada' 'PASS wrong' 'USER ada' 'PASS wrong' QUIT | talk
printf '%s\n' 'USER anonymous' 'PASS a@b' 'DELE a.txt' 'MKD x' QUIT | talk

# Every command that needs no data connection, right and wrong.
printf '%s\n' 'USER ada' "PASS $password" 'CWD deep' CDUP PWD 'MKD new' \
    'MKD new' 'RMD new' 'DELE none' 'SIZE a.txt' 'MDTM a.txt' 'RNFR b.txt' \
    'RNTO c.txt' 'RNTO d.txt' 'DELE c.txt' 'MODE S' 'MODE B' 'STRU F' \
    'STRU R' 'TYPE A' 'TYPE X' 'REST x' 'REST 5' 'ALLO 10' FEAT \
    'OPTS MLST type;size;' 'OPTS UTF8 ON' 'OPTS NONE' HELP 'HELP RETR' SYST \
    'SITE HELP' 'SITE CHMOD' NOOP STAT 'STAT deep' 'MLST a.txt' \
    'PORT 1,2,3' 'PORT 192,0,2,1,4,1' 'EPRT |3|x|1|' 'EPRT x' \
    'EPRT |1|192.0.2.1|1025|' 'PORT 127,0,0,1,0,21' 'TYPE A' \
    'SIZE deep' LIST 'RETR deep' 'RETR none' CWD 'PWD x' \
    'ACCT x' REIN STOU FOO toolongaword \
    ABOR 'PBSZ 0' 'PROT P' 'AUTH TLS' \
    "MKD $long" "STOR $long" PASV 'EPSV ALL' PASV QUIT | talk
printf '%s\n' 'USER ada' "PASS $password" PASV 'MLSD a.txt' PASV 'REST 99' \
    'RETR a.txt' PASV 'TYPE A' 'REST 2' 'STOR a.txt' PASV 'TYPE I' 'REST 99' \
    'STOR a.txt' EPSV '!data' 'REST 99' 'RETR a.txt' QUIT | talk

# What our client says to it.
url=ftp://ada@127.0.0.1:$port
client="ftp-client --insecure-auth --password-file $work/password"
for words in "$url/ ls" "--disable-epsv $url/a.txt cat" \
    "--active --disable-eprt $url/a.txt cat" "--active $url/a.txt cat" \
    "--ascii $url/a.txt cat" "$url/deep mkdir two" "$url/deep rmdir two" \
    "$url/ mv a.txt z.txt" "$url/ size z.txt" "$url/z.txt size" "$url/ mlsd" \
    "$url/ nlst" "$url/ mdtm z.txt" "$url/deep put $work/letter" \
    "$url/deep rm letter" \
    "-o $work/ $url/deep mget l*" "-o $work/got $url/ get z.txt none" \
    "$url/none get" "-o $work/got $url/none/deeper get x"; do
    # shellcheck disable=SC2086 # words of a command line
    ask $client $words
done
printf 'one\n' >"$work/part"
ask $client -C - -o "$work/part" "$url/z.txt"
ask $client -C 99 -o "$work/part" "$url/z.txt"
printf 'on' >"$work/site/up"
printf 'one more' >"$work/up"
ask $client -C - -T "$work/up" "$url/up"
printf 'a file that came with no length' |
    $client -T - "$url/piped" >/dev/null 2>>"$work/log"
ask ftp-client --insecure-auth -u ada:wrong "$url/"
ask ftp-client --tls -k --password-file "$work/password" "$url/"
served

# Transfers that break off: our client stops, another one asks how far it is
# and says ABOR, or ABOR too early; a data connection is gone. And a line that
# has no end that FTP knows.
head -c 30000000 /dev/zero >"$work/site/long"
serve ftp-server --root "$work/site" --accounts "$work/accounts"
url=ftp://ada@127.0.0.1:$port
$client "$url/long" cat 2>>"$work/log" | head -c 100 >/dev/null
printf '%s\n' 'USER ada' "PASS $password" EPSV '!data' 'RETR long' \
    '!await 150' STAT '!await 213' ABOR '!await 226' EPSV '!data' \
    'RETR long' '!await 150' '!drop' '!await 426' EPSV 'RETR long' '!pause' \
    ABOR '!await 426' QUIT | talk
printf '%s\n' '!await 220' '!bytes NOOP\n' NOOP | talk
served

# A server whose only port for data connections is taken: by itself.
serve ftp-server --root "$work/site" --accounts "$work/accounts" \
    --listen "127.0.0.1:$port" --passive-ports "$port-$port"
printf '%s\n' 'USER ada' "PASS $password" PASV QUIT | talk
served

# A server that takes nothing in clear, and one that is read only.
# shellcheck disable=SC2086 # words of a command line
serve ftp-server --root "$work/site" --accounts "$work/accounts" \
    --require-tls $certificate
printf '%s\n' 'USER ada' 'AUTH KERBEROS' 'PBSZ x' QUIT | talk
printf '%s\n' '!await 220' 'AUTH TLS' '!await 234' '!tls' 'USER ada' \
    "PASS $password" 'AUTH TLS' EPSV 'RETR z.txt' 'PBSZ 0' 'PROT X' \
    'PROT C' QUIT | talk
url=ftp://ada@127.0.0.1:$port
ask ftp-client --tls -k --password-file "$work/password" "$url/z.txt"
ask ftp-client --insecure-auth --password-file "$work/password" "$url/z.txt"
served
# shellcheck disable=SC2086 # words of a command line
serve ftp-server --root "$work/site" --accounts "$work/accounts" --read-only \
    --idle-timeout 1 --data-timeout 1 $certificate
printf '%s\n' '!await 220' 'AUTH TLS' '!await 234' '!tls' 'USER ada' \
    "PASS $password" 'PBSZ 0' 'PROT C' 'DELE z.txt' STOU 'EPSV 2' EPSV \
    'RETR z.txt' | talk
served
