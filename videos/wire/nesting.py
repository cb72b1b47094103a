"""How deep untrusted JSON may be nested, checked before a parser recurses into it."""

import re

MAX_NESTING = 100  # objects and lists within each other
# A whole string, or a bracket outside of strings.
TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def is_too_deep(text: str) -> bool:
    """Whether JSON is nested deeper than MAX_NESTING.

    Parsers end at Python's recursion limit by themselves. But the garbage collector can run just
    before that limit, and then it can't finalize anything: connections and files stay open.
    """
    if text.count("[") + text.count("{") <= MAX_NESTING:
        return False
    depth = 0
    for token in TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_NESTING:
                return True
        elif token[0] in "]}":
            depth -= 1
    return False
