"""All clips that match: chosen by the page's filters, changed in the background, undone."""
