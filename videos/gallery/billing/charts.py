"""How is a row of numbers drawn? As columns in an SVG, with a table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

HIGH = 100
WIDE = 10
GAP = 2


@dataclass(frozen=True)
class Column:
    """One column of a chart, in the units of its picture, and the cells of its row."""

    x: int
    y: float
    height: float
    label: str
    cells: list[str]

    @property
    def title(self) -> str:
        """What a pointer on it shows."""
        return f"{self.label}: {', '.join(self.cells)}"


@dataclass(frozen=True)
class Chart:
    """Columns side by side. `heads` names the cells of the table's rows; `top` is the highest."""

    title: str
    heads: list[str]
    columns: list[Column]
    top: str
    summary: str

    @property
    def view_box(self) -> str:
        """The picture's size in its own units."""
        return f"0 0 {max(len(self.columns), 1) * WIDE} {HIGH}"

    @property
    def column_width(self) -> int:
        """How wide a column is."""
        return WIDE - GAP


def columns(
    values: Sequence[int], labels: Sequence[str], cells: Sequence[list[str]]
) -> list[Column]:
    """One column for each value; the highest fills the picture."""
    top = max([0, *values])
    bars = []
    for place, value in enumerate(values):
        height = round(HIGH * max(value, 0) / top, 2) if top else 0
        at = place * WIDE + GAP // 2
        bars.append(Column(at, round(HIGH - height, 2), height, labels[place], cells[place]))
    return bars
