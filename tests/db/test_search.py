"""Search finds what people type: any script, emoji, accents, ids, makers; never everything."""

import unicodedata
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.gallery_fixtures import client_of, mirror_runs  # noqa: F401
from videos.gallery.clips.filters import clean_query
from videos.models import Comment, JobStatus, Member, VideoJob, search_index
from videos.models.accents import without_accents
from videos.models.search import search_prompts, terms_of
from videos.models.search_ids import keys_by_id
from videos.models.search_names import names_in
from videos.review.comments import add_comment, delete_comment, edit_comment
from videos.review.decisions import Author
from videos.review.labels import add_tags

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def matching_prompts(text):
    people = Member.objects.values_list("id", "username", "name")
    query = clean_query(text)
    models = [("sora-2", "Sora 2"), ("sketch-1", "Sketch")]
    rows, order = search_prompts(VideoJob.objects.all(), query, names_in(query, people, models))
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
        ("고양이가 지붕에서 잔다", "고양이 지붕 잔다"),
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
    assert matching_prompts(typed) == [prompt]


@pytest.mark.parametrize(
    ("prompt", "typed"),
    [
        ("Crème brûlée, macro", "creme brulee"),
        ("Crème brûlée, macro", "CRÈME"),
        ("Crème brûlée, macro", "brul"),
        ("Creme brulee, macro", "crème brûlée"),
        ("a cafe\u0301 at night", "café"),
        ("Ünïcödé naïveté", "unicode naivete"),
        ("Ελλάδα, καλοκαίρι", "ελλαδα"),
        ("ΕΛΛΑΔΑ το καλοκαιρι", "Ελλάδα καλοκαίρι"),
        ("ἡ ᾠδὴ τῆς θαλάσσης", "ωδη θαλασσης"),
        ("ёжик в тумане", "Ежик тумане"),
        ("ежик в тумане", "ёжик"),
        ("зимний лес", "зимнии"),
        ("Їжак і ґрунт", "іжак"),
        ("a ǽon of light", "æon"),
    ],
)
def test_accents_make_no_difference(make_job, prompt, typed):
    make_job(prompt=prompt)
    make_job(prompt="something else entirely")
    assert matching_prompts(typed) == [prompt]


def test_every_accented_letter_is_found_without_its_accent(make_job):
    plain = {chr(code): without_accents(chr(code)) for code in range(0x80, 0x2000)}
    letters = [
        letter
        for letter, bare in plain.items()
        if letter != bare and bare.isalpha() and unicodedata.is_normalized("NFC", letter)
    ]
    make_job(prompt=" ".join(f"x{letter}y" for letter in letters))
    missed = [letter for letter in letters if not matching_prompts(f"x{plain[letter]}y")]
    assert not missed and len(letters) > 700


def test_the_index_follows_a_changed_and_a_deleted_prompt(make_job):
    job = make_job(prompt="зимний лес")
    VideoJob.objects.filter(pk=job.pk).update(prompt="ёжик в тумане")
    assert matching_prompts("лес") == [] and matching_prompts("ежик") == ["ёжик в тумане"]
    VideoJob.objects.all().delete()
    assert matching_prompts("ежик") == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own triggers")
@pytest.mark.parametrize("lost", ["one trigger", "all", "nothing"])
def test_an_index_of_an_older_release_is_replaced_after_a_migration(make_job, lost):
    make_job(prompt="ёжик в тумане")
    with connection.cursor() as cursor:
        if lost == "all":
            for name in search_index.WANTED:
                cursor.execute(f"DROP {'TABLE' if name.endswith('index') else 'TRIGGER'} {name}")
            for statement in import_module("videos.migrations.0002_prompt_search").SQLITE:
                cursor.execute(statement)
        if lost == "one trigger":
            cursor.execute("DROP TRIGGER videos_prompt_insert")
    if lost != "nothing":
        make_job(prompt="Ελλάδα, καλοκαίρι")
    with CaptureQueriesContext(connection) as queries:
        search_index.put_in_place()
    assert (len(queries) == 1) is (lost == "nothing")
    make_job(prompt="зимний лес")
    assert matching_prompts("ежик") and matching_prompts("зимнии")
    assert bool(matching_prompts("ελλαδα")) is (lost != "nothing")


