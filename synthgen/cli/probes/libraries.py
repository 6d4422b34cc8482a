"""OpenSim and Anny, each tried in a process of its own: drivers and native libraries may crash or hang."""

from __future__ import annotations

from synthgen.cli.probes.probe import REINSTALL, Ask, Probe, ask_process

_OPENSIM = """
import json, opensim
opensim.Logger.setLevelString("Off")
model = opensim.Model()
body = opensim.Body("b", 1.0, opensim.Vec3(0), opensim.Inertia(1))
model.addBody(body)
model.addJoint(opensim.PinJoint("j", model.getGround(), body))
state = model.initSystem()
model.realizePosition(state)
print(json.dumps({"version": opensim.GetVersion(), "coordinates": model.getNumCoordinates()}))
"""


def opensim(ask: Ask = ask_process) -> Probe:
    """OpenSim imports and builds a model of one joint."""
    answer = ask(_OPENSIM)
    if answer.get("coordinates") != 1:
        return Probe("opensim", "fail", answer.get("error", "built a wrong model"), REINSTALL)
    return Probe("opensim", "ok", f"OpenSim {answer['version']}")


_ANNY = """
import json
from importlib.metadata import version
import anny, torch
print(json.dumps({"anny": version("anny"), "torch": torch.__version__}))
"""


def anny(ask: Ask = ask_process) -> Probe:
    """Anny, which makes the bodies, imports with its torch."""
    answer = ask(_ANNY)
    if "error" in answer:
        return Probe("bodies", "fail", answer["error"], REINSTALL)
    return Probe("bodies", "ok", f"Anny {answer['anny']} with torch {answer['torch']}")
