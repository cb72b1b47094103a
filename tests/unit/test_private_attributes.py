"""Our code keeps to what other people's libraries document."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("dashboard", "videos", "engine", "manage.py")
PRIVATE = re.compile(r"([\w\])]+)\.(_[a-z]\w*)")
OURS = {"self", "cls"}
ALLOWED = {
    "_exit": "os._exit is documented: it ends a forked process without the parent's clean-up",
    "_meta": "Django documents Model._meta",
    "_default_manager": "Django documents it for code that works with any model",
    "_replace": "documented for named tuples",
    **dict.fromkeys(
        ("_since", "_origin", "_parts", "_transport"),
        "ours: of a copy that `provider.Client` makes of itself",
    ),
}


def private_attributes(text: str) -> list[str]:
    """The private attributes of things that are not `self` or `cls`, except the allowed ones."""
    code = (line.partition("#")[0] for line in text.splitlines())
    found = (match for line in code for match in PRIVATE.finditer(line))
    return [match[0] for match in found if match[1] not in OURS and match[2] not in ALLOWED]


def _files() -> list[Path]:
    places = (ROOT / name for name in SOURCES)
    return [
        path for place in places for path in (place.rglob("*.py") if place.is_dir() else [place])
    ]


def test_no_file_of_ours_uses_a_private_attribute_of_something_else() -> None:
    files = [path for path in _files() if path.exists() and "migrations" not in path.parts]
    assert len(files) > 200
    found = {
        str(path.relative_to(ROOT)): names
        for path in files
        if (names := private_attributes(path.read_text()))
    }
    assert found == {}


def test_the_search_sees_what_it_should() -> None:
    assert private_attributes("queue = pool._work_queue.qsize()") == ["pool._work_queue"]
    assert private_attributes("rows[0]._state = None") == ["0]._state"]
    assert private_attributes("make()._known") == [")._known"]
    assert private_attributes("self._ours = cls._also  # other._comment") == []
    assert private_attributes("from x import _y; parts._replace(a=1)") == []
