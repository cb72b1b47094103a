"""The name under which a clip is saved holds the words of its prompt, in any script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videos.archive.headers import file_name, slug
from videos.models import Kind

PUBLIC_ID = "video_" + "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "prompt",
    [
        "हिन्दी फ़िल्म में नाचता मोर",
        "แมวกำลังวิ่ง",
        "வணக்கம் தமிழ்",
        "မြန်မာ",
        "বাংলা ক্ষ",
        "می‌خواهم بروم",
        "עִבְרִית",
        "한국어",
        "一只猫",
        "żółć über ñandú",
        "i̇stanbul",
    ],
)
def test_letters_and_their_marks_stay(prompt: str) -> None:
    words = unicodedata.normalize("NFC", prompt).split()
    assert slug(prompt) == "-".join(words)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A paper boat, at dawn!", "a-paper-boat-at-dawn"),
        ("  a -- b__c  ", "a-b-c"),
        ("../../etc/passwd\x00.exe", "etcpasswdexe"),
        ("👩\u200d🚀 lands", "lands"),
        ("👩\u200d🚀", "clip"),
        ("\u0301\u0302", "clip"),
        ("\u202eexe.4pm", "exe4pm"),
        ("", "clip"),
    ],
)
def test_everything_else_goes(prompt: str, name: str) -> None:
    assert file_name(Kind.VIDEO, PUBLIC_ID, prompt) == f"{name}-01234567.mp4"


def test_a_long_name_is_cut_between_characters() -> None:
    word = "क्षि" * 60
    file_name = slug(word)
    assert word.startswith(file_name) and not unicodedata.category(word[len(file_name)]).startswith(
        "M"
    )


@given(st.text(max_size=200))
def test_any_prompt_makes_a_name_that_file_systems_take(prompt: str) -> None:
    name = file_name(Kind.THUMBNAIL, PUBLIC_ID, prompt)
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|') and name.isprintable() | ("\u200c" in name)
    assert unicodedata.normalize("NFC", name) == name
