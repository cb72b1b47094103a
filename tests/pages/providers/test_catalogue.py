"""What a provider offers: read from its list, edited by an admin, carried as JSON."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.provider_fixtures import model
from tests.upstream.control import Upstream
from tests.world import World
from videos.jobs.catalogue.transfer import import_catalogue
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.validate import enabled_models
from videos.models import CatalogueModel, Provider, VideoJob

Add = Callable[..., Provider]
VIDEO = {"label": "Wan", "sizes": ["640x360"], "seconds": ["4"], "price_per_second": {"*": "0.10"}}


def listed(**more: Any) -> list[dict[str, Any]]:
    return [{"id": "wan-2.2", "object": "model", "video": VIDEO | more}]


@pytest.fixture
def read(admin: Client, add: Add, upstream: Upstream, go_round: Callable[[], None]) -> Provider:
    """The fake upstream as a provider whose list of models was read."""
    upstream.settings(models=listed())
    provider = add(base_url=upstream.base_url)
    go_round()
    go_round()
    return provider


def test_the_servers_list_fills_the_catalogue_with_the_day_of_its_prices(read: Provider) -> None:
    catalogue_model = read.catalogue_models.get()
    assert (catalogue_model.label, catalogue_model.sizes, catalogue_model.seconds) == (
        "Wan",
        ["640x360"],
        ["4"],
    )
    assert catalogue_model.priced_on is not None and catalogue_model.edited_at is None


@pytest.mark.database
def test_an_entry_that_no_database_can_hold_costs_itself_alone(
    admin: Client, read: Provider, upstream: Upstream, go_round: Callable[[], None]
) -> None:
    odd = [
        {"id": "wan\u0000"},
        {"id": "\u202enaw"},
        {"id": "x" * 5000},
        {"id": 7},
        {"id": "ltx", "video": VIDEO | {"price_per_second": {"*": "0.2", "\u0000": "0.3"}}},
    ]
    upstream.settings(models=[*odd, *listed(label="Wan again")])
    admin.post(f"/providers/{read.slug}/models/read")
    go_round()
    assert list(read.catalogue_models.order_by("pk").values_list("model", flat=True)) == [
        "wan-2.2",
        "ltx",
    ]
    assert read.catalogue_models.get(model="ltx").price_per_second == {"*": "0.2"}
    assert read.catalogue_models.get(model="wan-2.2").label == "Wan again"


def test_reading_again_follows_the_server_but_not_over_an_admins_words(
    admin: Client, read: Provider, upstream: Upstream, go_round: Callable[[], None]
) -> None:
    address = f"/providers/{read.slug}"
    upstream.settings(models=listed(label="Wan again"))
    admin.post(f"{address}/models/read")
    go_round()
    catalogue_model = read.catalogue_models.get()
    assert catalogue_model.label == "Wan again"
    edit = f"{address}/models/{catalogue_model.pk}"
    admin.post(edit, model(label="Our Wan", price_per_second="* 0.2", priced_on="2026-11-03"))
    admin.post(f"{address}/models/read")
    go_round()
    catalogue_model.refresh_from_db()
    assert (catalogue_model.label, catalogue_model.price_per_second) == ("Our Wan", {"*": "0.2"})
    assert (catalogue_model.priced_on, catalogue_model.sizes) == (
        date(2026, 11, 3),
        ["1280x720", "720x1280"],
    )
    assert "Edited" in admin.get(address).content.decode()
    admin.post(f"{edit}/reset")
    go_round()
    catalogue_model.refresh_from_db()
    assert (catalogue_model.label, catalogue_model.edited_at) == ("Wan again", None)


def test_what_is_no_longer_offered_stays_hidden_after_reading(
    admin: Client, read: Provider, go_round: Callable[[], None]
) -> None:
    catalogue_model = read.catalogue_models.get()
    admin.post(f"/providers/{read.slug}/models/{catalogue_model.pk}", model(enabled=None))
    admin.post(f"/providers/{read.slug}/models/read")
    go_round()
    assert enabled_models() == []


def test_a_model_added_by_hand_is_offered_at_once(admin: Client, add: Add) -> None:
    provider = add()
    price = "1280x720: $0.10\n* 0.305"
    sent = model(label="Wan", price_per_second=price, open_sizes="on", sizes="1280×720, 720x1280")
    assert admin.post(f"/providers/{provider.slug}/models/new", sent).status_code == 303
    [catalogue_model] = enabled_models()
    assert (catalogue_model.slug, catalogue_model.model, catalogue_model.label) == (
        "wan-2.2",
        "wan-2.2",
        "Wan",
    )
    assert catalogue_model.price_per_second == {"1280x720": "0.10".rstrip("0"), "*": "0.305"}
    assert (catalogue_model.open_sizes, catalogue_model.open_seconds) == (True, False)
    again = admin.post(f"/providers/{provider.slug}/models/new", sent)
    assert again.status_code == 422 and b"already has a model with this name" in again.content


def test_two_providers_may_have_a_model_of_the_same_name(admin: Client, add: Add) -> None:
    for name in ("one", "two"):
        provider = add(name=name)
        admin.post(f"/providers/{provider.slug}/models/new", model())
    assert [catalogue_model.slug for catalogue_model in enabled_models()] == [
        "wan-2.2",
        "two/wan-2.2",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sizes", ""),
        ("sizes", "x" * 33),
        ("seconds", "4.5"),
        ("seconds", "0"),
        ("seconds", "soon"),
        ("price_per_second", "cheap"),
        ("price_per_second", "* 10000"),
        ("price_per_second", "* 1..2"),
        ("priced_on", "yesterday"),
        ("model", "a\u202eb"),
        ("label", "x" * 81),
    ],
)
def test_a_model_that_cannot_be_is_refused_in_place(
    admin: Client, add: Add, field: str, value: str
) -> None:
    provider = add()
    response = admin.post(f"/providers/{provider.slug}/models/new", model(**{field: value}))
    assert response.status_code == 422 and b"errorlist" in response.content
    assert not CatalogueModel.objects.exists()


def test_a_model_keeps_its_name_provider_and_marks_whatever_is_sent(
    admin: Client, catalogue_model: CatalogueModel, add: Add
) -> None:
    other = add()
    sneaky = model(model="sora-2", slug="sora-2", provider=other.pk, edited_at="", id="99")
    admin.post(f"/providers/{catalogue_model.provider.slug}/models/{catalogue_model.pk}", sneaky)
    catalogue_model.refresh_from_db()
    assert (catalogue_model.model, catalogue_model.slug, catalogue_model.provider.slug) == (
        "sketch-1",
        "sketch-1",
        "engine",
    )
    assert catalogue_model.edited_at is not None
    assert admin.get(f"/providers/{other.slug}/models/{catalogue_model.pk}").status_code == 404


def test_an_exported_catalogue_comes_back_unchanged(
    admin: Client, catalogue_model: CatalogueModel, add: Add
) -> None:
    other = add()
    CatalogueModel.objects.update(
        priced_on=date(2026, 11, 3), label="Sketch “ä”", open_seconds=True
    )
    exported = admin.get(f"/providers/{catalogue_model.provider.slug}/models.json")
    assert exported["Content-Disposition"] == 'attachment; filename="engine-models.json"'
    text = exported.content.decode()
    response = admin.post(f"/providers/{other.slug}/models/import", {"text": text})
    assert response.status_code == 303
    copy = other.catalogue_models.get()
    catalogue_model.refresh_from_db()
    for name in ("model", "label", "sizes", "seconds", "price_per_second", "priced_on"):
        assert getattr(copy, name) == getattr(catalogue_model, name)
    assert copy.open_seconds and copy.slug == "gpu-box/sketch-1"
    assert admin.get(f"/providers/{other.slug}/models.json").content.decode() == text


GOOD = '{"model": "a", "sizes": ["640x360"], "seconds": ["4"]}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Line 1"),
        ('{"models": [\n  {"model": "a",}\n]}', "Line 2"),
        ("[]", "Line 1"),
        ('{"models": {}}', "Line 1"),
        ('{"models": []}', "the list of models is empty"),
        ('{"models": [' + GOOD + '], "key": "x"}', "Line 1"),
        ('{"models": [\n' + GOOD + ",\n" + GOOD + "\n]}", "Line 3: the same model as in line 2"),
        ('{"models": [\n' + GOOD + ',\n\n{"model": "b"}\n]}', "Line 4: sizes"),
        ('{"models": [\n' + GOOD + ",\n7\n]}", "Line 3: A model must be an object"),
        ('{"models": [' + GOOD[:-1] + ', "owner": 1}]}', "Unknown field “owner”"),
        ('{"models": [' + GOOD[:-1] + ', "enabled": "yes"}]}', "enabled: "),
        ('{"models": [' + GOOD[:-1] + ', "price_per_second": {"*": NaN}}]}', "NaN"),
        ('{"models": [' + GOOD[:-1] + ', "price_per_second": {"*": -1}}]}', "price_per_second"),
        ('{"models": ' + "[" * 100_000, "nested too deeply"),
        ("x" * (1024 * 1024 + 1), "larger than"),
    ],
)
def test_a_wrong_file_names_its_lines_and_changes_nothing(
    admin: Client, add: Add, text: str, message: str
) -> None:
    provider = add()
    response = admin.post(f"/providers/{provider.slug}/models/import", {"text": text})
    assert response.status_code == 422 and message in response.content.decode()
    assert not CatalogueModel.objects.exists()


def test_a_job_stays_pinned_to_its_provider(
    admin: Client, add: Add, make_job: Callable[..., VideoJob], catalogue_model: CatalogueModel
) -> None:
    job = make_job()
    other = add()
    admin.post(f"/providers/{catalogue_model.provider.slug}/models/{catalogue_model.pk}/delete")
    admin.post(f"/providers/{other.slug}/models/new", model(model=catalogue_model.model))
    job.refresh_from_db()
    assert (
        job.provider_id == catalogue_model.provider_id
        and CatalogueModel.objects.get().provider == other
    )
    # What another provider calls the same is not the clip's own model.
    page = admin.get(job.get_absolute_url()).content.decode()
    assert "formaction" not in page and "no longer available" in page


def test_prices_are_shown_with_their_day(admin: Client, catalogue_model: CatalogueModel) -> None:
    CatalogueModel.objects.update(price_per_second={"*": "0.10"}, priced_on=date(2026, 11, 3))
    assert "$0.40, as of 3 Nov 2026" in admin.get("/").content.decode()
    page = admin.get(f"/providers/{catalogue_model.provider.slug}").content.decode()
    assert "$0.10 per second" in page and "as of 3 Nov 2026" in page


def test_an_open_model_takes_other_values_and_a_closed_one_does_not(world: World) -> None:
    with pytest.raises(ValidationFailed) as caught:
        world.submit(size="800x450", seconds="5")
    assert set(caught.value.errors) == {"size", "seconds"}
    CatalogueModel.objects.update(open_sizes=True, open_seconds=True, price_per_second={"*": "0.1"})
    job = world.submit(size="800x450", seconds="5")
    assert (job.size, job.seconds, f"{job.price:.2f}") == ("800x450", "5", "0.50")
    for wrong in ({"size": "huge"}, {"seconds": "1.5"}, {"seconds": "99999"}):
        with pytest.raises(ValidationFailed):
            world.submit(**wrong)


def test_the_import_is_all_or_nothing_also_in_the_database(add: Add) -> None:
    provider = add()
    rows = [{"model": f"m{n}", "sizes": ["640x360"], "seconds": ["4"]} for n in range(500)]
    assert import_catalogue(provider, json.dumps({"models": rows})) == 500
    more = json.dumps({"models": [rows[0] | {"model": "one-more"}]})
    with pytest.raises(ValidationFailed):
        import_catalogue(provider, more)
    assert provider.catalogue_models.count() == 500
