"""What was measured, as a table for people and JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Metric:
    """One line. `ratio` is what the goal speaks of: "≥ 0.9", "≤ 3"; empty: no goal."""

    name: str
    floor: str
    ours: str
    ratio: float | None
    goal: str = ""

    @property
    def holds(self) -> bool | None:
        """Is the goal reached? None where there is none."""
        if not self.goal or self.ratio is None:
            return None
        sign, _, bound = self.goal.partition(" ")
        return self.ratio >= float(bound) if sign == "≥" else self.ratio <= float(bound)


def table(metrics: Sequence[Metric]) -> str:
    """All of it, in columns."""
    rows = [("metric", "floor", "ours", "ratio", "goal", "")]
    for metric in metrics:
        ratio = "" if metric.ratio is None else f"{metric.ratio:.2f}"
        verdict = {None: "", True: "ok", False: "MISSED"}[metric.holds]
        rows.append((metric.name, metric.floor, metric.ours, ratio, metric.goal, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def as_json(metrics: Sequence[Metric]) -> list[dict[str, object]]:
    """The same for programs."""
    return [asdict(metric) | {"holds": metric.holds} for metric in metrics]
