"""What can every template use? `{% icon "name" %}`, `{{ job.attention|shown }}`,
`{{ member|named }}` and `{% marked text list_url %}`."""

from urllib.parse import urlsplit

from django import template
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from videos.gallery.shell.icons import icon
from videos.gallery.shell.names import named
from videos.models.messages import shown
from videos.models.search_marks import marked

MARK, END_OF_MARK = mark_safe("<mark>"), mark_safe("</mark>")

register = template.Library()
register.simple_tag(icon)
register.filter("shown", shown)
register.filter("named", named)


@register.simple_tag(name="marked")
def marked_text(text: str, list_url: str) -> SafeString:
    """The text, with the words marked that the list with this address was searched for."""
    query = QueryDict(urlsplit(list_url).query).get("q", "") if list_url else ""
    # A template file would end in a newline, which is not the text's.
    tags = {True: (MARK, END_OF_MARK), False: ("", "")}
    pieces = (
        (tags[is_found][0], piece, tags[is_found][1]) for is_found, piece in marked(text, query)
    )
    return format_html_join("", "{}{}{}", pieces)
