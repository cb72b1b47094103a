"""A clip is decided, rated and liked on its page, and many clips at once in the gallery."""

import re
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.models import Decision, Favourite, Member, Rating, TeamSettings, VideoJob
from videos.review.decisions import decide

pytestmark = pytest.mark.usefixtures("mirror_runs")


@pytest.fixture
def clips(make_job):
    """Three finished clips, the oldest first."""
    return [make_job(prompt=name, archived_at=timezone.now()) for name in ("one", "two", "three")]


def verdicts(*jobs):
    verdict_by_pk = dict(VideoJob.objects.values_list("pk", "verdict"))
    return [verdict_by_pk[job.pk] for job in jobs]


def url_of(job, what):
    return f"{job.get_absolute_url()}/{what}"


def test_a_decision_shows_who_made_it_and_why_and_can_be_undone(team, clips):
    client = client_of(team.teammate)
    sent = {"verdict": "rejected", "reason": "Flicker", "note": "at the end", "list": "/?q=two"}
    response = client.post(url_of(clips[1], "decision"), sent)
    here = f"{clips[1].get_absolute_url()}?list={quote('/?q=two', safe='')}"
    assert (response.status_code, response["Location"]) == (303, here)
    page = client.get(here).content.decode()
    for text in ("Rejected", "Teammate", "Flicker: at the end", "Undo"):
        assert text in page
    undo = re.search(r'action="(/decisions/[^"]+)"', page)[1].replace("&amp;", "&")
    assert client.post(undo)["Location"] == here
    assert verdicts(clips[1]) == [""]
    # Whatever is chosen beside it, only a rejection has a reason.
    client.post(url_of(clips[1], "decision"), sent | {"verdict": "approved"})
    assert Decision.objects.first().reason == ""


def test_with_htmx_only_the_decision_comes_back_with_a_toast(team, clips):
    client = client_of(team.owner)
    response = client.post(url_of(clips[0], "decision"), {"verdict": "approved"}, headers=HTMX)
    piece = html_of(response)
    assert piece.startswith('<div class="opinion" id="decision"') and "<html" not in piece
    assert 'value="approved" type="submit" aria-pressed="true"' in piece and "toast-undo" in piece


def test_a_key_goes_on_to_the_next_clip_of_the_list_until_its_end(team, clips):
    client = client_of(team.owner)
    sent = {"verdict": "approved", "advance": "1", "list": "/"}
    response = client.post(url_of(clips[2], "decision"), sent, headers=HTMX)
    assert response["HX-Redirect"] == f"{clips[1].get_absolute_url()}?list=%2F"
    response = client.post(url_of(clips[0], "decision"), sent, headers=HTMX)
    assert "HX-Redirect" not in response and b"last clip in this list" in response.content


@pytest.mark.parametrize(
    "sent", [{}, {"verdict": "maybe"}, {"verdict": "rejected", "note": "x" * 2001}]
)
def test_what_is_no_decision_is_refused_in_words(team, clips, sent):
    client = client_of(team.owner)
    decide(team.owner, VideoJob.objects.filter(pk=clips[0].pk), "approved")
    response = client.post(url_of(clips[0], "decision"), sent, headers=HTMX)
    assert response.status_code == 422 and b"toast-warning" in response.content
    assert verdicts(clips[0]) == ["approved"]


def test_only_finished_clips_offer_a_decision_and_viewers_read_it(team, make_job, clips):
    decide(team.owner, VideoJob.objects.filter(pk=clips[0].pk), "needs_changes")
    page = client_of(team.viewer).get(clips[0].get_absolute_url()).content.decode()
    assert "Needs changes" in page and 'name="verdict"' not in page and "Favourite" in page
    waiting = make_job(status="queued")
    page = client_of(team.owner).get(waiting.get_absolute_url()).content.decode()
    assert 'name="verdict"' not in page and 'id="decision"' in page
    response = client_of(team.owner).post(url_of(waiting, "decision"), {"verdict": "approved"})
    assert response.status_code == 303 and verdicts(waiting) == [""]


