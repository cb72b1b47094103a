"""The team's saved prompts: kept, found, changed, used with their variables, deleted and undone."""

import re

import pytest

from tests.gallery_fixtures import HTMX, client_of, form, html_of, mirror_runs  # noqa: F401
from videos.jobs.submission.saved_prompts import fill, variables_of
from videos.models import CatalogueModel, Prompt

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")


@pytest.fixture
def prompt(team):
    return Prompt.objects.create(
        maker=team.owner,
        name="Kite",
        text="a {colour} kite over {time of day}, {colour}",
        settings={"model": "sketch-1", "size": "640x360", "seconds": "8", "seed": "77"},
    )


@pytest.fixture
def priced(provider):
    return CatalogueModel.objects.create(
        provider=provider, slug="hd", model="hd", label="HD", sizes=["1920x1080"],
        seconds=["5"], price_per_second={"*": "0.50"},
    )  # fmt: skip


def composer_of(response):
    page = html_of(response)
    return page[page.index('id="composer"') : page.index('id="filters"')]


def chosen(composer, name):
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', composer, re.S)[0]
    return re.search(r'value="([^"]*)"[^>]*selected', select)[1]


@pytest.mark.parametrize(("text", "names"), [
    ("a {colour} kite over {time of day}, {colour}", ["colour", "time of day"]),
    ("{颜色} 的风筝 in {été}", ["颜色", "été"]),
    ('{"shots": [1, {"len": 2}]} {} { a} {a\nb} {<b>}', []),
    ("{a}" * 50, ["a"]),
])  # fmt: skip
def test_words_in_braces_are_variables_and_json_is_not(text, names):
    assert variables_of(text) == names


def test_values_are_put_in_as_they_are_and_only_once():
    assert fill("{a} {b}", {"a": "{b}", "b": "\\1"}) == "{b} \\1"
    assert fill("{a} {b}", {"a": "", "b": "x"}) == "{a} x"


def test_the_page_says_so_while_there_is_none(team):
    page = html_of(client_of(team.owner).get("/prompts"))
    assert "No saved prompts yet" in page and 'role="search"' not in page
    viewer = html_of(client_of(team.viewer).get("/prompts"))
    assert "New prompt" not in viewer and "Save the first" not in viewer


def test_a_prompt_is_saved_with_its_settings_and_found_by_its_words(team, prompt):
    client = client_of(team.teammate)
    sent = {"name": "  Night\u202e shot ", "text": "rain on {place}", "seconds": "4"}
    assert client.post("/prompts/new", sent)["Location"] == "/prompts"
    saved_prompt = Prompt.objects.get(maker=team.teammate)
    assert (saved_prompt.name, saved_prompt.settings) == ("Night shot", {"seconds": "4"})
    assert "Saved the prompt." in html_of(client.get("/prompts"))
    for query, matches in (("RAIN night", 1), ("kite", 0), ("rain kite", 0), ("  ", 1)):
        page = html_of(client.get("/prompts", {"q": query}))
        assert (f"/prompts/{saved_prompt.pk}/use" in page) == bool(matches), query
    page = html_of(client.get("/prompts", {"q": "<script>\0'\""}))
    assert "No prompts match" in page and "<script>'" not in page


@pytest.mark.parametrize(("fields", "message"), [
    ({"name": "  "}, "Type a name."),
    ({"name": "x" * 81}, "Use at most 80 characters."),
    ({"name": "Kite"}, "A prompt with this name already exists."),
    ({"text": " \n", "seconds": ""}, "Enter a prompt, or choose settings to save without one."),
    ({"text": "y" * 100_000}, "32,000"),
    ({"text": "a\x00b"}, "control character"),
])  # fmt: skip
def test_bad_input_is_refused_in_words_and_keeps_what_was_typed(team, prompt, fields, message):
    sent = {"name": "Boats <b>", "text": "boats <i>", "seconds": "4"} | fields
    response = client_of(team.teammate).post("/prompts/new", sent)
    page = html_of(response)
    assert response.status_code == 422 and message in page
    unchanged = set(sent) - set(fields)
    assert ("Boats &lt;b&gt;" in page) == ("name" in unchanged)
    assert ("boats &lt;i&gt;" in page) == ("text" in unchanged)
    assert Prompt.objects.count() == 1


