"""Joints and markers of an OpenSim model by OpenSim: runs in a process of its own (``parsing/native.py``)."""

from __future__ import annotations

from typing import Any

import numpy as np


def read_model(path: str) -> tuple[dict[str, Any], np.ndarray]:
    """Offsets of the joints in their parents and of the markers in their segments, OpenSim's frame, metres."""
    from synthgen.core.opensim_api import opensim_module

    osim = opensim_module()
    model = osim.Model(path)
    joints, markers = {}, {}
    for i in range(model.getJointSet().getSize()):
        joint = model.getJointSet().get(i)
        frame = osim.PhysicalOffsetFrame.safeDownCast(joint.getParentFrame())
        if frame is not None:
            joints[joint.getName()] = frame.get_translation().to_numpy().tolist()
    for i in range(model.getMarkerSet().getSize()):
        marker = model.getMarkerSet().get(i)
        markers[marker.getName()] = [marker.getParentFrame().getName(), marker.get_location().to_numpy().tolist()]
    return {"joints": joints, "markers": markers}, np.zeros(0)
