"""``accept``: the gates on the quality of the motion."""

from __future__ import annotations

from pydantic import Field

from synthgen.scene.fields import Section


class Accept(Section):
    """When a clip is good enough to be labelled; a clip beyond a gate stops the run before it renders."""

    fit_rms_mm: float = Field(
        default=20.0, gt=0, description="Largest marker RMS of any frame of a spine fit, millimetres."
    )
    fit_max_mm: float = Field(
        default=40.0, gt=0, description="Largest distance of any marker in any frame of a spine fit, millimetres."
    )
    offset_mm: float = Field(
        default=40.0,
        gt=0,
        description="Largest distance of a trunk's marker from where its marker set has it, throughout, millimetres; "
        "twice as much for limbs, and four times the σ of a place that its set calls uncertain.",
    )
    interpolated: float = Field(
        default=0.1, ge=0, le=1, description="Largest share of frames filled in for want of markers, 0 … 1."
    )
    jumps: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Largest share of frames into which a vertebra jumps, 0 … 1; a single jump passes unless it is 0.",
    )
    spikes: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="Largest share of one marker's samples rejected as spikes, 0 … 1; two pass unless it is 0.",
    )
    beyond_range: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Largest share of frames that ask a region of the spine for 10° beyond its range, 0 … 1; a single "
        "one passes unless it is 0.",
    )
    pressed: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="Largest share of frames in which one region of the spine stands at its limit, 0 … 1.",
    )
    speed_m_s: float = Field(
        default=12.5, gt=0, description="Largest speed of a clip's pelvis over half a second, metres a second."
    )
    floor_m: float = Field(
        default=0.15,
        gt=0,
        description="Largest distance of the body's lowest part from the floor while it stands or lies, metres.",
    )
    afloat: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Largest share of frames in which nothing holds the body and it does not fall, 0 … 1; a single "
        "one passes unless it is 0.",
    )
    sigma_mm: float = Field(
        default=20.0,
        gt=0,
        description="Largest uncertainty of the vertebrae of a spine fit, σ per axis, RMS over the clip, millimetres.",
    )
    clips: tuple[str, ...] = Field(
        default=(), description="Clips of this scene that are accepted whatever the gates on their fits say."
    )
    retarget_mm: float = Field(
        default=10.0,
        gt=0,
        description="Largest mean distance between a character's vertebrae and the fitted ones, millimetres.",
    )
