#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""talk.py [PORT]: says the lines of standard input to a server at 127.0.0.1, as
a client never would: out of order, too long, all at once. Without a PORT it is
the server, of one connection, and prints `ready ADDR:PORT`. Escapes such as
\\x00 stand for bytes. Lines that begin with ! are for us:

    !await WORDS   reads until the server has said so
    !tls           begins TLS here, whoever the server is
    !bytes TEXT    says this without the CR LF that ends a line
    !pause         says nothing for a while
    !end           says no more, and reads on
    !reset         breaks the connection off
    !data          makes the data connection that a 229 has told of
    !drop          breaks that one off

Reads to the end of what the peer says; gives up after 10 s without a byte."""
import codecs
import socket
import ssl
import struct
import sys
import time

PATIENCE = 10  # seconds


class Talk:
    def __init__(self, peer):
        self.socket = peer
        self.data = None
        self.heard = b""

    def read(self):
        try:
            piece = self.socket.recv(65536)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            return False
        self.heard += piece
        return piece != b""

    def bid(self, verb, words):
        if verb == "await":
            while words.encode() not in self.heard and self.read():
                pass
            self.heard = self.heard.partition(words.encode())[2]
        elif verb == "tls":
            context = ssl._create_unverified_context()
            self.socket = context.wrap_socket(self.socket)
        elif verb == "bytes":
            self.say(words, b"")
        elif verb == "pause":
            time.sleep(0.3)
        elif verb == "end":
            self.half_close()
        elif verb == "reset":
            break_off(self.socket)
        elif verb == "data":
            while b"|)" not in self.heard and self.read():
                pass
            told, _, self.heard = self.heard.partition(b"|)")
            self.data = peer_at(int(told.rpartition(b"|")[2]))
        elif verb == "drop":
            break_off(self.data)
        else:
            sys.exit("talk.py: no !%s" % verb)

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the peer has closed it all

    def say(self, text, end=b"\r\n"):
        data = codecs.escape_decode(text.encode())[0] + end
        try:
            self.socket.sendall(data)
        except (OSError, ssl.SSLError):
            pass  # the server has had enough


def break_off(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))
    connection.close()


def peer_at(port):
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def peer_who_comes():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        print("ready 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
        peer, _ = listener.accept()
        peer.settimeout(PATIENCE)
        return peer


def main(arguments):
    talk = Talk(peer_at(int(arguments[0])) if arguments else peer_who_comes())
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line.startswith("!"):
            verb, _, words = line[1:].partition(" ")
            talk.bid(verb, words)
        else:
            talk.say(line)
    while talk.socket.fileno() >= 0 and talk.read():
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
