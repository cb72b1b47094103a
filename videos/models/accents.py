"""Which marks does search leave out?"""

import re
import unicodedata

ACCENTS = re.compile("[\u0300-\u036f]")


def without_accents(text: str) -> str:
    """`text` without the accents of Latin, Greek and Cyrillic letters. The marks of other scripts,
    such as vowels, stay."""
    return unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", text)))
