#!/bin/sh
# SPDX-License-Identifier: MIT
# setup.sh GROUP...: sees to it that this machine has what GROUP needs, and
# installs what is missing where root or sudo lets it. Where they don't, it
# says what to type and exits 2. A second run finds all in place and is quiet.
#
#     labs/setup.sh labs        what `make labs` calls
#     labs/setup.sh --list      every group, and the packages it may install
set -u
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# One need a line: the group, how it is recognised, and Debian's package (the
# names are those of Debian 12 and of Debian 13).
#   tool NAME    a program is on the path
#   lib NAME     pkg-config knows the library
#   file NAME    a file is there
needs='
build    tool make                     make
build    tool cc                       gcc
build    file /usr/include/stdio.h     libc6-dev
build    tool pkg-config               pkgconf
build    lib  libcurl                  libcurl4-openssl-dev
build    lib  openssl                  libssl-dev
build    lib  ldns                     libldns-dev
build    lib  zlib                     zlib1g-dev
build    lib  libbrotlienc             libbrotli-dev
build    lib  libssh2                  libssh2-1-dev
build    lib  libssh                   libssh-dev
labs     file /etc/ssl/certs/ca-certificates.crt ca-certificates
source   file /usr/bin/python3         python3
source   file /usr/lib/python3/dist-packages/pygments/lexer.py python3-pygments
shell    tool curl                     curl
shell    tool dig                      bind9-dnsutils
shell    tool tshark                   tshark
shell    tool ping                     iputils-ping
test     lib  cunit                    libcunit1-dev
test     file /usr/bin/python3         python3
test     tool curl                     curl
test     tool dig                      bind9-dnsutils
test     tool openssl                  openssl
test     tool tshark                   tshark
test     file /etc/ssl/certs/ca-certificates.crt ca-certificates
check    tool clang-format             clang-format
check    tool cppcheck                 cppcheck
check    tool shellcheck               shellcheck
check    tool python3                  python3
fuzz     tool clang                    clang
fuzz     file /usr/lib/llvm-*/lib/clang/*/lib/linux  libclang-rt-dev
interop  tool curl                     curl
interop  tool wget                     wget
interop  tool nginx                    nginx-light
interop  tool openssl                  openssl
interop  tool apache2                  apache2-bin
interop  tool lighttpd                 lighttpd
interop  file /usr/lib/lighttpd/mod_openssl.so  lighttpd-mod-openssl
interop  file /usr/lib/lighttpd/mod_deflate.so  lighttpd-mod-deflate
interop  file /usr/lib/lighttpd/mod_webdav.so   lighttpd-mod-webdav
interop  tool lftp                     lftp
interop  tool tnftp                    tnftp
interop  file /usr/sbin/vsftpd         vsftpd
interop  file /usr/lib/*/libmemcached.so.11      libmemcached11
interop  file /usr/lib/*/libmemcachedutil.so.2   libmemcachedutil2
interop  file /usr/lib/*/libpcre2-posix.so.3     libpcre2-posix3
interop  tool chromium                 chromium
interop  tool ssh                      openssh-client
interop  tool sshd                     openssh-server
interop  file /usr/lib/openssh/sftp-server      openssh-sftp-server
interop  tool dropbear                 dropbear-bin
interop  file /usr/lib/dovecot/imap      dovecot-imapd
interop  file /usr/lib/dovecot/pop3      dovecot-pop3d
interop  tool mpop                     mpop
interop  tool fetchmail                fetchmail
interop  tool postfix                  postfix
interop  tool swaks                    swaks
interop  file /usr/share/perl5/IO/Socket/SSL.pm  libio-socket-ssl-perl
interop  tool msmtp                    msmtp
interop  tool mbsync                   isync
interop  tool mutt                     mutt
interop  tool script                   bsdutils
interop  tool python3                  python3
interop  tool telnetd                  inetutils-telnetd
interop  tool telnet                   inetutils-telnet
interop  tool ser2net                  ser2net
browser  tool chromium                 chromium
browser  tool node                     nodejs
browser  tool npm                      npm
bench    tool curl                     curl
bench    tool nginx                    nginx-light
bench    tool openssl                  openssl
bench    file /usr/sbin/vsftpd         vsftpd
bench    tool lftp                     lftp
bench    file /usr/lib/dovecot/imap      dovecot-imapd
bench    file /usr/lib/dovecot/pop3      dovecot-pop3d
bench    tool mpop                     mpop
bench    tool mbsync                   isync
bench    tool eatmydata                eatmydata
bench    tool mn                       mininet
bench    tool brctl                    bridge-utils
bench    tool wrk                      wrk
bench    tool smtp-source              postfix
bench    tool swaks                    swaks
bench    tool /usr/bin/time            time
bench    tool sshd                     openssh-server
bench    tool ssh                      openssh-client
bench    file /usr/lib/openssh/sftp-server      openssh-sftp-server
'

