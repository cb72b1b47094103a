"""A proxy that TRUSTED_PROXIES doesn't count is noticed, in one line."""

import logging
from pathlib import Path
from typing import Any

import pytest
from waitress.proxy_headers import proxy_headers_middleware

from dashboard import untrusted_proxy
from dashboard.untrusted_proxy import by_requests, by_settings


@pytest.mark.parametrize(
    ("url", "trusted", "warns"),
    [
        ("https://dailies.example.com", 0, True),
        ("https://dailies.example.com", 1, False),
        ("http://localhost:8000", 0, False),
    ],
)
def test_https_without_a_trusted_proxy_is_a_contradiction(
    url: str, trusted: int, warns: bool
) -> None:
    assert ("TRUSTED_PROXIES" in by_settings(url, trusted)) == warns


def test_requests_through_a_proxy_leave_one_line_and_a_mark(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "tmp").mkdir()
    assert by_requests(tmp_path, 0) == ""
    seen: list[dict[str, Any]] = []
    logger = logging.getLogger("waitress.test-untrusted")
    logger.addFilter(untrusted_proxy._Once(tmp_path, 0))
    # As waitress itself is set up.
    application = proxy_headers_middleware(
        lambda environ, start: seen.append(environ) or [], log_untrusted=True, logger=logger
    )
    for _ in range(5):
        application({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, None)
    logger.warning("something else")
    assert [line for line in caplog.messages if "TRUSTED_PROXIES=0" in line] == caplog.messages[:1]
    assert caplog.messages[1:] == ["something else"]
    assert all("HTTP_X_FORWARDED_FOR" not in environ for environ in seen) and len(seen) == 5
    assert "TRUSTED_PROXIES=0" in by_requests(tmp_path, 0)
    assert by_requests(tmp_path, 1) == ""
