#!/bin/bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# interop/mailbox_check.sh: which mailboxes a stock Postfix has. Sourced by
# run.sh, while the Postfix of smtp.sh runs.

# judged VERDICT RULE ADDRESS: that is what it says of the address.
judged() {
    local verdict=$1 rule=$2 address=$3 said
    said=$(timeout 60 "$bin/mailbox-check" --json --server 127.0.0.1 \
        --port "$smtp_port" --patience 20 "$address") || return 1
    case $said in
    *"\"verdict\":\"$verdict\""*"\"rule\":{\"name\":\"$rule\""*) ;;
    *) echo "$said"; return 1 ;;
    esac
}

# Addresses of one domain, told apart in one run and in their order.
judged_together() {
    printf '%s\n' bob@west.test nobody@west.test alice@west.test \
        someone@all.test eve@west.test no.address >addresses
    "$bin/mailbox-check" --server 127.0.0.1 --port "$smtp_port" \
        --patience 20 <addresses | sed -n 's/^\([^ ]*\): /\1 /p' >verdicts
    printf '%s\n' 'bob@west.test exists' 'nobody@west.test absent' \
        'alice@west.test exists' 'someone@all.test accepts-all' \
        'eve@west.test exists' 'no.address absent' | cmp - verdicts
}

mailbox_check_meets_postfix() {
    echo "mailbox-check, Postfix"
    holds "a mailbox that exists" judged exists control-refused bob@west.test
    holds "one that does not" judged absent says-absent nobody@west.test
    holds "a domain that takes everything" \
        judged accepts-all control-accepted whoever@all.test
    holds "a domain that is not its own" judged refused policy bob@other.test
    holds "six at once" judged_together
}