def test_marks_that_are_no_accents_stay():
    assert without_accents("Crème brûlée") == "Creme brulee"
    for text in ("हिन्दी", "แมวสีส้ม", "고양이", "が", "שָׁלוֹם"):
        assert without_accents(text) == text


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own index")
def test_postgresql_reads_words_from_its_index(make_job):
    make_job(prompt="Crème brûlée, macro")
    rows, _ = search_prompts(VideoJob.objects.all(), "creme")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.order_by().explain()
    assert "videos_prompt_plain_words" in plan and "videos_comment_plain_words" in plan


@pytest.mark.parametrize("typed", ["!!!", "—", "…", "%", "%%", "()", "?!", "'"])
def test_a_query_that_means_nothing_finds_nothing_and_says_so(team, make_job, typed):
    make_job()
    assert matching_prompts(typed) == []
    page = client_of(team.owner).get("/", {"q": typed}).content.decode()
    assert "Nothing to search for" in page


@pytest.mark.parametrize("typed", ["%狐", "狐_", '"狐"', "\\狐"])
def test_signs_of_the_database_are_not_wildcards(make_job, typed):
    make_job(prompt="a paper boat")
    assert matching_prompts(typed) == []


def test_ids_are_found_whole_and_from_their_beginning(make_job):
    job = make_job(status=JobStatus.QUEUED, remote_id="vid-9f8e7d6c5b4a", prompt="by its id")
    make_job(prompt="another")
    for typed in (job.public_id, job.public_id[:14], "vid-9f8e7d6c5b4a", f" {job.public_id} "):
        assert matching_prompts(typed) == ["by its id"], typed
    assert matching_prompts("video_" + "0" * 32) == []


def test_ids_are_found_by_their_first_characters_in_every_form(make_job):
    job = make_job(
        public_id="video_a4175a09" + "b" * 24,
        remote_id="gen-vid-1764510000-x8Y",
        prompt="by its id",
    )
    make_job(remote_id="gen-img-1764510000", prompt="another")
    hex_digits = job.public_id.removeprefix("video_")
    typed = [
        "a4175a09", "A4175A09", "a4175a", hex_digits, job.public_id, "video_a4175a09",
        "a-paper-boat-a4175a09.mp4", "-a4175a09.mp4", "clip-a4175a09", " a4175a09 ",
        "gen-vid-1764510000-x8Y", "gen-vid-17", "gen-vi",
    ]  # fmt: skip
    for text in typed:
        assert matching_prompts(text) == ["by its id"], text
    for text in (
        "a4175",
        "a4175a0a",
        "gen-v",
        "GEN-VID-17",
        "a4175a09 boat",
        "4175a09",
        "vid-1764",
    ):
        assert matching_prompts(text) == [], text


def test_an_id_is_found_in_addition_to_the_words(make_job):
    make_job(public_id="video_decade" + "0" * 26, prompt="a paper boat")
    make_job(prompt="the first decade of the harbour")
    make_job(prompt="a fox")
    assert matching_prompts("decade") == ["the first decade of the harbour", "a paper boat"]
    assert matching_prompts("decade boat") == []


def test_a_providers_id_may_look_like_the_beginning_of_ours(make_job):
    make_job(remote_id="video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5", prompt="theirs")
    for text in ("video_68d7512d0784", "video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5"):
        assert matching_prompts(text) == ["theirs"], text
    VideoJob.objects.update(is_blind=True)
    assert matching_prompts("video_68d7512d0784") == [], "the provider of an open vote is a secret"


def test_what_all_ids_of_a_provider_begin_with_is_no_id(make_job):
    for number in range(51):
        make_job(remote_id=f"gen-vid-{number:03}", prompt="a fox")
    make_job(prompt="gen-vid in the harbour")
    assert matching_prompts("gen-vid") == ["gen-vid in the harbour"]
    assert matching_prompts("gen-vid-05") == ["a fox"]


