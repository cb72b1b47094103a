"""The engine's list of jobs: every job once, in either order, however it is paged."""

import pytest

from tests.engine_process import running_engine
from tests.process.engine.test_api import FIELDS, refused


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    """An engine with five jobs made within the same second or two; ids oldest first."""
    with running_engine(tmp_path_factory.mktemp("five") / "data", concurrency=0) as engine:
        ids = [engine.submit(prompt=f"job {n}")["id"] for n in range(5)]
        yield engine, ids


def page(engine, **query):
    answer = engine.http.get(engine.url("/videos"), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_list_is_newest_first_by_default(five):
    engine, ids = five
    listing = page(engine)
    assert [video["id"] for video in listing["data"]] == ids[::-1]
    assert set(listing) == {"object", "data", "first_id", "last_id", "has_more"}
    assert (listing["object"], listing["has_more"]) == ("list", False)
    assert (listing["first_id"], listing["last_id"]) == (ids[4], ids[0])
    assert all(set(video) == FIELDS for video in listing["data"])


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_follow_each_other_without_gap_or_repeat(five, order):
    engine, ids = five
    seen, query = [], {"limit": 2, "order": order}
    while True:
        listing = page(engine, **query)
        seen += [video["id"] for video in listing["data"]]
        if not listing["has_more"]:
            break
        query["after"] = listing["last_id"]
    assert seen == (ids if order == "asc" else ids[::-1])


def test_a_page_of_no_rows_still_says_whether_there_are_more(five):
    engine, ids = five
    empty = {"object": "list", "data": [], "first_id": None, "last_id": None}
    assert page(engine, limit=0) == {**empty, "has_more": True}
    assert page(engine, after=ids[0]) == {**empty, "has_more": False}


@pytest.mark.parametrize("limit", ["-1", "101", "x", "1.5", "", "99999999999999999999", "٣"])
def test_a_wrong_limit_is_refused(five, limit):
    engine, _ = five
    refused(engine.http.get(engine.url("/videos"), params={"limit": limit}), 400, param="limit")


def test_a_wrong_order_is_refused_and_an_unknown_cursor_is_not_found(five):
    engine, _ = five
    refused(engine.http.get(engine.url("/videos?order=up")), 400, param="order")
    refused(engine.http.get(engine.url("/videos?after=video_none")), 404)
