"""What is wrong with a provider's list?"""

from videos.jobs.providers.clients import client_for
from videos.models import Provider
from videos.provider.errors import ProviderError
from videos.wire.text import gettext_noop, joined

NO_LIST = gettext_noop("The list can't be read, so clips are asked for one by one.")


def save_list_note(provider: Provider, error: ProviderError | None = None) -> None:
    """Store for admins what is wrong with the provider's list, if anything."""
    note = client_for(provider).list_note
    if error is not None:
        note = joined(NO_LIST, error.message)
    if note != provider.list_note:
        Provider.objects.filter(pk=provider.pk).update(list_note=note)
        provider.list_note = note
