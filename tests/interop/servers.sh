#!/bin/sh
# SPDX-License-Identifier: MIT
# servers.sh: to be sourced: three stock servers that do the same things over
# the same folder, each in its own way, with the certificates of stock_up.
#
#     nginx_up FOLDER      sets http_port, tls12_port, tls13_port
#     apache_up FOLDER     the same
#     lighttpd_up FOLDER   the same
#     peer_down            ends the server that was started last
#
# Each serves FOLDER/www; takes PUT below /put/; packs below /gzip/; and speaks
# TLS 1.2 at one port, 1.3 at another. Below /locked/ ada must log in with
# lovelace: by Basic at nginx, by Digest with MD5 at apache, with SHA-256 at
# lighttpd.

# Runs "$1 FOLDER", which writes a configuration for $http_port, $tls12_port
# and $tls13_port and starts a server on it, until the ports drawn are free.
peer_start() {
    for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        http_port=$(shuf -i 20000-32000 -n 1)
        tls12_port=$((http_port + 1))
        tls13_port=$((http_port + 2))
        "$1" "$2" >"$2/start.$attempt" 2>&1 && return 0
        grep -qi 'in use' "$2/start.$attempt" || break
    done
    cat "$2/start.$attempt" >&2
    return 1
}

# Waits for the process id in the file, then for the end of that process.
peer_down() {
    peer_pid=$(cat "$peer_pid_file" 2>/dev/null) || return 0
    kill "$peer_pid" 2>/dev/null
    for _ in $(seq 500); do
        kill -0 "$peer_pid" 2>/dev/null || return 0
        sleep 0.01
    done
}

# ---- nginx ------------------------------------------------------------------

nginx_server() {
    cat <<END
server {
    listen 127.0.0.1:$2 $3;
    root $1/www;
    location /put/ { dav_methods PUT; }
    location /locked/ {
        alias $1/www/; auth_basic locked; auth_basic_user_file $1/basic;
    }
    location /gzip/ { alias $1/www/; gzip on; gzip_types *; }
    location /chunked/ { alias $1/www/; ssi on; ssi_types *; }
END
}

nginx_start() {
    echo 'ada:{PLAIN}lovelace' >"$1/basic"
    cat >"$1/nginx3.conf" <<END
worker_processes 1;
daemon on;
pid $1/nginx3.pid;
error_log $1/error3.log;
events { worker_connections 512; }
http {
    access_log off;
    client_max_body_size 16m;
    types { text/plain txt; text/html html; }
    client_body_temp_path $1/t6; proxy_temp_path $1/t7;
    fastcgi_temp_path $1/t8; uwsgi_temp_path $1/t9; scgi_temp_path $1/t10;
    ssl_certificate $1/server.pem;
    ssl_certificate_key $1/server.key;
    $(nginx_server "$1" "$http_port" '') }
    $(nginx_server "$1" "$tls12_port" ssl) ssl_protocols TLSv1.2; }
    $(nginx_server "$1" "$tls13_port" ssl) ssl_protocols TLSv1.3; }
}
END
    peer_pid_file=$1/nginx3.pid
    nginx -p "$1" -c "$1/nginx3.conf"
}

nginx_up() {
    peer_start nginx_start "$1"
}

# ---- apache -----------------------------------------------------------------

apache_host() {
    cat <<END
Listen 127.0.0.1:$2
<VirtualHost 127.0.0.1:$2>
    $3
</VirtualHost>
END
}

