"""In which order does the gallery show clips?"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Order(NamedTuple):
    """The column that orders a list, and whether its smallest value comes first. Ties are split by
    the primary key, so that no clip is shown twice or left out between two pages."""

    column: str = "id"
    ascending: bool = False


class Sort(NamedTuple):
    """One way to sort, as people choose it. Without a column, by the time of creation, for which
    each filter has an index of its own."""

    label: str | Promise
    column: str = ""
    ascending: bool = False
    # Whether the order would tell what made a clip of an open vote.
    names: bool = False

    def order(self, by_time: str) -> Order:
        """The order of a list whose rows are in the order of time by the column `by_time`."""
        return Order(self.column or by_time, self.ascending)


NEWEST = ""
# The value in the address → what it means.
SORTS = {
    NEWEST: Sort(gettext_lazy("Newest first")),
    "oldest": Sort(gettext_lazy("Oldest first"), ascending=True),
    "price": Sort(gettext_lazy("Highest price first"), "sort_price", names=True),
    "rating": Sort(gettext_lazy("Highest rating first"), "rating"),
}
