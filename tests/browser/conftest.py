"""A real browser. Without Chromium these tests say so; under CI that is a failure."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import FLAGS, PATH, Visitor
from tests.stack import Stack, running_stack


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    if PATH is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium found: install the package chromium")
        pytest.skip("no Chromium found: install the package chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's event loop runs in this thread until the fixture ends. Meanwhile Django takes
        # the tests for asynchronous code and gives them another connection, without the wrapper
        # that lets tables be emptied. So the fixture must end with the last browser test.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=PATH, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product, freshly installed for each file; its engine forgets clips after 20 seconds."""
    data: Path = tmp_path_factory.mktemp("stack")
    # A create that was cut off is looked for after five seconds, not 45.
    with running_stack(data, ENGINE_EXPIRES_SECONDS="20", SUBMIT_GRACE_SECONDS="5") as stack:
        yield stack


@pytest.fixture
def visit(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Visitor]]:
    """Opens a window; at the end no window may have seen a script error or a CSP violation."""
    visitors: list[Visitor] = []

    def open_window(**how: Any) -> Visitor:
        how = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"} | how
        visitors.append(Visitor(chromium.new_context(**how), stack))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.context.close()
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    assert troubles == [], "\n".join(troubles)
