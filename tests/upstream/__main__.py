"""`python -m tests.upstream --port 0`: prints the port, serves until its standard input ends."""

import argparse
import os
import sys
import threading

from tests.upstream.server import Server


def end_with_parent() -> None:
    """A test run that is killed must not leave this process behind."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--detached", action="store_true", help="ignore the standard input")
    options = parser.parse_args()
    server = Server(options.port)
    print(server.port, flush=True)
    if not options.detached:
        threading.Thread(target=end_with_parent, daemon=True).start()
    server.serve()


main()
