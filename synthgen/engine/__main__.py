"""``python -m synthgen.engine``: the embedded engine as a process of its own.

Prints one JSON line when it answers: ``{"event": "listening", "host": …, "port": …, "pid": …}``, or with ``socket``
instead of host and port. Logs go to standard error. Exit codes: 0 after SIGTERM, 2 for a wrong address, a taken port
or a manifest that cannot be read, 1 where nothing can be rendered.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from synthgen.core.errors import SynthgenError
from synthgen.core.processes.lifeline import die_with_parent
from synthgen.engine.listening import is_open_to_others, listen_tcp, listen_unix, who_can_reach
from synthgen.engine.server import serve

logger = logging.getLogger("synthgen.engine")


def main(arguments: list[str] | None = None) -> int:
    """Parses the arguments and serves; the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m synthgen.engine", description="The embedded UnrealCV engine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, default=9000, help="TCP port, 0 for any free one")
    parser.add_argument("--socket", type=Path, help="UNIX socket to listen on instead, in a folder of mode 700")
    parser.add_argument("--cache", type=Path, help="folder of the cache (default: the one of every verb)")
    parser.add_argument("--assets", type=Path, help="manifest of assets, or a folder of them, by content key")
    parser.add_argument("--files", type=Path, help="folder from which a scene names its own pictures and meshes")
    parser.add_argument("--renderer", default="auto", choices=("auto", "cpu", "gpu"), help="what draws (default: auto)")
    parser.add_argument("--die-with-parent", action="store_true", help="end when the parent process ends (Linux)")
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    options = parser.parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr, level=options.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if options.die_with_parent:
        die_with_parent()
    try:
        if options.socket is not None:
            listener, address = listen_unix(options.socket), {"socket": str(options.socket)}
        else:
            listener = listen_tcp(options.host, options.port)
            address = dict(zip(("host", "port"), listener.getsockname()[:2], strict=True))
        with listener:
            logger.log(logging.WARNING if is_open_to_others(listener) else logging.INFO, who_can_reach(listener))
            serve(
                listener,
                lambda: _announce(address),
                cache_dir=options.cache,
                renderer=options.renderer,
                assets=options.assets,
                files=options.files,
            )
    except SynthgenError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    return 0


def _announce(address: dict[str, Any]) -> None:
    line = {"event": "listening", **address, "pid": os.getpid()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
