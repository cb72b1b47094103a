"""A member with a browser: fills in the form, and presses again where no answer came."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import requests

FIELD = re.compile(r'name="(key|csrfmiddlewaretoken)" value="([^"]+)"')
CHOICES = {"model": "sketch-1", "size": "640x360", "seconds": "4"}
AGAIN_AFTER = 0.3


@dataclass
class Submissions:
    """What members wanted: `jobs` clips. `prompts` is by one-time key, of forms that were pressed;
    `accepted` are the keys that were answered with yes, `refused` the answers that say no."""

    jobs: int
    prompts: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    pressed_again: int = 0


class Members:
    """Some members who share the work, on schedule as far as the web server lets them."""

    def __init__(self, url: str, cookie: tuple[str, str], ends: float, jobs: int) -> None:
        self.url, self.cookie, self.ends = url, cookie, ends
        self.submissions = Submissions(jobs)
        self._lock = threading.Lock()

    def ask_for(self, prompts: list[str], seconds: float, hands: int = 3) -> None:
        """Submit every prompt, spread over so many seconds; returns when all are answered."""
        begun = time.monotonic()
        waiting = iter([(begun + seconds * n / len(prompts), p) for n, p in enumerate(prompts)])
        threads = [threading.Thread(target=self._work, args=[waiting]) for _ in range(hands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, waiting: Iterator[tuple[float, str]]) -> None:
        http = requests.Session()
        http.trust_env = False
        http.cookies.set(*self.cookie)
        while time.monotonic() < self.ends:
            with self._lock:
                at, prompt = next(waiting, (0.0, ""))
            if not prompt:
                return
            time.sleep(max(0.0, at - time.monotonic()))
            self._submit(http, prompt)

    def _submit(self, http: requests.Session, prompt: str) -> None:
        fields = self._form(http)
        if not fields:
            return
        with self._lock:
            self.submissions.prompts[fields["key"]] = prompt
        tries, answer = 0, None
        while time.monotonic() < self.ends:
            answer = self._try(lambda: self._post(http, fields | {"prompt": prompt}))
            if answer is not None and answer.status_code < 500:
                break
            tries += 1
            time.sleep(AGAIN_AFTER)
        with self._lock:
            self.submissions.pressed_again += tries
            if answer is not None and answer.status_code in (302, 303):
                self.submissions.accepted.add(fields["key"])
            else:
                status = None if answer is None else answer.status_code
                self.submissions.refused.append(f"{status} for {prompt}")

    def _form(self, http: requests.Session) -> dict[str, str]:
        """The hidden fields of a fresh form."""
        while time.monotonic() < self.ends:
            page = self._try(lambda: http.get(f"{self.url}/", timeout=20))
            if page is not None and page.status_code == 200:
                _, _, form = page.text.partition('id="composer"')
                fields = dict(FIELD.findall(form)[:2])
                if len(fields) == 2:
                    return fields
            time.sleep(AGAIN_AFTER)
        return {}

    def _post(self, http: requests.Session, fields: dict[str, str]) -> requests.Response:
        data = fields | CHOICES
        return http.post(f"{self.url}/videos", data=data, timeout=20, allow_redirects=False)

    def _try(self, call):
        try:
            return call()
        except requests.RequestException:
            return None
