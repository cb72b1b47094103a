"""A list is read as people and their spreadsheets write it, and what is wrong is said by line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videos.gallery.batch.reading import MAX_BYTES, Unreadable, decode, read_lines


def cells(text: str) -> list[dict[str, str]]:
    return [line.cells for line in read_lines(text)]


def test_without_a_header_each_line_is_a_prompt() -> None:
    lines = read_lines("a boat, at dawn\n\n  two foxes; in snow  \r\n\r\nthree")
    assert [(line.number, line.cells["prompt"]) for line in lines] == [
        (1, "a boat, at dawn"),
        (3, "two foxes; in snow"),
        (5, "three"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_whatever_separates_its_cells_and_lines(
    delimiter: str, bom: str, end: str
) -> None:
    rows = [["size", "prompt", "takes"], ["640x360", "a fox", "2"], ["", "a boat", ""]]
    text = bom + end.join(delimiter.join(row) for row in rows) + end
    assert cells(text) == [
        {"size": "640x360", "prompt": "a fox", "takes": "2"},
        {"prompt": "a boat"},
    ]


def test_columns_may_be_written_as_people_name_them() -> None:
    assert cells('"Negative Prompt";PROMPT;Guidance-Scale\nlogos;a fox;7') == [
        {"negative_prompt": "logos", "prompt": "a fox", "guidance_scale": "7"}
    ]


def test_quoted_cells_hold_separators_quotes_and_line_breaks() -> None:
    text = 'prompt,seed\n"one, ""two""\nthree",7\nfour,8\n'
    lines = read_lines(text)
    assert [(line.number, line.cells) for line in lines] == [
        (2, {"prompt": 'one, "two"\nthree', "seed": "7"}),
        (4, {"prompt": "four", "seed": "8"}),
    ]


def test_a_row_of_empty_cells_is_no_row_and_empty_columns_beside_the_table_are_none() -> None:
    assert cells("prompt,seed,,\n,,,\na fox,7,,\n ,,\n") == [{"prompt": "a fox", "seed": "7"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prompt,colour,mood\na,b,c", "“colour”, “mood”"),
        ("prompt;colour\na;b", "Use prompt, model, size, seconds, takes"),
        ("prompt,,size\na,b,c", "“”"),
        ("prompt,size,Prompt\na,b,c", "twice: prompt"),
        ('prompt,seed\n"never closed,7\n', "Line 2 isn't valid CSV"),
        ('prompt,seed\nfine,1\n"a" b,7\n', "Line 3 isn't valid CSV"),
        ("prompt\n" + "x" * 140_000, "Line 2 isn't valid CSV"),
        ("x" * (MAX_BYTES + 1), "longer than 1 MB"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_lines(text)
    assert message in str(caught.value)


def test_a_file_that_should_be_a_table_must_name_its_columns() -> None:
    with pytest.raises(Unreadable, match="must name the columns"):
        read_lines("a fox,640x360\n", is_table=True)


def test_a_forgotten_quotation_mark_is_found_by_the_cells_beyond_the_columns() -> None:
    fine, bad = read_lines("prompt,size\na fox,640x360\na fox, in snow,640x360\n")
    assert not fine.problem and bad.number == 3
    assert "3 cells, but there are 2 columns" in bad.problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_are_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    assert decode("prompt\r\nein Fuchs für später\r\n".encode(encoding)) == (
        "prompt\nein Fuchs für später\n"
    )


@pytest.mark.parametrize("data", ["für".encode("latin-1"), b"\xff\xfe\x00", b"PK\x03\x04\xff\xd8"])
def test_a_file_that_is_no_text_says_what_to_save_instead(data: bytes) -> None:
    with pytest.raises(Unreadable, match="CSV UTF-8"):
        decode(data)


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        decode(b"x" * (MAX_BYTES + 1))


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40
).filter(lambda text: text == text.strip() and "\ufeff" not in text)


@given(st.lists(WORDS, min_size=1, max_size=20), st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_comes_back_as_it_was(prompts: list[str], mark: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark)
    writer.writerows([["seed", "prompt"], *([str(n), text] for n, text in enumerate(prompts))])
    assert [row["prompt"] for row in cells(out.getvalue())] == prompts


@given(st.text(max_size=300))
def test_no_text_is_beyond_reading_or_saying_why(text: str) -> None:
    try:
        lines = read_lines(text)
    except Unreadable:
        return
    assert all(line.number >= 1 and (line.cells or line.problem) for line in lines)


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=; ", "\ufeffsep=;", "\nsep=;"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("is_table", [False, True])
def test_the_separator_line_of_spreadsheets_is_no_prompt(
    first: str, end: str, is_table: bool
) -> None:
    text = end.join([first, "prompt;model", "A paper boat;", '"Rain, neon; night";sketch-1', ""])
    lines = read_lines(text, is_table=is_table)
    assert [line.cells for line in lines] == [
        {"prompt": "A paper boat"},
        {"prompt": "Rain, neon; night", "model": "sketch-1"},
    ]
    assert lines[0].number == 3 + first.startswith("\n")


def test_the_separator_line_decides_where_the_header_could_mean_several() -> None:
    assert cells("sep=|\nprompt|seed\na, b; c|7") == [{"prompt": "a, b; c", "seed": "7"}]
    assert cells("sep=,\nprompt,seed\na;b;c,7") == [{"prompt": "a;b;c", "seed": "7"}]


def test_behind_a_separator_line_a_plain_list_is_still_one() -> None:
    assert cells("sep=;\na paper boat\na fox") == [{"prompt": "a paper boat"}, {"prompt": "a fox"}]
    with pytest.raises(Unreadable, match="must name the columns"):
        read_lines("sep=;\na paper boat;640x360")


def test_a_prompt_about_separators_stays_one() -> None:
    assert cells("sep=; written on a wall") == [{"prompt": "sep=; written on a wall"}]


@pytest.mark.parametrize("name", ["seed", "colour"])
def test_a_header_of_many_columns_costs_no_more_than_its_length(name: str) -> None:
    # Were the work the square of the length, this would not end today.
    with pytest.raises(Unreadable):
        read_lines(",".join(["prompt", *[name] * 500_000]))


def test_what_is_wrong_with_many_columns_is_said_in_few_words() -> None:
    with pytest.raises(Unreadable) as caught:
        read_lines(",".join(["prompt", *(f"column {number}" for number in range(500))]))
    assert "“column 4” and 495 more" in str(caught.value)
    assert len(str(caught.value)) < 600
