"""Serve the pages: `python -m dashboard.web`. It runs waitress in WEB_WORKERS processes."""

import contextlib
import logging
import os
import resource
import socket
import sys
from typing import Any

from dashboard import proxy_header, settings, untrusted_proxy
from dashboard.logs import LINE, TIME
from dashboard.private import make_private
from videos import serving
from videos.provider.addresses import url_host

MB = 1024 * 1024
# A larger response would keep its thread until the client has read the rest. The largest one that
# isn't a file is a clip that is relayed from its provider.
BUFFER_BYTES = (settings.MAX_CONTENT_MB + 1) * MB
# If more than this is waiting to be sent, it is buffered on the disk. waitress frees sent data from
# memory only at the end, so this must not exceed the blocks in which a clip is relayed.
MEMORY_BYTES = 256 * 1024
# A connection may have two temporary files in addition to its socket.
MAX_DESCRIPTORS = 4 * serving.MAX_CONNECTIONS


def main() -> None:
    """Listen, then serve until SIGTERM or SIGINT. Raises SystemExit if the port can't be opened or
    AUTH_HEADER is unsafe."""
    logging.basicConfig(format=LINE, datefmt=TIME, level=logging.WARNING)
    if why := proxy_header.why_unsafe(settings.AUTH_HEADER, settings.AUTH_HEADER_PROXIES):
        raise SystemExit(why)
    try:
        listener = serving.listen(settings.HOST, settings.PORT, idle_seconds=settings.STALL_SECONDS)
    except OSError as error:
        where = f"{url_host(settings.HOST)}:{settings.PORT}"
        reason = os.strerror(error.errno or 0)
        message = f"Can't listen on {where}: {reason}. PORT and HOST set another address."
        raise SystemExit(message) from error
    _raise_descriptor_limit()
    make_private(settings.DATA_DIR, group_reads_archive=bool(settings.X_ACCEL_PREFIX))
    supervisor = serving.Supervisor(lambda: _serve(listener), settings.WEB_WORKERS)
    if message := untrusted_proxy.by_settings(settings.PUBLIC_URL, settings.TRUSTED_PROXIES):
        logging.getLogger(__name__).warning(message)
    sys.stdout.write(f"Dailies is at {settings.PUBLIC_URL}  (Ctrl-C stops it)\n")
    sys.stdout.flush()
    supervisor.run()


def _serve(listener: socket.socket) -> None:
    from dashboard.wsgi import application
    from videos.team.request_credentials import Senders

    untrusted_proxy.watch()
    serving.serve(
        application,
        listener,
        idle_seconds=settings.STALL_SECONDS,
        is_known=Senders(),
        threads=settings.WEB_THREADS,
        outbuf_high_watermark=BUFFER_BYTES,
        outbuf_overflow=MEMORY_BYTES,
        # `untrusted_proxy` filters these log lines.
        log_untrusted_proxy_headers=not settings.TRUSTED_PROXIES,
        **_proxies(),
    )


def _proxies() -> dict[str, Any]:
    """waitress's settings for trusted X-Forwarded headers. It removes all others."""
    if not settings.TRUSTED_PROXIES:
        return {}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": settings.TRUSTED_PROXIES,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }


def _raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(MAX_DESCRIPTORS, hard)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
