"""`makemessages` knows gettext's own names and `_`: a text marked by another alias is lost."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALIAS = re.compile(r"\b(\w*gettext\w*) as (\w+)")


def test_translation_functions_keep_names_that_makemessages_knows() -> None:
    aliases = {
        (str(path.relative_to(ROOT)), name, alias)
        for path in (ROOT / "videos").rglob("*.py")
        for name, alias in ALIAS.findall(path.read_text())
    }
    assert {alias for _, _, alias in aliases} <= {"_"}, aliases
    assert {name for _, name, _ in aliases} <= {"gettext", "gettext_lazy"}, aliases
