"""What does a person feel? Times and weights in a real browser, on a laptop's window.

The product runs as a newcomer starts it, with 300 clips that play. Times are seconds of the
browser's own clock, medians of several tries.
"""

import gzip
import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.report import Metric
from tests.bench.site import Bench, log
from tests.chromium import FLAGS, PATH, Visitor
from tests.stack import Stack, running_stack

CLIPS, TRIES = 300, 5
WINDOW = {"width": 1440, "height": 900}
ANOTHER = "dmitri"

OBSERVE = """
    window.lcp = window.cls = 0;
    new PerformanceObserver((list) => { window.lcp = list.getEntries().at(-1).startTime / 1000; })
        .observe({type: "largest-contentful-paint", buffered: true});
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) window.cls += each.value;
    }).observe({type: "layout-shift", buffered: true});
"""


def _until(page: Page, act: str, holds: str) -> float:
    """Run the statements `act` in the page; the seconds until `holds` is true.

    Raises playwright's Error after a minute.
    """
    return float(
        page.evaluate(
            f"""() => new Promise((resolve, reject) => {{
                const begun = performance.now();
                {act}
                const look = () => {{
                    const seconds = (performance.now() - begun) / 1000;
                    if ({holds}) resolve(seconds);
                    else if (seconds > 60) reject(new Error("it did not come true in a minute"));
                    else setTimeout(look, 4);
                }};
                look();
            }})"""
        )
    )


def measure(bench: Bench, rows: int) -> Iterator[Metric]:
    """The gallery, a clip's page, and the search at `rows` clips."""
    with running_stack(bench.folder / "browser") as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=FLAGS)
        visitor = _visitor(browser, stack)
        page = visitor.sign_in()
        page.set_default_timeout(60_000)
        log(f"seeding {CLIPS} clips")
        stack.manage("seed", "--jobs", str(CLIPS), "--reviewed")
        yield from _first_page(browser, visitor)
        yield from _wall(visitor)
        yield from _clip_pages(visitor)
        yield from _generate(visitor)
        yield _clip_of_another(visitor)
        log(f"seeding {rows:,} rows")
        stack.manage("seed", "--jobs", str(rows), "--reviewed")
        yield _search(visitor, rows)
        page.close()
        browser.close()


def _visitor(browser: Browser, stack: Stack) -> Visitor:
    return Visitor(browser.new_context(viewport=WINDOW, locale="en-GB"), stack)


def _seconds(name: str, times: list[float], goal: str) -> Metric:
    middle = statistics.median(times)
    return Metric(name, "", f"{middle:.2f} s", middle, goal)


def _first_page(browser: Browser, visitor: Visitor) -> Iterator[Metric]:
    """The gallery in browsers that have nothing in their caches."""
    loads = [_first_load(browser, visitor) for _ in range(5)]
    sizes, _lcp, cls = loads[0]
    total = sum(sizes.values()) / 1000
    pictures = sum("/content" in url for url in sizes)
    label = f"first page, {CLIPS} clips"
    yield Metric(f"{label}, requests", f"{pictures} pictures", str(len(sizes)), len(sizes), "≤ 30")
    yield Metric(f"{label}, KB", "", f"{total:.0f} KB", total, "≤ 450")
    yield _seconds(f"{label}, largest picture painted", [lcp for _, lcp, _ in loads], "≤ 0.5")
    yield Metric(f"{label}, layout shift", "", f"{cls:.4f}", cls, "≤ 0.02")
    for kind, goal in (("js", "≤ 40"), ("css", "≤ 14")):
        files = [url for url in sizes if url.endswith(f".{kind}")]
        bodies = [visitor.context.request.get(url).body() for url in files]
        zipped = sum(len(gzip.compress(body, 9)) for body in bodies) / 1000
        yield Metric(f"{label}, {kind} gzipped, KB", "", f"{zipped:.1f} KB", zipped, goal)


