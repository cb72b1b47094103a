"""A form and a JSON body that say the same become the same fields."""

import base64

import pytest

from videos import wire


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        ([("prompt", "a"), ("size", "1x1")], {"prompt": "a", "size": "1x1"}),
        ([("prompt", "a"), ("prompt", "b")], {"prompt": "b"}),
        ([("video[id]", "v")], {"video": {"id": "v"}}),
        ([("a[b]", "1"), ("a[c]", "2")], {"a": {"b": "1", "c": "2"}}),
        ([("characters[][id]", "c")], {"characters": [{"id": "c"}]}),
        (
            [("characters[][id]", "c"), ("characters[][id]", "d")],
            {"characters": [{"id": "c"}, {"id": "d"}]},
        ),
        ([("a[][b]", "1"), ("a[][c]", "2"), ("a[][b]", "3")], {"a": [{"b": "1", "c": "2"},
                                                                     {"b": "3"}]}),
        # What is no such name stays a name; what contradicts itself is not put together.
        ([("a[", "1"), ("[b]", "2"), ("a[]", "3")], {"a[": "1", "[b]": "2", "a[]": "3"}),
        ([("a[b][c]", "1")], {"a[b][c]": "1"}),
        ([("a", "1"), ("a[b]", "2")], {"a": "1"}),
        ([("a", "1"), ("a[][b]", "2")], {"a": "1"}),
        ([("a[b]", "1"), ("a[][b]", "2")], {"a": {"b": "1"}}),
        ([("a[][b]", "1"), ("a[b]", "2")], {"a": [{"b": "1"}]}),
    ],
)  # fmt: skip
def test_nested_names_of_a_form_are_objects(pairs, fields):
    assert wire.form_fields(pairs) == fields


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"a"', b"[" * 100_000, b"\xff"])
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(wire.WireError) as caught:
        wire.json_fields(body, limit=1000)
    assert caught.value.code == "invalid_json"


def test_a_picture_in_json_is_read_from_its_data_url_alone():
    address = "data:image/png;base64," + base64.b64encode(b"png").decode()
    assert wire.picture_bytes({"image_url": address}) == b"png"
    assert wire.picture_bytes(None) is None and wire.picture_bytes("") is None
    for wrong in ("file", ["x"], {}, {"image_url": 7}, {"image_url": "http://127.0.0.1/"},
                  {"image_url": "data:image/png;base64,*"}, {"file_id": "f"}):  # fmt: skip
        with pytest.raises(wire.WireError) as caught:
            wire.picture_bytes(wrong)
        assert caught.value.param == "input_reference"


def test_characters_are_ids_each_once():
    assert wire.read_characters(None) == []
    assert wire.read_characters([{"id": "a"}, {"id": "b"}, {"id": "a"}]) == ["a", "b"]


@pytest.mark.parametrize(
    "value", ["a", {"id": "a"}, ["a"], [{}], [{"id": 7}], [{"id": ""}], [{"id": "x" * 2049}],
              [{"id": f"c{n}"} for n in range(9)], 7],
)  # fmt: skip
def test_other_characters_are_refused(value):
    with pytest.raises(wire.WireError) as caught:
        wire.read_characters(value)
    assert caught.value.param == "characters"


@pytest.mark.parametrize("name", [None, "", "  ", 7, "a\nb", "a\x00b", "x" * 81])
def test_a_name_is_a_line_of_its_own(name):
    with pytest.raises(wire.WireError):
        wire.read_name(name)
    assert wire.read_name("  Ada, the cat ") == "Ada, the cat"


@pytest.mark.parametrize("value", [None, [], {"name": "x"}, {"id": ""}, {"id": 0}, {"id": "a\nb"}])
def test_a_character_needs_an_id(value):
    with pytest.raises(wire.WireError):
        wire.read_character(value)
