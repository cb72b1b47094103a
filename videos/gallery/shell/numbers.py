"""How is a count written in a text?"""

from django.utils.formats import number_format


def counted(text: str, count: int) -> str:
    """`text`, which is translated already, with the number in place of its `%(count)s`."""
    return text % {"count": number_format(count, force_grouping=True)}
