"""Which settings does an admin change in the browser?"""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models import TeamSettings
from videos.models.review import MAX_REASON


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The settings that an admin changes in the browser."""

    trash_days = forms.IntegerField(
        label=gettext_lazy("Days in the trash"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("After this many days, a deleted clip is purged. 0: immediately."),
    )

    class Meta:
        model = TeamSettings
        fields = ["team_name", "trash_days", "delete_remote", "reject_reasons"]
        labels = {
            "team_name": gettext_lazy("Team name"),
            "delete_remote": gettext_lazy("Delete at the provider too"),
            "reject_reasons": gettext_lazy("Reasons for rejecting a clip"),
        }
        widgets = {"reject_reasons": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "reject_reasons": gettext_lazy(
                "One per line. People pick from them when they reject a clip."
            ),
            "delete_remote": gettext_lazy(
                "When a clip leaves the trash, ask its provider to delete its copy."
            ),
        }

    def clean_reject_reasons(self) -> str:
        """The reasons without empty lines; each fits into a decision."""
        lines = [line.strip() for line in self.cleaned_data["reject_reasons"].splitlines()]
        lines = [line for line in lines if line]
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_REASON:
                message = _("Reason %(number)d is longer than %(limit)d characters.")
                raise forms.ValidationError(message % {"number": number, "limit": MAX_REASON})
        return "\n".join(lines)