def test_two_people_at_once_do_not_overwrite_each_other(team, prompt):
    owner, admin = client_of(team.owner), client_of(team.admin)
    old = {"name": "Kite", "text": "by the owner", "version": "1"}
    assert "a {colour} kite" in html_of(owner.get(f"/prompts/{prompt.pk}"))
    admin.post(f"/prompts/{prompt.pk}", old | {"text": "by the admin"})
    response = owner.post(f"/prompts/{prompt.pk}", old)
    page = html_of(response)
    assert response.status_code == 422 and "Someone else changed this prompt first" in page
    assert "by the owner" in page
    prompt.refresh_from_db()
    assert prompt.text == "by the admin" and prompt.version == 2
    for version in ("", "x", "9" * 30, "-1"):
        assert owner.post(f"/prompts/{prompt.pk}", old | {"version": version}).status_code == 422


def test_deleting_can_be_undone_unless_the_name_was_taken_since(team, prompt):
    client = client_of(team.owner)
    client.post(f"/prompts/{prompt.pk}/delete")
    page = html_of(client.get("/prompts"))
    assert (
        f'action="/prompts/{prompt.pk}/restore"' in page and f"/prompts/{prompt.pk}/use" not in page
    )
    assert client.get(f"/prompts/{prompt.pk}/use").status_code == 404
    client.post("/prompts/new", {"name": "Kite", "text": "another"})
    client.post(f"/prompts/{prompt.pk}/restore")
    assert "A prompt with this name already exists." in html_of(client.get("/prompts"))
    Prompt.objects.filter(text="another").delete()
    client.post(f"/prompts/{prompt.pk}/restore")
    assert Prompt.objects.live().get() == prompt


def test_using_one_asks_for_its_variables_and_opens_the_composer_with_its_settings(team, prompt):
    client = client_of(team.owner)
    page = html_of(client.get(f"/prompts/{prompt.pk}/use"))
    assert 'name="v1"' in page and 'name="v2"' in page and "time of day" in page
    values = {"prompt": prompt.pk, "v1": "red <b>", "v2": "noon"}
    composer = composer_of(client.get("/", values))
    assert "a red &lt;b&gt; kite over noon, red &lt;b&gt;" in composer
    assert [chosen(composer, name) for name in ("model", "size", "seconds", "takes")] == [
        "sketch-1", "640x360", "8", "1"
    ]  # fmt: skip
    assert 'name="seed" value="77"' in composer and "composer-problem" not in composer
    missing = composer_of(client.get("/", {"prompt": prompt.pk, "v1": "red"}))
    assert "Fill in: time of day." in missing and "a red kite over {time of day}" in missing


def test_settings_are_saved_without_a_text_and_used_around_what_is_typed(team):
    client = client_of(team.owner)
    sent = {"name": "Wide", "text": " ", "size": "640x360", "seconds": "8"}
    assert client.post("/prompts/new", sent)["Location"] == "/prompts"
    saved_prompt = Prompt.objects.get()
    assert (saved_prompt.text, saved_prompt.settings) == ("", {"size": "640x360", "seconds": "8"})
    assert 'class="prompt-text"' not in html_of(client.get("/prompts"))
    composer = composer_of(client.get(f"/?prompt={saved_prompt.pk}"))
    assert (chosen(composer, "size"), chosen(composer, "seconds")) == ("640x360", "8")
    menu = html_of(client.get("/prompts/menu", headers=HTMX))
    assert 'data-insert=""' in menu and "8 seconds" in menu


def test_a_prompt_without_variables_opens_at_once(team):
    plain = Prompt.objects.create(maker=team.owner, name="Plain", text="a kite")
    client = client_of(team.teammate)
    assert client.get(f"/prompts/{plain.pk}/use")["Location"] == f"/?prompt={plain.pk}"
    assert "a kite" in composer_of(client.get(f"/?prompt={plain.pk}"))


def test_its_settings_are_for_that_press_and_are_not_remembered(team, prompt, priced):
    Prompt.objects.update(
        text="a kite", settings={"model": "hd", "size": "1920x1080", "seconds": "5"}
    )
    client = client_of(team.owner)
    composer = composer_of(client.get(f"/?prompt={prompt.pk}"))
    assert chosen(composer, "model") == "hd" and "$2.50" in composer
    sent = form(model="hd", size="1920x1080", seconds="5", preset="settings")
    response = client.post("/videos", sent, headers=HTMX)
    assert response.status_code == 200 and response["HX-Replace-Url"] == "/"
    assert chosen(composer_of(client.get("/")), "model") == "sketch-1"