# What each target stands on besides its own lines.
expand() {
    case $1 in
    build | check | source) echo "$1" ;;
    test | fuzz | interop | bench) echo "build $1" ;;
    labs) echo "build labs shell source" ;;
    browser) echo "build labs source browser" ;;
    *)
        echo "setup: no such group: $1" >&2
        exit 2
        ;;
    esac
}

is_there() {
    case $1 in
    tool) command -v "$2" ;;
    lib) pkg-config --exists "$2" ;;
    file) # shellcheck disable=SC2086 # a pattern, to be expanded
        set -- $2 && [ -e "$1" ] ;;
    esac >/dev/null 2>&1
}

# The packages whose need is not met, each once.
missing() {
    echo "$needs" | while read -r group kind name package; do
        case " $groups " in
        *" $group "*) is_there "$kind" "$name" || echo "$package" ;;
        esac
    done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

say_what_to_type() {
    [ -n "$(groups=${groups%shell} && missing)" ] || {
        echo "setup: \"lab shell\" will lack $packages; the labs won't" >&2
        exit 0
    }
    cat >&2 <<END
setup: this machine lacks what "make $1" needs, and I may not install it.
setup: type this as root (or with sudo in front), then "make $1" again:

    apt-get update
    apt-get install -y --no-install-recommends $packages

END
    exit 2
}

# The words that make a command run as root: none if we are, sudo if it asks
# nothing or somebody sits in front of the terminal whom it may ask.
way_to_root() {
    if [ "$(id -u)" -eq 0 ]; then
        echo env
    elif ! command -v sudo >/dev/null; then
        return 1
    elif sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ]; }; then
        echo sudo env
    else
        return 1
    fi
}

# tshark's package asks whether everybody may capture; the labs need no such
# right, so the answer is no, and nobody is asked. Servers are installed to be
# started by the tests, on ports of their own: while we install, the machine's
# policy is to start none, unless it has a policy already.
install() {
    # shellcheck disable=SC2086 # two words, or one
    $root DEBIAN_FRONTEND=noninteractive sh -ec '
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then
            trap "rm -f $policy" EXIT
            printf "#!/bin/sh\nexit 101\n" >$policy
            chmod 755 $policy
        fi
        echo "wireshark-common wireshark-common/install-setuid boolean false" |
            debconf-set-selections
        apt-get -qq -o DPkg::Lock::Timeout=300 update
        apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
            install --no-install-recommends "$@"' install "$@" </dev/null >&2
}

if [ "${1-}" = --list ]; then
    echo "$needs" | awk 'NF { print $1 "\t" $4 }' | sort -u
    exit 0
fi
if [ $# -eq 0 ]; then
    echo "usage: labs/setup.sh --list | GROUP..." >&2
    exit 2
fi
groups=
for target in "$@"; do
    more=$(expand "$target") || exit 2
    groups="$groups $more"
done

packages=$(missing)
[ -z "$packages" ] && exit 0
command -v apt-get >/dev/null || say_what_to_type "$1"
root=$(way_to_root) || say_what_to_type "$1"
echo "setup: installing $packages" >&2
# shellcheck disable=SC2086 # the list is meant to be split
install $packages || say_what_to_type "$1"
packages=$(missing)
[ -z "$packages" ] || say_what_to_type "$1"
