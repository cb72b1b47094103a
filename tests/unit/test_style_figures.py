"""The tree keeps to the figures that make it easy to read."""

import ast
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("dashboard", "engine", "videos")
    for path in (ROOT / folder).rglob("*.py")
    # An empty `__init__.py` says nothing about how files read; migrations are Django's output.
    if "migrations" not in path.parts and path.stat().st_size
)

TEMPLATES = sorted(
    path for kind in ("html", "txt") for path in (ROOT / "templates").rglob(f"*.{kind}")
)


def _lengths(source: str) -> list[int]:
    """How many lines each function takes, without its decorators."""
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_half_of_all_files_have_at_most_120_lines_and_none_more_than_350() -> None:
    counts = {path: len(path.read_text().splitlines()) for path in SOURCES}
    assert len(counts) > 200
    assert median(counts.values()) <= 120
    long = {str(path.relative_to(ROOT)): count for path, count in counts.items() if count > 350}
    assert long == {}


def test_nine_of_ten_functions_have_at_most_30_lines() -> None:
    lengths = sorted(length for path in SOURCES for length in _lengths(path.read_text()))
    assert len(lengths) > 1000
    assert lengths[len(lengths) * 9 // 10] <= 30


def test_no_line_of_a_template_has_more_than_140_characters() -> None:
    assert len(TEMPLATES) > 200
    long = [
        f"{path.relative_to(ROOT)}:{number} has {len(line)} characters"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > 140
    ]
    assert long == []