def test_a_selection_is_decided_at_once_and_only_its_cards_come_back(team, clips):
    client = client_of(team.teammate)
    ids = [clips[0].public_id, clips[2].public_id, "video_" + "0" * 32, "nonsense"]
    at = HTMX | {"HX-Current-URL": "http://testserver/?q=o"}
    response = client.post("/decide", {"ids": ids, "verdict": "rejected"}, headers=at)
    piece = response.content.decode()
    assert set(re.findall(r'id="card-(\w+)"[^>]*hx-swap-oob', piece)) == {ids[0], ids[1]}
    assert "Rejected 2 clips." in piece and piece.count('class="sr">Rejected') == 2
    undo = re.search(r'action="(/decisions/[^"]+)"', piece)[1].replace("&amp;", "&")
    assert client.post(undo)["Location"] == f"/?q=o#clip-{ids[0]}"
    assert verdicts(*clips) == ["", "", ""]


def test_an_empty_selection_and_a_form_without_a_verdict_change_nothing(team, clips):
    decide(team.owner, VideoJob.objects.all(), "approved")
    client = client_of(team.owner)
    for sent in ({"verdict": "rejected"}, {"ids": [clips[0].public_id]}):
        assert client.post("/decide", sent, headers=HTMX).status_code == 422
        assert client.post("/decide", sent).status_code == 303
    assert verdicts(*clips) == ["approved"] * 3


def test_stars_are_given_changed_and_taken_back(team, clips):
    client = client_of(team.owner)
    for sent, stars in (("4", [4]), ("2", [2]), ("0", []), ("6", []), ("²", []), ("", [])):
        response = client.post(url_of(clips[0], "rating"), {"stars": sent}, headers=HTMX)
        assert response.status_code == (200 if sent in ["0", "4", "2"] else 422)
        assert list(Rating.objects.values_list("stars", flat=True)) == stars


def test_a_favourite_is_ones_own_and_marked_on_the_card(team, clips):
    client = client_of(team.viewer)
    at = HTMX | {"HX-Current-URL": "http://testserver/"}
    sent = {"on": "1", "from": "card"}
    button = client.post(url_of(clips[0], "favourite"), sent, headers=at).content.decode()
    assert button.startswith("<button") and 'aria-pressed="true"' in button
    client.post(url_of(clips[0], "favourite"), sent)
    assert Favourite.objects.count() == 1
    pressed = 'value="0" type="submit" aria-pressed="true"'
    assert html_of(client.get("/")).count(pressed) == 1
    assert pressed not in html_of(client_of(team.owner).get("/"))


def test_a_card_says_a_decision_only_where_there_is_one(team, clips):
    decide(team.owner, VideoJob.objects.filter(pk=clips[0].pk), "approved")
    page = client_of(team.viewer).get("/").content.decode()
    assert page.count('class="card-verdict') == 1


def test_single_keys_are_switched_off_in_the_account(team):
    client = client_of(team.owner)
    assert "<body data-keys" in client.get("/").content.decode()
    client.post("/account", {"name": "Owner", "email": team.owner.email})
    assert not Member.objects.get(pk=team.owner.pk).single_keys
    page = client.get("/").content.decode()
    assert "<body data-keys" not in page and "Single-key shortcuts are off" in page


def test_an_admin_edits_the_reasons_one_a_line(team, clips):
    client = client_of(team.admin)
    sent = {"team_name": "", "trash_days": "7", "reject_reasons": "Too dark\r\n\r\n  Off brand \n"}
    assert client.post("/settings", sent).status_code == 303
    assert TeamSettings.load().reject_reasons == "Too dark\nOff brand"
    page = client.get(clips[0].get_absolute_url()).content.decode()
    assert "<option>Too dark</option><option>Off brand</option>" in page
    refused = client.post("/settings", sent | {"reject_reasons": "x\n" + "y" * 81})
    assert refused.status_code == 422 and b"Reason 2 is longer" in refused.content


def reason_url(response):
    return re.search(r'action="(/decisions/[^"]+/reason[^"]*)"', html_of(response))[1].replace(
        "&amp;", "&"
    )