def _first_load(browser: Browser, visitor: Visitor) -> tuple[dict[str, int], float, float]:
    """The bytes of each address, when the largest picture is painted, in s, and the shift."""
    context = browser.new_context(viewport=WINDOW, locale="en-GB")
    context.add_cookies(visitor.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(OBSERVE)
    sizes: dict[str, int] = {}

    def add(request: object) -> None:
        parts = request.sizes()  # type: ignore[attr-defined]
        url = request.url  # type: ignore[attr-defined]
        sizes[url] = parts["responseBodySize"] + parts["responseHeadersSize"]

    page.on("requestfinished", add)
    page.goto(visitor.stack.url)
    page.wait_for_load_state("networkidle")
    lcp, cls = page.evaluate("[window.lcp, window.cls]")
    context.close()
    return sizes, lcp, cls


def _wall(visitor: Visitor) -> Iterator[Metric]:
    """The next cards, from the scroll that asks for them until they are there."""
    page, times = visitor.go("/"), []
    page.wait_for_load_state("networkidle")
    # The wall goes on by itself for a few pages.
    for _ in range(2):
        count = page.locator("#grid > .card").count()
        holds = f'document.querySelectorAll("#grid > .card").length > {count}'
        times.append(_until(page, "scrollTo(0, document.body.scrollHeight);", holds))
        page.wait_for_load_state("networkidle")
    yield _seconds("next cards of the wall", times, "≤ 0.3")


def _clip_pages(visitor: Visitor) -> Iterator[Metric]:
    """From a click on a card, or on the next clip, until the clip can play."""
    page = visitor.page
    page.add_init_script(
        'addEventListener("canplay", () => { window.plays = performance.now() / 1000; }, true)'
    )
    opened, turned = [], []
    for number in range(TRIES):
        visitor.go("/?status=completed")
        page.wait_for_load_state("networkidle")
        page.locator("#grid > .card .card-name a").nth(number).click()
        opened.append(_playable(page, visitor.stack.url + "/?status=completed"))
        page.wait_for_load_state("networkidle")
        before = page.url
        page.locator("[rel=next]").first.click()
        turned.append(_playable(page, before))
    yield _seconds("click on a card → can play", opened, "≤ 0.4")
    yield _seconds("next clip → can play", turned, "≤ 0.2")


def _playable(page: Page, before: str) -> float:
    """Seconds from the start of the next page's navigation until its clip can play."""
    page.wait_for_url(lambda url: url != before)
    _until(page, "", "document.querySelector('video')?.readyState >= 3")
    return float(page.evaluate("window.plays ?? performance.now() / 1000"))


def _generate(visitor: Visitor) -> Iterator[Metric]:
    """From *Generate* to the card, and from completed to its picture."""
    page, cards, posters = visitor.go("/"), [], []
    for number in range(3):
        prompt = f"bench boat number {number}"
        page.get_by_role("textbox", name="Prompt").fill(prompt)
        holds = f'document.querySelector("#grid").textContent.includes("{prompt}")'
        press = 'document.querySelector(".composer-go").click();'
        cards.append(_until(page, press, holds))
        card = f"""[...document.querySelectorAll("#grid .card")].find(
            (each) => each.textContent.includes("{prompt}"))"""
        _until(page, "", f"!({card}).dataset.pending")
        posters.append(_until(page, "", f'({card}).querySelector(".frame img")'))
    yield _seconds("Generate → card", cards, "≤ 0.15")
    yield _seconds("completed → picture on the card", posters, "≤ 0.05")


def _clip_of_another(visitor: Visitor) -> Metric:
    """From a clip that a script of another member made until the open gallery says so."""
    page = visitor.go("/")
    page.wait_for_load_state("networkidle")
    visitor.stack.manage("generate", "a clip of another member", "--user", ANOTHER)
    seconds = _until(page, "", 'document.querySelector(".pill") !== null')
    return _seconds("clip of another member → announced", [seconds], "≤ 20")


def _search(visitor: Visitor, rows: int) -> Metric:
    """From a keystroke until the results are there."""
    times = []
    for word in ("campfire", "lighthouse", "neon", "dunes", "balloons"):
        page = visitor.go("/")
        field = page.get_by_role("searchbox", name="Search")
        field.fill(word[:-1])
        page.wait_for_load_state("networkidle")
        before = page.url
        type_on = f"""const field = document.querySelector('[name="q"]'); field.value = "{word}";
            field.dispatchEvent(new InputEvent("input", {{bubbles: true}}));"""
        times.append(_until(page, type_on, f'location.href !== "{before}"'))
    return _seconds(f"keystroke → result, {rows:,} rows", times, "≤ 0.3")
