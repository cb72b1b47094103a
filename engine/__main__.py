"""`python -m engine`: the engine on its own, without the dashboard."""

import argparse
import os
from pathlib import Path

from engine.options import Options
from engine.server import run


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m engine",
        description="Serve the Video API with clips drawn on this machine.",
        epilog="The environment variable ENGINE_KEY sets the bearer key that callers must send.",
    )
    parser.add_argument("--data", type=Path, required=True, help="directory for jobs and files")
    parser.add_argument("--host", default=Options.host)
    parser.add_argument("--port", type=int, default=Options.port, help="0 takes any free port")
    parser.add_argument(
        "--expires", type=int, default=Options.expires_seconds, help="seconds files are kept"
    )
    parser.add_argument(
        "--concurrency", type=int, default=Options.concurrency, help="clips rendered at a time"
    )
    options = parser.parse_args()
    run(
        Options(
            data=options.data.resolve(),
            host=options.host,
            port=options.port,
            # Not an argument: other users of the machine can see those.
            key=os.environ.get("ENGINE_KEY", ""),
            expires_seconds=options.expires,
            concurrency=options.concurrency,
        )
    )


if __name__ == "__main__":
    main()
