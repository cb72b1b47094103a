"""Search finds what people type: any script, emoji, accents, ids, makers; never everything."""

import pytest
from django.db import connection

from tests.gallery_fixtures import client_of, mirror_runs  # noqa: F401
from videos.gallery.clips.filters import clean_query, makers_named
from videos.models import JobStatus, Member, VideoJob
from videos.models.search import search_prompts, terms_of, without_accents

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def found(text):
    people = Member.objects.values_list("id", "username", "name")
    query = clean_query(text)
    rows, order = search_prompts(VideoJob.objects.all(), query, makers_named(query, people))
    return [job.prompt for job in rows.order_by(f"-{order}")]


@pytest.mark.parametrize(
    ("prompt", "typed"),
    [
        ("雪の中を歩く小さな狐、夜明け", "狐"),
        ("雪の中を歩く小さな狐、夜明け", "歩く 夜明け"),
        ("一只红色的狐狸在雪地里", "狐狸"),
        ("แมวสีส้มนอนบนหลังคา", "นอน"),
        ("ឆ្មាពណ៌ទឹកក្រូច", "ទឹក"),
        ("ကြောင်လေးတစ်ကောင်", "လေး"),
        ("हिन्दी फ़िल्म में नाचता मोर", "नाचता"),
        ("हिन्दी फ़िल्म में नाचता मोर", "हिन्दी मोर"),
        ("고양이가 지붕 위에서 잔다", "고양이"),
        ("rocket launch 🚀 at night", "🚀"),
        ("rocket launch 🚀 at night", "rocket 🚀"),
        ("a ❤ made of light", "❤️"),
        ("👩‍🚀 floating", "👩‍🚀"),
        ("猫とfox in the rain", "猫と fox"),
        ("Crème brûlée, macro", "Cre\u0300me"),
        ("a fox🦊 runs", "fox🦊"),
    ],
)
def test_words_of_any_script_and_emoji_are_found(make_job, prompt, typed):
    make_job(prompt=prompt)
    make_job(prompt="something else entirely")
    assert found(typed) == [prompt]


@pytest.mark.parametrize(
    ("prompt", "typed"),
    [
        ("Crème brûlée, macro", "creme brulee"),
        ("Crème brûlée, macro", "CRÈME"),
        ("Crème brûlée, macro", "brul"),
        ("Creme brulee, macro", "crème brûlée"),
        ("a cafe\u0301 at night", "café"),
        ("Ünïcödé naïveté", "unicode naivete"),
    ],
)
def test_accents_make_no_difference(make_job, prompt, typed):
    make_job(prompt=prompt)
    make_job(prompt="something else entirely")
    assert found(typed) == [prompt]


def test_marks_that_are_no_accents_stay():
    assert without_accents("Crème brûlée") == "Creme brulee"
    for kept in ("हिन्दी", "แมวสีส้ม", "고양이", "が", "שָׁלוֹם"):
        assert without_accents(kept) == kept


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own index")
def test_postgresql_reads_words_from_its_index(make_job):
    make_job(prompt="Crème brûlée, macro")
    rows, _ = search_prompts(VideoJob.objects.all(), "creme")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "videos_prompt_plain_words" in rows.order_by().explain()


@pytest.mark.parametrize("typed", ["!!!", "—", "…", "%", "%%", "()", "?!", "'"])
def test_a_query_that_means_nothing_finds_nothing_and_says_so(team, make_job, typed):
    make_job()
    assert found(typed) == []
    page = client_of(team.owner).get("/", {"q": typed}).content.decode()
    assert "Nothing to search for" in page


@pytest.mark.parametrize("typed", ["%狐", "狐_", '"狐"', "\\狐"])
def test_signs_of_the_database_are_not_wildcards(make_job, typed):
    make_job(prompt="a paper boat")
    assert found(typed) == []


def test_ids_are_found_whole_and_from_their_beginning(make_job):
    job = make_job(status=JobStatus.QUEUED, remote_id="vid-9f8e7d6c5b4a", prompt="by its id")
    make_job(prompt="another")
    for typed in (job.public_id, job.public_id[:14], "vid-9f8e7d6c5b4a", f" {job.public_id} "):
        assert found(typed) == ["by its id"], typed
    assert found("video_" + "0" * 32) == []


def test_people_are_found_by_their_names_together_with_words(team, make_job):
    Member.objects.filter(pk=team.owner.pk).update(name="Chloé Martin")
    make_job(prompt="a fox")
    make_job(prompt="a crane")
    make_job(prompt="a fox of Ben's", maker=team.teammate)
    make_job(prompt="Martin the fox", maker=team.teammate)
    assert found("chloe") == ["a crane", "a fox"]
    assert found("chloé fox") == ["a fox"]
    assert found("martin fox") == ["Martin the fox", "a fox"]
    assert found("fox mart") == ["Martin the fox", "a fox"]


def test_terms_never_carry_syntax():
    terms = terms_of("""boat" OR 'x' & y:* (z) 狐%_ 😀""")
    assert terms.words == ("boat", "OR", "x", "y", "z")
    assert not any(char in "\"'&:*()%" for each in (*terms.words, *terms.pieces) for char in each)
