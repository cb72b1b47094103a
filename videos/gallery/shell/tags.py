"""What can every template use? `{% icon "name" %}` and `{{ job.attention|shown }}`."""

from django import template

from videos.gallery.shell.icons import icon
from videos.models.messages import shown

register = template.Library()
register.simple_tag(icon)
register.filter("shown", shown)
