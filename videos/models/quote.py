"""What price was quoted to a token, and has it bought the clips?"""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from videos.models.ids import new_quote_id
from videos.models.project import Project
from videos.models.provider import CatalogueModel
from videos.models.token import AccessToken


class Quote(models.Model):
    """A price for clips with fixed settings. It belongs to one token and can be used once."""

    public_id = models.CharField(max_length=38, unique=True, default=new_quote_id, editable=False)
    token = models.ForeignKey(AccessToken, models.CASCADE, related_name="quotes")
    catalogue_model = models.ForeignKey(CatalogueModel, models.CASCADE, related_name="+")
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    prompt = models.TextField()
    size = models.CharField(max_length=32)
    seconds = models.CharField(max_length=8)
    takes = models.PositiveSmallIntegerField(default=1)
    # US dollars for one take, as a clip stores it; None if it isn't known.
    price = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(takes__gte=1), name="quote_has_takes"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def total(self) -> Decimal | None:
        """US dollars for all takes; None if the price isn't known."""
        return None if self.price is None else self.price * self.takes
