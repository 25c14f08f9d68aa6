#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stage.sh sets them
# What HTTP says when a peer is wrong, stops, or has been asked before.

mkdir "$work/site"
printf 'one page\n' >"$work/site/a.txt"

serve http-server --root "$work/site" --lab --accounts "$work/accounts"
url=http://127.0.0.1:$port
printf '%s\n' 'GET / HTTP/1.1' 'Host: x' '!end' | talk
printf '%s\n' 'POST / HTTP/1.1' 'Host: x' 'Content-Length: 10' '' \
    '!bytes abc' '!end' | talk
for words in "--cache $work/cache $url/a.txt $url/a.txt" \
    "--cache $work/cache -H Cache-Control:no-store $url/a.txt" \
    "--cache $work/cache -X DELETE $url/a.txt" \
    "-u ada:$password --insecure-auth --anyauth $url/a.txt" \
    "-b a=b -c $work/jar $url/a.txt"; do
    # shellcheck disable=SC2086 # words of a command line
    ask http-client $words
done
served

# A backend that is not there.
serve http-server --gateway http://127.0.0.1:9
ask http-client "http://127.0.0.1:$port/"
served

# A proxy that makes a tunnel, and one that answers in our place.
play '!await CONNECT' 'HTTP/1.1 200 yes' '' '!await nothing'
ask http-client -x "127.0.0.1:$port" --max-time 2 https://www.example.test/
play '!await Host' 'HTTP/1.1 204 nothing to say' '' '!end'
ask http-client -x "127.0.0.1:$port" http://www.example.test/
# A server that stops in the middle.
play '!await Host' 'HTTP/1.1 200 OK' 'Content-Length: 9' '' \
    '!bytes half' '!end'
ask http-client "http://127.0.0.1:$port/"