def test_settings_that_cannot_be_had_any_more_are_left_to_be_chosen(team, prompt):
    client = client_of(team.owner)
    Prompt.objects.update(text="a kite", settings={"model": "withdrawn", "size": "1x1"})
    composer = composer_of(client.get(f"/?prompt={prompt.pk}"))
    assert chosen(composer, "model") == "" and "Free" not in composer
    Prompt.objects.update(settings={"model": "sketch-1", "size": "999x9", "seconds": "4"})
    composer = composer_of(client.get(f"/?prompt={prompt.pk}"))
    assert chosen(composer, "size") == "" and chosen(composer, "seconds") == "4"


@pytest.mark.parametrize("prompt_id", ["0", "99999", "9" * 40, "x", "-1", "\u0663", "<b>"])
def test_a_prompt_that_is_not_there_is_said_in_words(team, prompt_id):
    response = client_of(team.owner).get("/", {"prompt": prompt_id})
    assert response.status_code == 200 and "That saved prompt was deleted." in html_of(response)


def test_a_clip_and_the_composer_can_be_saved_as_a_prompt(team, make_job):
    job = make_job(prompt="a crane", size="640x360", seconds="8", extra={"seed": 5})
    client = client_of(team.teammate)
    assert f"/prompts/new?from={job.public_id}" in html_of(client.get(job.get_absolute_url()))
    page = html_of(client.get(f"/prompts/new?from={job.public_id}"))
    assert "a crane" in page and 'name="seed" value="5"' in page
    assert '<option value="640x360" selected' in page
    sent = {"name": "Crane", "text": "a crane", "size": "640x360", "seed": "5"}
    client.post("/prompts/new", sent)
    client.post("/prompts/new", sent | {"name": "Crane 5", "keep_extra": "1"})
    saved_settings = {each.name: each.settings for each in Prompt.objects.all()}
    assert saved_settings == {
        "Crane": {"size": "640x360"}, "Crane 5": {"size": "640x360", "seed": "5"}
    }  # fmt: skip
    draft = {"do": "draft", "prompt": "typed <b>", "model": "sketch-1", "own_seconds": "7"}
    page = html_of(client.post("/prompts/new", draft | {"seconds": "4"}))
    assert "typed &lt;b&gt;" in page and '<option value="7" selected' in page
    assert Prompt.objects.count() == 2


def test_the_menu_has_saved_and_own_recent_prompts(team, prompt, make_job):
    for _ in range(3):
        make_job(prompt="mine, often")
    make_job(prompt="somebody else's", maker=team.teammate)
    menu = html_of(client_of(team.owner).get("/prompts/menu", headers=HTMX))
    assert menu.count('data-insert="mine, often"') == 1 and "somebody else" not in menu
    assert 'data-variable="time of day"' in menu and "Sketch · 640×360" in menu
    start = client_of(team.owner).get(
        "/composer/start", {"prompt": prompt.pk, "v1": "red", "v2": "x"}
    )
    assert "a red kite over x" in html_of(start)


def test_the_number_of_queries_does_not_grow(team, prompt, make_job, django_assert_max_num_queries):
    client = client_of(team.owner)
    for address in ("/prompts", "/prompts/menu"):
        counts = []
        for number in range(2):
            client.get(address)
            with django_assert_max_num_queries(14) as counted:
                client.get(address)
            counts.append(len(counted))
            for place in range(30):
                text = f"{address} {number} {place}"
                Prompt.objects.create(maker=team.teammate, name=text, text=text)
                make_job(prompt=text)
        assert counts[0] == counts[1], address


def test_names_that_read_from_right_to_left_stay_in_their_place(team):
    Prompt.objects.create(maker=team.owner, name="ليل <b>", text="سماء {لون}")
    page = html_of(client_of(team.owner).get("/prompts"))
    assert 'dir="auto">ليل &lt;b&gt;</h2>' in page and '<span class="variable">لون</span>' in page