@pytest.mark.parametrize("typed", ["a4175a09", "a4175a09" * 4, "gen-vid-17", "clip-a4175a09.mp4"])
def test_ids_are_ranges_of_their_indexes(make_job, typed, django_assert_num_queries):
    make_job(public_id="video_a4175a09" + "b" * 24)
    with django_assert_num_queries(1) as queries:
        keys_by_id(typed)
    sql = queries.captured_queries[0]["sql"]
    assert "LIKE" not in sql
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = "\n".join(row[-1] for row in cursor.fetchall())
        assert "SCAN videos_videojob" not in plan, plan
        assert "remote_id>? AND remote_id<?" in plan, plan


@pytest.mark.parametrize("typed", ["é" * 20, "~" * 9, "a" * 4000, "video_" + "0" * 33])
def test_what_is_no_id_is_searched_as_words(make_job, typed):
    make_job(prompt="a fox")
    assert matching_prompts(typed) == []


def test_people_are_found_by_their_names_together_with_words(team, make_job):
    Member.objects.filter(pk=team.owner.pk).update(name="Chloé Martin")
    make_job(prompt="a fox")
    make_job(prompt="a crane")
    make_job(prompt="a fox of Ben's", maker=team.teammate)
    make_job(prompt="Martin the fox", maker=team.teammate)
    assert matching_prompts("chloe") == ["a crane", "a fox"]
    assert matching_prompts("chloé fox") == ["a fox"]
    assert matching_prompts("martin fox") == ["Martin the fox", "a fox"]
    assert matching_prompts("fox mart") == ["Martin the fox", "a fox"]


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("Slower at the harbour", "harbour"),
        ("Slower at the harbour", "fox slow"),
        ("Très lent, s'il vous plaît", "tres plait"),
        ("Слишком ёжисто", "ежисто"),
        ("再慢一点", "慢"),
        ("再慢一点", "慢 fox"),
        ("love it 🎬", "🎬"),
    ],
)
def test_comments_are_found_together_with_the_prompt(team, make_job, said, typed):
    job = make_job(prompt="a fox")
    make_job(prompt="a crane")
    comment = add_comment(Author(member=team.owner), job, said, key="1")
    assert matching_prompts(typed) == ["a fox"]
    edit_comment(team.owner, comment, "something else")
    assert matching_prompts(typed) == [] and matching_prompts("something fox") == ["a fox"]
    delete_comment(team.owner, comment)
    assert matching_prompts("something") == []
    delete_comment(team.owner, comment, deleted=False)
    assert matching_prompts("something") == ["a fox"]
    Comment.objects.all().delete()
    assert matching_prompts("something") == [] and matching_prompts("fox") == ["a fox"]


def test_a_changed_prompt_keeps_its_comments_in_the_index(team, make_job):
    job = make_job(prompt="a fox")
    add_comment(Author(member=team.owner), job, "Slower", key="1")
    VideoJob.objects.filter(pk=job.pk).update(prompt="a crane")
    assert matching_prompts("crane slower") == ["a crane"] and matching_prompts("fox") == []


@pytest.mark.parametrize(
    ("tag", "typed", "is_found"),
    [
        ("Night shot", "night", True),
        ("Night shot", "nig", True),
        ("Night shot", "shot boat", True),
        ("Night shot", "ni", False),
        ("4K", "4k", True),
        ("夜景", "夜", True),
        ("Café", "café", True),
        ("50%", "%", False),
    ],
)
def test_tags_are_found_by_their_words(team, make_job, tag, typed, is_found):
    job = make_job(prompt="a boat")
    make_job(prompt="a crane")
    add_tags(team.owner, VideoJob.objects.filter(pk=job.pk), tag)
    assert matching_prompts(typed) == ["a boat"] * is_found


def test_models_are_found_by_their_names(make_job):
    make_job(prompt="a fox", model="sora-2")
    make_job(prompt="2 cranes", model="sketch-1")
    assert matching_prompts("sora-2") == matching_prompts("sora") == ["a fox"]
    assert matching_prompts("sora crane") == []
    assert matching_prompts("2") == ["2 cranes"] and matching_prompts("sketch 2") == ["2 cranes"]
    VideoJob.objects.update(is_blind=True)
    assert matching_prompts("sora") == []


def test_terms_never_carry_syntax():
    terms = terms_of("""boat" OR 'x' & y:* (z) 狐%_ 😀""")
    assert terms.words == ("boat", "OR", "x", "y", "z")
    assert not any(char in "\"'&:*()%" for each in (*terms.words, *terms.pieces) for char in each)
