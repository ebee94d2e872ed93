"""Asks a clamd about what comes on standard input, through pyclamd: HOST PORT, or the path of a socket."""

import json
import sys

import pyclamd

if len(sys.argv) == 3:
    clamd = pyclamd.ClamdNetworkSocket(sys.argv[1], int(sys.argv[2]))
else:
    clamd = pyclamd.ClamdUnixSocket(sys.argv[1])
content = sys.stdin.buffer.read()
print(json.dumps({
    "ping": clamd.ping(),
    "version": clamd.version(),
    "stats": clamd.stats(),
    "stream": clamd.scan_stream(content),
}))
