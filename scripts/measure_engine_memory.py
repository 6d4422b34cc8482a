#!/usr/bin/env python3
"""Measures the engine's memory over many stages of new things; the last line is one JSON object.

    python scripts/measure_engine_memory.py                # 300 stages
    python scripts/measure_engine_memory.py --stages 100 --people 0

Every stage has a new room, a new sky, eight new props and one of a few people, as the shots of a dataset have, and is
drawn once. The engine's resident memory is read at the start and after every tenth of the stages; what matters is
whether it still grows in the second half.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import psutil

from synthgen.capture.client import Client
from synthgen.capture.process import EngineProcess
from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.core.seeding import stream
from synthgen.places.props import default_colour, default_size, prop_kinds
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

_GARMENTS = ("leggings", "tshirt", "shoes")
_FLOORS, _WALLS = ("rubber", "wood", "carpet", "concrete"), ("paint", "brick", "panels")
_PROPS = 8


def main() -> None:
    """Shows stage after stage and reports what they cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stages", type=int, default=300, help="how many stages to show")
    parser.add_argument("--people", type=int, default=4, help="different people, one on each stage; 0 for none")
    options = parser.parse_args()
    steps = max(options.stages // 10, 1)
    with EngineProcess(recycle_after=None) as engine:
        client = engine.client
        process = psutil.Process(engine.pid)
        megabytes, begun = [_megabytes(process)], time.perf_counter()
        for number in range(options.stages):
            show(client, number, options.people)
            if (number + 1) % steps == 0:
                megabytes.append(_megabytes(process))
                print(f"{number + 1:4d} stages: {megabytes[-1]} MB", flush=True)
        seconds = time.perf_counter() - begun
    half = megabytes[len(megabytes) // 2]
    report = {
        "stages": options.stages,
        "people": options.people,
        "megabytes": megabytes,
        "grown_in_second_half": megabytes[-1] - half,
        "seconds_per_stage": round(seconds / options.stages, 3),
    }
    print(json.dumps(report))


def _megabytes(process: psutil.Process) -> int:
    resident: int = process.memory_info().rss
    return round(resident / 2**20)


def show(client: Client, number: int, people: int) -> None:
    """Builds stage ``number`` from nothing and draws it."""
    rng = stream(0, number, "memory")
    client.call("Stage", "Reset")
    room = RoomSpec(
        floor=str(rng.choice(_FLOORS)), walls=str(rng.choice(_WALLS)), texture_seed=int(rng.integers(2**31))
    )
    sun = LightSpec(kind="sun", position=(3.0, 2.0, 6.0), intensity=2.4, shadow=True)
    sky = SkySpec(intensity=float(rng.uniform(0.8, 1.2)))
    client.call(
        "Stage", "SetEnvironment", {"room": room.model_dump(), "lights": [sun.model_dump()], "sky": sky.model_dump()}
    )

    def vary() -> float:
        return float(rng.uniform(0.9, 1.1))

    for place, kind in enumerate(rng.choice(prop_kinds(), _PROPS)):
        angle = 2 * np.pi * place / _PROPS
        length, width, height = default_size(str(kind))
        prop = PropSpec(
            name=f"prop_{place}",
            kind=str(kind),
            position=(2.5 * float(np.cos(angle)), 2.5 * float(np.sin(angle)), 0.0),
            size=(length * vary(), width * vary(), height * vary()),
            colour=default_colour(str(kind)),
            texture_seed=int(rng.integers(2**31)),
        )
        client.call("Stage", "SpawnProp", prop.model_dump())
    if people:
        _spawn_person(client, number % people)
    client.do("vset /camera/0/location 350 0 160")
    client.do("vset /camera/0/rotation -10 180 0")
    client.image("vget /camera/0/lit png")


def _spawn_person(client: Client, who: int) -> None:
    colour = (0.2, 0.2 + 0.1 * (who % 8), 0.4)
    outfit = OutfitSpec(garments=tuple(GarmentSpec(kind=k, colour=colour) for k in _GARMENTS), texture_seed=who)
    body = BodySpec(weight=0.4 + 0.05 * (who % 10))
    client.call("Stage", "SpawnCharacter", {"name": "ann", "body": body.model_dump(), "outfit": outfit.model_dump()})


if __name__ == "__main__":
    main()
