"""`python -m tests.screenshots`: every page on a phone and a laptop, in both themes.

The pictures go to `docs/screenshots/`. They are made of a new installation with sample clips, and
need Chromium.
"""

import argparse
import shutil
import sys
import tempfile
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS, Visitor
from tests.chromium import PATH as CHROMIUM
from tests.screenshots.pages import FIRST, Place, open_place, places, prepare, sign_in
from tests.screenshots.sample import ANY, Names
from tests.stack import ROOT, Stack, running_stack

OUT = ROOT / "docs" / "screenshots"
DEVICES: dict[str, dict[str, Any]] = {
    "laptop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 360, "height": 780},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
THEMES = ("dark", "light")
# Pictures are drawn larger than they are kept. With this many of them, bytes count.
KEPT_WIDTH = {"laptop": 1152, "phone": 432}
QUALITY = 60


def main() -> None:
    """All pages, or those whose names hold the given word."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("word", nargs="?", default="", help="only pages whose name holds this")
    parser.add_argument("--out", type=Path, default=OUT, help="where the pictures go")
    parser.add_argument("--screens", type=int, default=1, help="how many screens high at most (1)")
    options = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("No Chromium found. Install the package chromium.")
    options.out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="dailies-screenshots-"))
    try:
        with running_stack(folder) as stack, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            _take_all(browser, stack, options)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_all(browser: Browser, stack: Stack, options: argparse.Namespace) -> None:
    """The first visitor's page, before there is an account, and then all others."""
    everything = [place for place in places(ANY) if options.word in place.name]
    first = [place for place in everything if place.who == FIRST]
    _take_in_all_windows(browser, stack, ANY, first, options)
    Visitor(browser.new_context(), stack).sign_in()
    names = prepare(stack)
    wanted = [place for place in places(names) if options.word in place.name]
    wanted = [place for place in wanted if place.who != FIRST]
    _take_in_all_windows(browser, stack, names, wanted, options)
    _write_index(options.out)


def _take_in_all_windows(
    browser: Browser, stack: Stack, names: Names, wanted: list[Place], options: argparse.Namespace
) -> None:
    for device, theme in product(DEVICES, THEMES):
        how: dict[str, Any] = DEVICES[device] | {"color_scheme": theme}
        context = browser.new_context(reduced_motion="reduce", **how)
        page = context.new_page()
        for place in wanted:
            sign_in(context, stack, names, place.who)
            open_place(page, stack, place)
            page.wait_for_load_state("networkidle")
            # What a click opens may be further down the page.
            drawn = page.screenshot() if place.click else _from_the_top(page, options.screens)
            _keep(drawn, options.out / f"{place.name}-{device}-{theme}.webp", KEPT_WIDTH[device])
        context.close()


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


def _from_the_top(page: Page, screens: int) -> bytes:
    """A PNG of the page's first screens."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    height = min(max(height, size["height"]), size["height"] * screens)
    return page.screenshot(
        full_page=True, clip={"x": 0, "y": 0, "width": size["width"], "height": height}
    )


def _keep(drawn: bytes, path: Path, width: int) -> None:
    picture = Image.open(BytesIO(drawn))
    picture = picture.resize((width, round(picture.height * width / picture.width)))
    picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
    sys.stdout.write(f"{path.name}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