# mod_deflate does not know how long a packed text will be: it comes chunked.
apache_start() {
    echo "ada:locked:$(printf ada:locked:lovelace | md5sum | cut -d' ' -f1)" \
        >"$1/digest"
    modules=/usr/lib/apache2/modules
    tls="SSLEngine on
    SSLCertificateFile $1/server.pem
    SSLCertificateKeyFile $1/server.key"
    {
        for module in mpm_event authz_core mime deflate filter dav dav_fs \
            headers alias ssl setenvif authn_core authn_file authz_user \
            auth_digest proxy proxy_http proxy_connect; do
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
        cat <<END
ServerRoot $1
ServerName localhost
User www-data
Group www-data
PidFile $1/apache.pid
ErrorLog $1/apache.log
Mutex file:$1/dav
DocumentRoot $1/www
DavLockDB $1/dav/lock
TypesConfig /dev/null
AddType text/plain .txt
AddType text/html .html
<Directory $1>
    Require all granted
</Directory>
Alias /gzip $1/www
Alias /chunked $1/www
Alias /locked $1/www
<Location /locked>
    AuthType Digest
    AuthName locked
    AuthDigestProvider file
    AuthUserFile $1/digest
    Require valid-user
</Location>
<Location /gzip>
    SetOutputFilter DEFLATE
</Location>
<Location /chunked>
    SetOutputFilter DEFLATE
</Location>
<Location /put>
    Dav On
</Location>
ProxyRequests On
ProxyVia On
AllowCONNECT $tls12_port $tls13_port
END
        apache_host "$1" "$http_port" ''
        apache_host "$1" "$tls12_port" "$tls
    SSLProtocol TLSv1.2"
        apache_host "$1" "$tls13_port" "$tls
    SSLProtocol TLSv1.3"
    } >"$1/apache.conf"
    peer_pid_file=$1/apache.pid
    apache2 -f "$1/apache.conf" -k start
}

apache_up() {
    peer_start apache_start "$1"
}

# ---- lighttpd ---------------------------------------------------------------

lighttpd_start() {
    echo ada:lovelace >"$1/plain"
    cat >"$1/lighttpd.conf" <<END
server.modules = ("mod_openssl", "mod_deflate", "mod_webdav", "mod_alias",
    "mod_cgi", "mod_setenv", "mod_auth", "mod_authn_file")
server.document-root = "$1/www"
server.bind = "127.0.0.1"
server.port = $http_port
server.pid-file = "$1/lighttpd.pid"
server.errorlog = "$1/lighttpd.log"
server.upload-dirs = ("$1/dav")
server.stream-response-body = 1
mimetype.assign = (".txt" => "text/plain", ".html" => "text/html",
    "" => "application/octet-stream")
auth.backend = "plain"
auth.backend.plain.userfile = "$1/plain"
auth.require = ("/locked/" => ("method" => "digest", "realm" => "locked",
    "algorithm" => "SHA-256", "require" => "valid-user"))
alias.url = ("/gzip/" => "$1/www/", "/locked/" => "$1/www/",
    "/chunked/" => "$1/cgi/")
\$SERVER["socket"] == "127.0.0.1:$tls12_port" {
    ssl.engine = "enable"
    ssl.pemfile = "$1/server.pem"
    ssl.privkey = "$1/server.key"
    ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2",
        "MaxProtocol" => "TLSv1.2")
}
\$SERVER["socket"] == "127.0.0.1:$tls13_port" {
    ssl.engine = "enable"
    ssl.pemfile = "$1/server.pem"
    ssl.privkey = "$1/server.key"
    ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.3")
}
\$HTTP["url"] =~ "^/gzip/" {
    deflate.mimetypes = ("text/")
    deflate.allowed-encodings = ("gzip")
}
\$HTTP["url"] =~ "^/put/" {
    webdav.activate = "enable"
    webdav.is-readonly = "disable"
}
\$HTTP["url"] =~ "^/chunked/" { cgi.assign = ("" => "/bin/sh") }
END
    # The program's length is not known before it ends: it comes chunked.
    mkdir -p "$1/cgi"
    printf 'printf "Content-Type: text/plain\\n\\n"; cat %s\n' \
        "$1/www/text.txt" >"$1/cgi/text.txt"
    peer_pid_file=$1/lighttpd.pid
    lighttpd -f "$1/lighttpd.conf"
}

lighttpd_up() {
    peer_start lighttpd_start "$1"
}