def test_after_a_rejection_the_message_offers_the_reasons(team, clips):
    client = client_of(team.teammate)
    at = HTMX | {"HX-Current-URL": "http://testserver/?q=o"}
    ids = [clips[0].public_id, clips[2].public_id]
    approved = client.post("/decide", {"ids": ids, "verdict": "approved"}, headers=at)
    assert b"toast-reasons" not in approved.content
    piece = client.post("/decide", {"ids": ids, "verdict": "rejected"}, headers=at)
    assert 'name="reason" value="Flicker"' in html_of(piece)
    answer = html_of(client.post(reason_url(piece), {"reason": "Flicker"}, headers=at))
    assert answer.startswith('<div class="toast') and "Rejected 2 clips. Reason: Flicker" in answer
    page = html_of(client.get(clips[2].get_absolute_url()))
    assert "Flicker</p>" in page and Decision.objects.filter(verdict="rejected").count() == 2
    # It is undone as one decision.
    undo = re.search(r'action="(/decisions/[^"]+)"', answer)[1].replace("&amp;", "&")
    assert client.post(undo)["Location"] == f"/?q=o#clip-{ids[0]}"
    assert verdicts(*clips) == ["approved", "", "approved"]


def test_on_the_clips_page_its_decision_comes_back_with_the_reason(team, clips):
    client = client_of(team.owner)
    here = clips[0].get_absolute_url()
    at = HTMX | {"HX-Current-URL": f"http://testserver{here}"}
    piece = client.post(url_of(clips[0], "decision"), {"verdict": "rejected"}, headers=at)
    answer = html_of(client.post(reason_url(piece), {"reason": "Off brand"}, headers=at))
    assert 'id="decision" hx-swap-oob="true"' in answer and "Off brand</p>" in answer
    # From the next clip's page, only the message comes back.
    elsewhere = HTMX | {"HX-Current-URL": f"http://testserver{clips[1].get_absolute_url()}"}
    answer = client.post(reason_url(piece), {"reason": "Flicker"}, headers=elsewhere)
    assert b'id="decision"' not in answer.content
    assert client.post(reason_url(piece), {"reason": "Flicker"})["Location"] == here


def test_a_reason_changes_neither_a_newer_decision_nor_that_of_another(team, clips):
    client = client_of(team.owner)
    piece = client.post(url_of(clips[0], "decision"), {"verdict": "rejected"}, headers=HTMX)
    url = reason_url(piece)
    client_of(team.teammate).post(url, {"reason": "Flicker"})
    decide(team.teammate, VideoJob.objects.filter(pk=clips[0].pk), "approved")
    answer = client.post(url, {"reason": "Flicker"}, headers=HTMX)
    assert b"someone has decided again since" in answer.content
    assert not Decision.objects.exclude(reason="").exists()
    answer = client.post(url, {"reason": "x" * 200}, headers=HTMX)
    assert b"Use at most" in answer.content


def test_rejecting_all_that_match_offers_the_reasons_as_well(team, clips):
    client = client_of(team.owner)
    until = timezone.now().isoformat()
    everything = {"all": "1", "query": "", "until": until, "verdict": "rejected"}
    client.post("/decide", everything)
    page = client.get("/")
    client.post(reason_url(page), {"reason": "Flicker"})
    assert Decision.objects.filter(reason="Flicker").count() == 3


def test_the_key_0_goes_on_from_a_clip_that_stays_to_review(team, clips):
    client = client_of(team.owner)
    page = html_of(client.get(f"{clips[2].get_absolute_url()}?list=/"))
    assert re.search(r'name="verdict" value=""[^>]*data-verdict-key="0" hidden', page)
    sent = {"verdict": "", "advance": "1", "list": "/"}
    answer = client.post(url_of(clips[2], "decision"), sent, headers=HTMX)
    assert clips[1].public_id in answer["HX-Redirect"]
    assert "Nothing changed" not in html_of(client.get(answer["HX-Redirect"]))
    assert not Decision.objects.exists()
