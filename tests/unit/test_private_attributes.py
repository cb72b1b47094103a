"""Our code keeps to what other people's libraries document."""

import ast
import functools
import importlib
import re
import sys
from collections.abc import Iterator
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
    matches = (match for line in code for match in PRIVATE.finditer(line))
    return [match[0] for match in matches if match[1] not in OURS and match[2] not in ALLOWED]


def _files() -> list[Path]:
    places = (ROOT / name for name in SOURCES)
    return [
        path for place in places for path in (place.rglob("*.py") if place.is_dir() else [place])
    ]


def test_no_file_of_ours_uses_a_private_attribute_of_something_else() -> None:
    files = [path for path in _files() if path.exists() and "migrations" not in path.parts]
    assert len(files) > 200
    offences = {
        str(path.relative_to(ROOT)): names
        for path in files
        if (names := private_attributes(path.read_text()))
    }
    assert offences == {}


def test_the_search_sees_what_it_should() -> None:
    assert private_attributes("queue = pool._work_queue.qsize()") == ["pool._work_queue"]
    assert private_attributes("rows[0]._state = None") == ["0]._state"]
    assert private_attributes("make()._known") == [")._known"]
    assert private_attributes("self._ours = cls._also  # other._comment") == []
    assert private_attributes("from x import _y; parts._replace(a=1)") == []


# Private names of classes of other people that classes of ours override or use.
ALLOWED_IN_SUBCLASSES = {
    "_state": "Django documents Model._state",
    "_new_conn": "urllib3 has no other place where a connection's address can be chosen",
    "_get_login_attempts_cache_key": "allauth's own key lets a Host header evade the limit",
}


def _classes() -> Iterator[tuple[type, ast.ClassDef]]:
    """Our classes at the top level of a module, each with its code."""
    for path in _files():
        parts = path.relative_to(ROOT).with_suffix("").parts
        tree = ast.parse(path.read_text())
        nodes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.bases]
        if nodes and "migrations" not in parts:
            module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
            yield from ((getattr(module, node.name), node) for node in nodes)


def _private_names(kind: type, code: ast.ClassDef) -> set[str]:
    """The private names that a class defines or uses, and that another's class brings along."""
    names = {node.name for node in ast.walk(code) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names |= {node.attr} if node.value.id in OURS else set()
    theirs = [base for base in kind.__mro__ if base.__module__.partition(".")[0] not in SOURCES]
    private = {name for name in names if re.match("_[a-z]", name)}
    return {name for name in private if any(name in _names_of(base) for base in theirs)}


def _names_of(kind: type) -> set[str]:
    """The names that a class has or gives to its instances."""
    return {*vars(kind), *_assigned_in(kind.__module__)}


@functools.cache
def _assigned_in(module: str) -> set[str]:
    file = getattr(sys.modules[module], "__file__", None) or ""
    text = Path(file).read_text() if file.endswith(".py") else ""
    return set(re.findall(r"\bself\.(_[a-z]\w*)(?:: [^=]+)? = ", text))


def test_no_class_of_ours_leans_on_what_is_private_to_its_base() -> None:
    private_uses = {
        (f"{kind.__module__}.{kind.__qualname__}", name)
        for kind, code in _classes()
        for name in _private_names(kind, code)
    }
    assert {place for place in private_uses if place[1] not in ALLOWED_IN_SUBCLASSES} == set()
    assert {name for _, name in private_uses} == set(ALLOWED_IN_SUBCLASSES)
