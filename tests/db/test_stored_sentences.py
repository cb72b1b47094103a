"""What rows say of a clip is read in the reader's language, and old rows stay as they are."""

import ast
import copy
import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core import serializers
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.gallery_fixtures import client_of, html_of
from tests.world import World
from videos.jobs.dispatch.reconcile import CHOOSE, without_choice
from videos.models import JobEvent, Provider, VideoJob
from videos.models.messages import shown
from videos.team import tokens
from videos.wire.text import SEPARATOR, Message, gettext_noop, joined, packed, unpacked

pytestmark = pytest.mark.database
ROOMS = ("jobs", "mirror", "archive", "provider", "models", "sharing", "review", "management")
CHINESE = {"accept-language": "zh-hans"}
STORED = {"why", "attention", "error_message", "trouble", "outcome", "models_note", "list_note"}


def _raw(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return str(cursor.fetchone()[0])


def test_a_sentence_with_values_comes_back_from_a_row_and_is_translated(
    make_job: Callable[..., VideoJob],
) -> None:
    inner = gettext_noop("%(host)s answered %(status)s.", host="a.example", status="502")
    message = gettext_noop("The provider doesn't send the clip: %(reason)s", reason=inner)
    job = make_job(attention=message)
    job = VideoJob.objects.get(pk=job.pk)
    english = "The provider doesn't send the clip: a.example answered 502."
    assert job.attention == english == message
    assert VideoJob.objects.values_list("attention", flat=True).get() == english
    with translation.override("zh-hans"):
        assert shown(job.attention) == "提供商没有发送片段：a.example 返回 502。"


def test_a_dump_keeps_the_values(make_job: Callable[..., VideoJob]) -> None:
    job = make_job(
        attention=gettext_noop("The provider doesn't send the clip: %(reason)s", reason="x")
    )
    [dumped] = json.loads(serializers.serialize("json", [job]))
    [read] = serializers.deserialize("json", json.dumps([dumped]))
    read.save()
    with translation.override("zh-hans"):
        assert shown(VideoJob.objects.get().attention) == "提供商没有发送片段：x"


def test_a_row_of_an_older_release_and_a_providers_words_stay_as_they_are(
    make_job: Callable[..., VideoJob],
) -> None:
    old = "No clear answer: 100% %(host)s"
    job = make_job(attention=old, error_message="Your prompt was blocked %(why)s.")
    job = VideoJob.objects.get(pk=job.pk)
    with translation.override("zh-hans"):
        assert shown(job.attention) == old
        assert shown(job.error_message) == "Your prompt was blocked %(why)s."
        assert shown("") == ""


def test_the_history_is_read_in_the_readers_language(world: World) -> None:
    job = world.archived(world.submit())
    client = client_of(world.maker)
    page = html_of(client.get(job.get_absolute_url()))
    assert "Engine accepted it" in page and "Archived here" in page
    caches["cards"].clear()
    page = html_of(client.get(job.get_absolute_url(), headers=CHINESE))
    assert "Engine 已接受" in page and "已在此存档" in page
    assert "Engine accepted it" not in page and SEPARATOR not in page


def test_a_failed_test_is_read_in_the_readers_language(team: SimpleNamespace) -> None:
    trouble = joined(gettext_noop("It refuses the key."), "Incorrect API key")
    provider = Provider.objects.create(
        name="P",
        slug="p",
        base_url="http://x/v1",
        dialect="openai",
        probe={"state": "key", "trouble": packed(trouble, 2000), "notes": []},
    )
    page = html_of(client_of(team.admin).get(f"/providers/{provider.slug}", headers=CHINESE))
    assert "它拒绝了密钥。 Incorrect API key" in page


def test_the_api_answers_in_english_without_what_is_stored_beside(
    make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    reason = gettext_noop("The provider doesn't remix this clip: %(reason)s", reason="no")
    job = make_job(status="failed", error_message=reason)
    assert SEPARATOR in _raw("videos_videojob", "error_message")
    token = tokens.issue(team.owner, "script", "read")
    answer = Client().get(
        f"/v1/videos/{job.public_id}", headers=CHINESE | {"authorization": f"Bearer {token}"}
    )
    message = answer.json()["error"]["message"]
    assert message == "The provider doesn't remix this clip: no"


@given(st.text(max_size=900), st.integers(), st.text(max_size=300))
def test_a_packed_sentence_fits_its_column_and_reads_the_same(
    one: str, number: int, two: str
) -> None:
    inner = Message("%(host)s sends too slowly.", {"host": two})
    message = Message("%(a)s: %(n)d, %(b)s", {"a": one, "n": number, "b": inner})
    line = packed(message, 600)
    assert len(line) <= 600
    back = unpacked(line)
    if len(packed(message, 10_000)) <= 600 and SEPARATOR not in one + two:
        assert back == message and isinstance(back, Message)
    assert isinstance(unpacked(one), str)


@pytest.mark.parametrize(
    "line", ["%(x)s\x1e", "%(x)s\x1e[1]", "%(x)s\x1e{}", '%(x)d\x1e{"x": "a"}', "\x1e" + "[" * 9999]
)
def test_a_broken_line_is_shown_as_it_is(line: str) -> None:
    assert shown(unpacked(line)) is not None


def test_messages_survive_copies_and_caches() -> None:
    message = joined(Message("It waits.", {}), Message("%(n)d left", {"n": 3}))
    for again in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert again == message and again.values == message.values


def test_the_call_to_decide_is_left_out_where_the_choices_are_shown() -> None:
    why = gettext_noop("It was sent %(count)d times and never arrived.", count=3)
    assert without_choice(joined(why, CHOOSE)) is why
    assert without_choice("It was sent 3 times. Choose what to do.") == "It was sent 3 times."
    assert without_choice(why) == why


def test_an_event_longer_than_its_column_is_cut(make_job: Callable[..., VideoJob]) -> None:
    job = make_job()
    event = JobEvent.objects.create(
        job=job,
        to_status="completed",
        why=gettext_noop("The provider says: %(words)s", words="é" * 900),
    )
    event.refresh_from_db()
    assert event.why.startswith("The provider says: ééé") and len(event.why) <= 600


def _literals(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """What is written to a stored text as a bare literal or an f-string."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Call):
            pairs = [(each.arg, each.value) for each in node.keywords if each.arg]
        elif isinstance(node, ast.Dict):
            keys = ((key, value) for key, value in zip(node.keys, node.values, strict=True))
            pairs = [(k.value, v) for k, v in keys if isinstance(k, ast.Constant)]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            pairs = [(node.targets[0].id, node.value)]
        for name, value in pairs:
            is_text = isinstance(value, ast.JoinedStr) or (
                isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value
            )
            if name in STORED and is_text:
                yield name, value.lineno


def test_no_sentence_is_stored_that_cannot_be_translated() -> None:
    root = Path(__file__).parents[2] / "videos"
    untranslatable = [
        f"{path.relative_to(root)}:{line} {name}"
        for room in ROOMS
        for path in sorted((root / room).rglob("*.py"))
        for name, line in _literals(ast.parse(path.read_text()))
    ]
    assert untranslatable == []
