"""What does a person type to ask for many clips, and what holds where a row says nothing?"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from videos.gallery.composer.forms import CHOICES, ComposerForm, composer
from videos.models import CatalogueModel
from videos.models.experiment import MAX_QUESTION

EXAMPLE = _("A paper boat on a calm sea at dawn\nA lighthouse in a storm, waves breaking")
VALUES_EXAMPLE = _("place = Lisbon | Oslo | Kyoto\nlight = dawn | noon")
MATRIX_EXAMPLE = _("A tram in {place}, {light}, wide and slow")


class BatchForm(ComposerForm):
    """The composer's choices as defaults, and a list in place of its prompt.

    `seen` names what the last preview showed, `shown` the text that it left in the box.
    """

    text = forms.CharField(
        label=_("Prompts"),
        required=False,
        strip=False,
        help_text=_("One prompt per line, or a table as CSV."),
        widget=forms.Textarea(
            attrs={"rows": 10, "placeholder": EXAMPLE, "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("prompt", "reference", "fit", "reuse"):
            self.fields.pop(name, None)


class MatrixForm(ComposerForm):
    """A prompt with variables, their values, and the models and seeds to combine them with."""

    values = forms.CharField(
        label=_("Values"),
        required=False,
        strip=False,
        help_text=_("A line for each variable, with | between its values."),
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "placeholder": VALUES_EXAMPLE,
                "autocomplete": "off",
                "spellcheck": "false",
                "dir": "auto",
            }
        ),
    )
    seeds = forms.CharField(
        label=_("Seeds"),
        required=False,
        help_text=_("Whole numbers with commas between them. Without any, each clip has its own."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "1, 2, 3"}),
    )
    blind = forms.BooleanField(
        label=_("Make this a blind vote"),
        required=False,
        help_text=_(
            "The team chooses the best clip of each prompt. What made which clip is hidden from "
            "everyone until the vote is closed."
        ),
    )
    question = forms.CharField(
        label=_("Question"),
        required=False,
        initial=_("Which clip is the best?"),
        max_length=MAX_QUESTION,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        catalogue_models: list[CatalogueModel],
        models: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, catalogue_models=catalogue_models, **kwargs)
        self.fields["prompt"].widget.attrs |= {"rows": 4, "placeholder": MATRIX_EXAMPLE}
        for name in ("reference", "fit", "reuse"):
            self.fields.pop(name, None)
        slugs = set(models)
        chosen = [model.slug for model in catalogue_models if model.slug in slugs]
        self.chosen_models = chosen or [self.catalogue_model.slug]
        self.model_boxes = [
            (model.slug, model.label, str(model.provider), model.slug in self.chosen_models)
            for model in catalogue_models
        ]

    @property
    def matrix_selects(self) -> list[forms.BoundField]:
        """What holds for all of them, where the model takes it."""
        names = ("project", "size", "seconds", "takes")
        return [self[name] for name in names if name in self.fields]


def blank_matrix(
    catalogue_models: list[CatalogueModel], remembered: Mapping[str, str], prompt: str, values: str
) -> MatrixForm:
    """An empty matrix, or one of this prompt. `catalogue_models` must not be empty."""
    initial = {**composer(catalogue_models, remembered, prompt).initial, "values": values}
    return MatrixForm(catalogue_models=catalogue_models, initial=initial)


def filled_matrix(
    catalogue_models: list[CatalogueModel],
    initial: Mapping[str, str],
    models: Sequence[str],
    *,
    fresh_key: bool = False,
) -> MatrixForm:
    """The form with everything that was typed."""
    names = (*CHOICES, "project", "prompt", "values", "seeds", "blind", "question", "key")
    data = {name: initial.get(name, "") for name in names}
    if models and data["model"] not in models:
        # The sizes and lengths on offer are those of the first one chosen.
        data["model"] = models[0]
    if fresh_key or not data["key"]:
        data["key"] = uuid4().hex
    return MatrixForm(data, catalogue_models=catalogue_models, models=models)


def blank(catalogue_models: list[CatalogueModel], remembered: Mapping[str, str]) -> BatchForm:
    """An empty list with a one-time key of its own. `catalogue_models` must not be empty."""
    return BatchForm(
        catalogue_models=catalogue_models, initial=composer(catalogue_models, remembered).initial
    )


def filled(
    catalogue_models: list[CatalogueModel],
    initial: Mapping[str, str],
    text: str,
    *,
    fresh_key: bool = False,
) -> BatchForm:
    """The form with everything that was typed, and `text` in the box."""
    data = {name: initial.get(name, "") for name in (*CHOICES, "project", "key")} | {"text": text}
    if fresh_key or not data["key"]:
        data["key"] = uuid4().hex
    return BatchForm(data, catalogue_models=catalogue_models)
