"""How are counts, times of a clip and prices written in a text?"""

from decimal import Decimal

from django.utils.formats import number_format


def counted(text: str, count: int) -> str:
    """`text`, which is translated already, with the number in place of its `%(count)s`."""
    return text % {"count": number_format(count, force_grouping=True)}


def up_to(count: int, limit: int) -> str:
    """The number, or `1,000+` where it is above `limit`."""
    number = number_format(min(count, limit), force_grouping=True)
    return f"{number}+" if count > limit else number


def timecode(seconds: Decimal | float) -> str:
    """`0:02.3`: minutes, seconds and as many decimals as there are."""
    minutes, rest = divmod(seconds, 60)
    whole, _point, decimals = f"{rest:06.3f}".partition(".")
    return f"{int(minutes)}:{whole}.{decimals.rstrip('0') or '0'}"


def dollars(price: Decimal) -> str:
    """`$0.80`; what is below a cent keeps its digits."""
    text = f"{price:.4f}".rstrip("0")
    return f"${price:.2f}" if len(text.partition(".")[2]) <= 2 else f"${text}"
