"""Whether an engine can be started or answers."""

from __future__ import annotations

import socket

from synthgen.cli.probes.probe import Probe


def embedded_engine(others: list[Probe]) -> Probe:
    """The embedded engine stands on a renderer and the bodies."""
    missing = [p.name for p in others if p.name in ("renderer", "kernels", "graphics", "bodies") and p.status == "fail"]
    if missing:
        return Probe("embedded engine", "fail", f"cannot start without: {', '.join(missing)}", "mend that first")
    return Probe("embedded engine", "ok", "can start (synthgen serve)")


def external_engine(host: str, port: int, seconds: float = 3.0) -> Probe:
    """Something that greets as UnrealCV does listens at an address."""
    try:
        with socket.create_connection((host, port), seconds) as link:
            link.settimeout(seconds)
            greeting = link.recv(256)
    except (OSError, UnicodeError) as error:
        mend = "start the engine with the UnrealCV plugin, or correct engine.host and engine.port in the scene"
        return Probe("external engine", "fail", f"{host}:{port}: {error}", mend)
    if b"connected" not in greeting:
        return Probe("external engine", "fail", f"{host}:{port} does not greet as UnrealCV does", "correct engine.port")
    return Probe("external engine", "ok", f"{host}:{port} answers")
