"""What may a key look like?"""


def check_key(key: str) -> str:
    """The key as it is sent; ValueError for what no header carries."""
    key = key.strip()
    # Said without the key: the library's own message would quote it.
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError("The key holds characters that no HTTP header carries.")
    return key
