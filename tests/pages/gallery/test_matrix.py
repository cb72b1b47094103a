"""A matrix: every value of each variable, with every model and seed, seen and priced before."""

import re
from uuid import uuid4

import pytest

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.gallery.batch.matrix import missing_lines, read_matrix
from videos.jobs.errors import ValidationFailed
from videos.models import CatalogueModel, Prompt, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")
PROMPT = "a {colour} kite over {place}"
VALUES = "colour = red | blue\nplace = Oslo | Kyoto\n"


@pytest.fixture
def priced(provider):
    return CatalogueModel.objects.create(
        provider=provider, slug="hd", model="hd", label="HD", sizes=["1920x1080"],
        seconds=["5"], price_per_second={"*": "0.50"},
    )  # fmt: skip


def sent(**fields):
    right = {
        "prompt": PROMPT, "values": VALUES, "models": ["sketch-1"], "seeds": "",
        "size": "640x360", "seconds": "4", "takes": "1", "key": uuid4().hex, "do": "preview",
    }  # fmt: skip
    return right | fields


def seen_on(page):
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def test_the_list_has_every_combination_in_order():
    lines = read_matrix(PROMPT, VALUES, ["m1", "m2"], "7, 8")
    assert len(lines) == 16 and [line.number for line in lines] == list(range(1, 17))
    first = {"prompt": "a red kite over Oslo", "model": "m1"}
    assert lines[0].cells == first | {"seed": "7"} and lines[1].cells == first | {"seed": "8"}
    assert lines[-1].cells["prompt"] == "a blue kite over Kyoto"
    # A prompt without variables is combined with models and seeds alone.
    assert [line.cells for line in read_matrix("a kite", "", ["m1"], "")] == [
        {"prompt": "a kite", "model": "m1"}
    ]


def test_the_same_value_or_seed_twice_makes_one_clip():
    lines = read_matrix("{a}", "a = x | x\na = x | y\n", ["m"], "1 1;1")
    assert [line.cells["prompt"] for line in lines] == ["x", "y"]


@pytest.mark.parametrize(("arguments", "field", "message"), [
    (("", VALUES, ["m"], ""), "prompt", "Enter a prompt"),
    ((PROMPT, "colour = red", ["m"], ""), "values", "Give values for: place."),
    ((PROMPT, VALUES + "size = big", ["m"], ""), "values", "isn't a variable"),
    ((PROMPT, "no equals sign", ["m"], ""), "values", "isn't a variable"),
    ((PROMPT, VALUES, ["m"], "1, x"), "seeds", "whole numbers"),
    ((PROMPT, VALUES, ["m"], "-1"), "seeds", "whole numbers"),
    ((PROMPT, VALUES, ["m"], "\u0663"), "seeds", "whole numbers"),
    ((PROMPT, VALUES, ["m"], " ".join(map(str, range(99)))), "values", "396 clips"),
    (("{a}", "a = " + "|".join(map(str, range(101))), ["m"], ""), "values", "100 values"),
    (("{a}", "a = " + "x" * 2_000_000, ["m"], ""), "values", "too long"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_beside_its_field(arguments, field, message):
    with pytest.raises(ValidationFailed, match=message) as invalid:
        read_matrix(*arguments)
    assert list(invalid.value.errors) == [field]


def test_lines_for_variables_without_values_are_written_for_the_person():
    assert missing_lines(PROMPT, "place = Oslo") == "place = Oslo\ncolour = "
    assert missing_lines("a kite", "") == ""


def test_a_preview_shows_all_with_one_price_and_makes_nothing(team, priced):
    client = client_of(team.owner)
    response = client.post("/batch/matrix", sent(models=["sketch-1", "hd"], seeds="1,2"))
    page = html_of(response)
    assert response.status_code == 200 and "Generate all 16" in page
    assert "<output>$20.00</output>" in page and "a blue kite over Kyoto" in page
    assert "Seed 2" in page and not VideoJob.objects.exists()


def test_what_was_seen_is_made_at_once_and_only_once(team, priced):
    client, form = client_of(team.owner), sent(models=["sketch-1", "hd"])
    form |= {"seen": seen_on(html_of(client.post("/batch/matrix", form))), "do": "generate"}
    for _press in range(2):
        response = client.post("/batch/matrix", form)
    jobs = VideoJob.objects.all()
    assert jobs.count() == 8 and len({job.batch for job in jobs}) == 1
    assert response["Location"] == f"/?batch={jobs[0].batch}"
    assert jobs.filter(model="hd", size="1920x1080", seconds="5").count() == 4
    assert jobs.filter(model="sketch-1", size="640x360", seconds="4").count() == 4


def test_one_wrong_combination_holds_all_back(team):
    form = sent(values="colour = red | \u202ebl\x01ue\nplace = Oslo")
    page = html_of(client_of(team.owner).post("/batch/matrix", form))
    assert "1 of 2 lines have a problem" in page and "Generate all" not in page
    form |= {"do": "generate", "seen": "x"}
    assert client_of(team.owner).post("/batch/matrix", form).status_code == 422
    assert not VideoJob.objects.exists()


def test_a_changed_price_is_shown_again_before_anything_is_made(team, priced):
    client, form = client_of(team.owner), sent(models=["hd"])
    form |= {"seen": seen_on(html_of(client.post("/batch/matrix", form))), "do": "generate"}
    CatalogueModel.objects.filter(pk=priced.pk).update(price_per_second={"*": "0.60"})
    response = client.post("/batch/matrix", form)
    assert response.status_code == 409 and "$12.00" in html_of(response)
    assert not VideoJob.objects.exists()


def test_an_error_keeps_everything_and_names_what_is_missing(team, priced):
    form = sent(values="", models=["hd"], seeds="5", prompt="<b> {colour} {place}")
    response = client_of(team.owner).post("/batch/matrix", form)
    page = response.content.decode()
    assert response.status_code == 422 and "Give values for: colour, place." in page
    assert "colour = \nplace = </textarea>" in page and "&lt;b&gt; {colour}" in page
    assert re.search(r'value="hd" checked', page) and 'value="5"' in page


def test_a_saved_prompt_opens_with_a_line_for_each_variable(team):
    row = Prompt.objects.create(maker=team.owner, name="Kite", text=PROMPT)
    client = client_of(team.teammate)
    assert f"/batch/matrix?prompt={row.pk}" in html_of(client.get("/prompts"))
    page = client.get(f"/batch/matrix?prompt={row.pk}").content.decode()
    assert PROMPT in page and "colour = \nplace = </textarea>" in page
    for other in ("0", "x", "9" * 40):
        assert client.get(f"/batch/matrix?prompt={other}").status_code == 200


def test_models_that_are_not_there_are_not_used(team):
    form = sent(models=["nothing", "<b>"])
    page = html_of(client_of(team.owner).post("/batch/matrix", form))
    assert "Generate all 4" in page and re.search(r'value="sketch-1" checked', page)
