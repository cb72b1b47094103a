"""What does `manage.py run` show of its processes?"""

import re
import sys

from honcho.printer import Message, Printer

# The engine announces itself; the one address people open is the web's.
NOISE = re.compile(r"^engine  http")


class PlainPrinter(Printer):  # type: ignore[misc]
    """Lines as the processes wrote them, without the supervisor's own."""

    def __init__(self) -> None:
        super().__init__(sys.stdout)

    def write(self, message: Message) -> None:
        """Print one line of one process."""
        data = message.data if isinstance(message.data, str) else message.data.decode()
        if message.type == "line" and message.name != "system" and not NOISE.match(data):
            self.output.write(data)
            self.output.flush()
