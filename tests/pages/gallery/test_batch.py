"""A list of prompts becomes clips in two steps: see what it makes and costs, then press once."""

import html
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.gallery_fixtures import (  # noqa: F401
    HTMX,
    client_of,
    mirror_runs,
    press_twenty_times,
)
from videos.gallery.clips.choices import forget_choices
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all
from videos.models import CatalogueModel, JobEvent, Origin, Project, Provider, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")
THREE = "a fox in snow\na boat at dawn\na city in the rain"


@pytest.fixture
def client(team: SimpleNamespace) -> Client:
    return client_of(team.owner)


def listed(text: str = "", **fields: Any) -> dict[str, Any]:
    """The page's form, to be previewed."""
    right = {"model": "sketch-1", "size": "1280x720", "seconds": "4", "takes": "1", "key": "batch1"}
    return right | {"text": text, "do": "preview"} | fields


def hidden(response: Any, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return match[1] if match else ""


def preview(client: Client, text: str = "", **fields: Any) -> str:
    return html.unescape(client.post("/batch", listed(text, **fields)).content.decode())


def generate(client: Client, text: str, **fields: Any) -> Any:
    """Preview, then press the button that it shows."""
    seen = hidden(client.post("/batch", listed(text, **fields)), "seen")
    return client.post("/batch", listed(text, do="generate", seen=seen, **fields))


def table(page: str) -> list[str]:
    """The text of each row of the preview."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def test_the_composer_leads_to_the_page_and_the_page_says_how_much_it_takes(
    client: Client,
) -> None:
    assert 'href="/batch"' in client.get("/").content.decode()
    page = client.get("/batch").content.decode()
    assert "Up to 200 clips" in page and 'value="generate"' not in page


def test_a_preview_shows_each_line_the_count_and_one_price_and_makes_nothing(
    client: Client, catalogue_model: CatalogueModel
) -> None:
    catalogue_model.price_per_second = {"*": "0.10"}
    catalogue_model.save()
    page = preview(client, THREE, takes="2")
    assert table(page) == [
        "1 a fox in snow Sketch · 1280×720 · landscape · 4 s · 2 takes 2 × $0.40 = $0.80",
        "2 a boat at dawn Sketch · 1280×720 · landscape · 4 s · 2 takes 2 × $0.40 = $0.80",
        "3 a city in the rain Sketch · 1280×720 · landscape · 4 s · 2 takes 2 × $0.40 = $0.80",
    ]
    assert "Generate all 6" in page and "6 clips" in page and "$2.40" in page
    assert not VideoJob.objects.exists()


@pytest.mark.database
def test_pressing_makes_all_of_it_and_leads_to_the_batch_in_the_gallery(client: Client) -> None:
    response = generate(client, THREE, takes="2")
    batch = VideoJob.objects.values_list("batch", flat=True).distinct().get()
    assert (response.status_code, response["Location"]) == (303, f"/?batch={batch}")
    page = client.get(response["Location"]).content
    assert b"6 clips are queued." in page and page.count(b'class="card ') == 6
    rows = VideoJob.objects.order_by("due_at")
    assert [(row.prompt, row.take) for row in rows] == [
        (prompt, take) for prompt in THREE.split("\n") for take in (1, 2)
    ]
    assert JobEvent.objects.filter(why="Submitted as one of many, in the browser").count() == 6


def test_a_list_is_made_for_the_project_that_is_chosen(
    client: Client, team: SimpleNamespace
) -> None:
    assert 'name="project"' not in client.get("/batch").content.decode()
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    forget_choices()
    assert 'name="project"' in client.get("/batch").content.decode()
    page = preview(client, THREE, project="film")
    assert '<option value="film" selected>' in page
    generate(client, THREE, project="film")
    assert film.jobs.count() == 3
    # Another model keeps the choice.
    fields = {"model": "sketch-1", "project": "film"}
    piece = client.get("/batch", fields, headers=HTMX).content.decode()
    assert '<option value="film" selected>' in piece


def test_columns_win_over_what_is_chosen_on_the_page(client: Client, provider: Provider) -> None:
    CatalogueModel.objects.create(
        provider=provider, slug="wide", model="wide-m", label="Wide", sizes=["1792x1024"],
        seconds=["16"], price_per_second={"*": "0"},
    )  # fmt: skip
    text = (
        "seed;prompt;model;size;seconds;takes\n"
        "7;one;;640×360;8s;2\n"
        ";two;Wide;;;\n"
        ";three;wide;1792x1024;16;1\n"
    )
    generate(client, text, takes="3")
    rows = VideoJob.objects.order_by("due_at").values_list(
        "prompt", "model", "size", "seconds", "take", "extra"
    )
    first_columns = [row[:5] for row in rows]
    assert first_columns == [
        ("one", "sketch-1", "640x360", "8", 1),
        ("one", "sketch-1", "640x360", "8", 2),
        # The page's size and length are another model's: this one has its own.
        *[("two", "wide-m", "1792x1024", "16", take) for take in (1, 2, 3)],
        ("three", "wide-m", "1792x1024", "16", 1),
    ]
    assert [row[5].get("seed") for row in rows[:2]] == [7, 8]


BAD = [
    ("prompt,model\na,sora-9", "This model isn't available. Available: sketch-1."),
    ("prompt,size\na,1x1", "offer 1x1"),
    ("prompt,seconds\na,5", "offers these lengths in seconds: 4, 8."),
    ("prompt,takes\na,9", "Takes must be from 1 to 8."),
    ("prompt,takes\na,many", "Takes must be from 1 to 8."),
    ("prompt,seed\na,x", "Seed must be a whole number."),
    ("prompt,seed,takes\na,9223372036854775807,2", "the seed can be at most"),
    ("prompt,fps\na,24", "Engine doesn't support Frames per second"),
    ("prompt,size\n,640x360", "Enter a prompt"),
    ("prompt\na\x07b", "control character"),
    ("prompt,size\na, b,640x360", "3 cells, but there are 2 columns"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_what_a_line_cannot_have_is_said_beside_it_and_nothing_is_made(
    client: Client, text: str, message: str
) -> None:
    good, bad = text.split("\n")
    page = preview(client, f"{good}\n{'fine' + ',' * good.count(',')}\n{bad}")
    first, second = table(page)
    assert "!" not in first and second.startswith("3 ") and message in second
    assert "1 of 2 lines have a problem" in page and 'href="#line-3"' in page
    assert 'value="generate"' not in page
    assert bad.split(",")[0] in page.split("<textarea")[1].split("</textarea>")[0]
    sent = client.post("/batch", listed(f"{good}\n{bad}", do="generate", seen="x"))
    assert sent.status_code == 422 and not VideoJob.objects.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Paste some prompts, or choose a file."),
        (" \n\n ", "Paste some prompts"),
        ("prompt,size\n", "Paste some prompts"),
        ("prompt,colour\na,b", "unknown columns: “colour”"),
        ("\n".join(f"clip {n}" for n in range(201)), "has 201 rows. You can make at most 200"),
    ],
)
@pytest.mark.parametrize("do", ["preview", "generate"])
def test_a_list_that_is_none_says_why_and_stays_in_the_box(
    client: Client, text: str, message: str, do: str
) -> None:
    response = client.post("/batch", listed(text, do=do))
    page = html.unescape(response.content.decode())
    assert response.status_code == 422 and message in page
    box = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    assert box.strip() == text.strip() and not VideoJob.objects.exists()


def test_more_clips_than_the_limit_are_refused_although_the_lines_are_few(client: Client) -> None:
    text = "\n".join(f"clip {number}" for number in range(26))
    page = preview(client, text, takes="8")
    assert "These are 208 clips. You can make at most 200" in page and "Generate all" not in page
    assert "Generate all 200" in preview(client, text.rsplit("\n", 1)[0], takes="8")


@pytest.mark.database
def test_prompts_are_text_wherever_they_appear(client: Client) -> None:
    text = '<script>alert(1)</script>\n</textarea><img src=x onerror=alert(1)>\n=HYPERLINK("x")'
    raw = client.post("/batch", listed(text)).content.decode()
    assert "<script>alert" not in raw and "<img src=x" not in raw
    assert raw.count("&lt;script&gt;alert(1)") == 2


@pytest.mark.database
def test_the_same_page_sent_again_is_the_same_clips(client: Client) -> None:
    first, second = (generate(client, THREE) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert VideoJob.objects.count() == 3 == JobEvent.objects.count()


@pytest.mark.database
@pytest.mark.parametrize("text", [THREE + "\nfour", "a fox in snow", "one\ntwo\nthree"])
def test_the_same_key_for_another_list_makes_nothing_and_gets_a_fresh_one(
    client: Client, text: str
) -> None:
    generate(client, THREE)
    response = generate(client, text)
    assert response.status_code == 409 and b"already used for another list" in response.content
    assert VideoJob.objects.count() == 3
    fresh, seen = hidden(response, "key"), hidden(response, "seen")
    assert fresh not in ("", "batch1")
    again = client.post("/batch", listed(text, do="generate", seen=seen, key=fresh))
    assert again.status_code == 303
    assert VideoJob.objects.count() == 3 + len(text.split("\n"))


def test_a_list_or_a_price_that_changed_after_the_preview_is_shown_again_first(
    client: Client, catalogue_model: CatalogueModel
) -> None:
    seen = hidden(client.post("/batch", listed(THREE)), "seen")
    changed = client.post("/batch", listed(THREE + "!", do="generate", seen=seen))
    assert changed.status_code == 409 and b"changed since the preview" in changed.content
    catalogue_model.price_per_second = {"*": "1"}
    catalogue_model.save()
    dearer = client.post("/batch", listed(THREE, do="generate", seen=seen))
    assert dearer.status_code == 409 and b"$12.00" in dearer.content
    assert not VideoJob.objects.exists()
    now = hidden(dearer, "seen")
    assert client.post("/batch", listed(THREE, do="generate", seen=now)).status_code == 303
    assert {row.price for row in VideoJob.objects.all()} == {Decimal("4.0000")}


@pytest.mark.parametrize(
    ("prices", "total"),
    [
        ({"640x360": "0", "*": "0.1"}, "$0.40"),
        ({"640x360": "0.1"}, "$0.40, and 1 clip at an unknown price"),
        ({}, "Price unknown"),
        ({"*": "0"}, "Free, made on this machine"),
    ],
)
def test_the_total_is_honest_about_what_it_does_not_know(
    client: Client, catalogue_model: CatalogueModel, prices: dict[str, str], total: str
) -> None:
    Provider.objects.update(origin=Origin.ENGINE)
    catalogue_model.price_per_second = prices
    catalogue_model.save()
    page = preview(client, "prompt,size\na,640x360\nb,720x1280")
    assert re.search(rf"<output>{re.escape(total)}</output>", page)


def upload(text: str, name: str = "list.csv", encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(encoding))


def test_an_uploaded_file_is_put_into_the_box_and_previewed(client: Client) -> None:
    page = preview(client, file=upload('prompt;seed\r\n"zwei Füchse;\r\nim Schnee";7\r\n'))
    assert table(page)[0].startswith("2 zwei Füchse; im Schnee") and "Seed 7" in page
    assert "zwei Füchse;\nim Schnee" in page.split("<textarea")[1].split("</textarea>")[0]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (upload("a fox\ntwo foxes"), "must name the columns"),
        (upload("für", "a.txt", "latin-1"), "isn't UTF-8 text"),
        (upload("x" * 1_100_000, "a.txt"), "larger than 1 MB"),
        (upload("", "a.txt"), "Paste some prompts"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    client: Client, file: SimpleUploadedFile, message: str
) -> None:
    file.seek(0)
    response = client.post("/batch", listed(file=file))
    assert response.status_code == 422 and message in html.unescape(response.content.decode())


def test_a_file_never_overwrites_what_was_typed_but_replaces_what_it_brought(
    client: Client,
) -> None:
    typed = client.post("/batch", listed("my own list", file=upload("prompt\na fox")))
    assert typed.status_code == 422 and b"both a list in the box and a file" in typed.content
    assert b"my own list" in typed.content
    first = client.post("/batch", listed(file=upload("prompt\na fox")))
    shown = hidden(first, "shown")
    # A browser sends the box back with line ends of its own.
    box = {"text": "prompt\r\na fox", "shown": shown}
    second = client.post("/batch", listed(**box, file=upload("prompt\na better fox")))
    assert second.status_code == 200 and b"a better fox" in second.content


def test_another_model_brings_its_own_sizes_to_the_page(client: Client, provider: Provider) -> None:
    CatalogueModel.objects.create(
        provider=provider, slug="wide", model="wide", label="Wide", sizes=["1792x1024"],
        seconds=["16"],
    )  # fmt: skip
    chosen = {"model": "wide", "size": "1280x720", "seconds": "4", "takes": "3"}
    part = client.get("/batch", chosen, headers=HTMX).content.decode()
    assert "<html" not in part and "1792×1024" in part and "1280×720" not in part
    assert '<option value="3" selected>3</option>' in part


def test_before_any_model_is_known_the_page_leads_back(
    client: Client, catalogue_model: CatalogueModel
) -> None:
    catalogue_model.delete()
    assert client.get("/batch").status_code == 303
    assert client.post("/batch", listed(THREE)).status_code == 303


@pytest.mark.parametrize("key", ["", "k" * 65, "é"])
def test_a_key_that_is_none_of_ours_is_replaced(client: Client, key: str) -> None:
    response = generate(client, THREE, key=key)
    assert response.status_code in (409, 422) or key == ""
    fresh = hidden(response, "key") or "k2"
    assert generate(client, THREE, key=fresh).status_code == 303


def test_fields_that_are_missing_repeated_or_made_up_are_no_fault(client: Client) -> None:
    assert client.post("/batch", {}).status_code == 422
    assert client.post("/batch", {"text": THREE, "do": "nonsense"}).status_code == 200
    assert client.post("/batch", {"text": THREE, "do": "generate"}).status_code == 409
    odd = listed("prompt,key,maker\na,b,c")
    assert client.post("/batch", odd).status_code == 422
    assert not VideoJob.objects.exists()


@pytest.mark.database
def test_two_hundred_clips_cost_the_database_a_handful_of_statements(
    team: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    def submissions(count: int, key: str) -> list[Submission]:
        return [
            Submission(prompt=f"{n}", model="sketch-1", size="1280x720", seconds="4", key=key)
            for n in range(count)
        ]

    # SQLite takes 999 values in one statement, so the rows go in by sixteen or so. Permissions
    # and budgets are read and charges reserved in three more.
    most = 27 if connection.vendor == "sqlite" else 9
    with django_assert_max_num_queries(most):
        assert len(submit_all(team.owner, submissions(200, "k"))) == 200
    # One of these reads the further pictures of all of them.
    with django_assert_max_num_queries(5):
        assert len(submit_all(team.owner, submissions(200, "k"))) == 200
    with pytest.raises(ValidationFailed, match="At most 200"):
        submit_all(team.owner, submissions(201, "k2"))


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_are_one_batch(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    seen = hidden(client_of(team.owner).post("/batch", listed(THREE, takes="2")), "seen")
    sent = listed(THREE, takes="2", do="generate", seen=seen)
    answers = press_twenty_times(team.owner, "/batch", sent)
    assert answers == [303] * 20 and VideoJob.objects.count() == 6
