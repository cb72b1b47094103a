"""How are secrets encrypted in the database?"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def _fernet() -> Fernet:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dailies provider key")
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))


def seal(secret: str) -> str:
    """`secret`, encrypted with a key derived from SECRET_KEY; empty stays empty."""
    return _fernet().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """The decrypted secret; empty if SECRET_KEY has changed."""
    try:
        return _fernet().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def is_unreadable(sealed: str) -> bool:
    """Return True if there is a secret that can't be decrypted."""
    return bool(sealed) and not unseal(sealed)
