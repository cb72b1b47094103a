"""`python -m tests.screenshots`: every page on a phone and a laptop, in both themes.

The pictures go to `docs/screenshots/`. They are made of a new installation with sample clips, and
need Chromium.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import FLAGS, PASSWORD
from tests.chromium import PATH as CHROMIUM
from tests.screenshots.pages import Place, places, prepare
from tests.stack import ROOT, Stack, running_stack

OUT = ROOT / "docs" / "screenshots"
DEVICES: dict[str, dict[str, Any]] = {
    "laptop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
THEMES = ("dark", "light")
# A phone's picture is drawn twice as large, and kept at this width.
KEPT_WIDTH = {"laptop": 1440, "phone": 585}


def main() -> None:
    """All pages, or those whose names hold the given word."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("word", nargs="?", default="", help="only pages whose name holds this")
    parser.add_argument("--out", type=Path, default=OUT, help="where the pictures go")
    options = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("No Chromium found. Install the package chromium.")
    options.out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="dailies-screenshots-"))
    try:
        with running_stack(folder) as stack, sync_playwright() as playwright:
            stack.manage("seed", "--jobs", "120")
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            _take_all(browser, stack, options)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_all(browser: Browser, stack: Stack, options: argparse.Namespace) -> None:
    setup = browser.new_context(**DEVICES["laptop"])
    page = setup.new_page()
    _join(page, stack)
    names = prepare(stack)
    state: Any = setup.storage_state()
    is_page = _pages(setup, stack)
    wanted = [place for place in places(names) if options.word in place.name]
    wanted = [place for place in wanted if is_page(place)]
    for device, theme, place in _pictures(wanted):
        how: dict[str, Any] = DEVICES[device] | {"color_scheme": theme}
        known = {} if place.is_public else {"storage_state": state}
        context = browser.new_context(reduced_motion="reduce", **how, **known)
        _take(context.new_page(), stack, place, options.out / f"{place.name}-{device}-{theme}.webp")
        context.close()
    _write_index(options.out)


def _write_index(folder: Path) -> None:
    """A page that shows a laptop and a phone for each page, and links to the other theme."""
    names = sorted({path.name.rsplit("-", 2)[0] for path in folder.glob("*-laptop-light.webp")})
    lines = [
        "# Screenshots",
        "",
        "Made by `make screenshots` from a new installation with sample clips.",
    ]
    for name in names:
        title = name.replace("-", " ").replace("_", " ").capitalize()
        shown = " ".join(
            f'<img src="{name}-{device}-{theme}.webp" height="420" alt="{title} on a {device}">'
            for device, theme in (("laptop", "light"), ("phone", "dark"))
        )
        others = (
            f"[laptop, dark]({name}-laptop-dark.webp) · [phone, light]({name}-phone-light.webp)"
        )
        lines += ["", f"## {title}", "", shown, "", others]
    (folder / "README.md").write_text("\n".join(lines) + "\n")


def _pages(context: BrowserContext, stack: Stack) -> Callable[[Place], bool]:
    """Whether an address answers with a whole page of its own, not a fragment or a file."""

    def is_page(place: Place) -> bool:
        answer = context.request.get(stack.url + place.path)
        kind = answer.headers.get("content-type", "")
        stays = answer.url == stack.url + place.path
        return (
            stays and answer.ok and kind.startswith("text/html") and "<html" in answer.text()[:500]
        )

    return is_page


def _pictures(wanted: list[Place]) -> Iterator[tuple[str, str, Place]]:
    for place in wanted:
        for device in DEVICES:
            for theme in THEMES:
                yield device, theme, place


def _join(page: Page, stack: Stack) -> None:
    """Become the first admin."""
    page.goto(f"{stack.url}/")
    page.get_by_label("Name", exact=True).fill("Mira Lindqvist")
    page.get_by_label("Username").first.fill("mira")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url(f"{stack.url}/")


def _take(page: Page, stack: Stack, place: Place, file: Path) -> None:
    page.goto(stack.url + place.path)
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot()))
    width = KEPT_WIDTH["phone" if "-phone-" in file.name else "laptop"]
    picture = picture.resize((width, round(picture.height * width / picture.width)))
    picture.convert("RGB").save(file, "WEBP", quality=72, method=6)
    sys.stdout.write(f"{file.name}\n")


if __name__ == "__main__":
    main()
