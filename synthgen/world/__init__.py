"""The world of a shot: who and what is in it, as plain data.

cast = make_cast(scene)
wanted = {(r.clip.source, r.character.name) for i in range(scene.shots) for r in roles(scene, i, cast)}
infos = {key: clip_info(motion[key], body[key]) for key in wanted}
shot = make_shot(scene, 0, cast, infos)
"""

from synthgen.world.cast import Character, Role, make_cast, roles
from synthgen.world.clipinfo import ClipInfo, clip_info
from synthgen.world.make import make_shot
from synthgen.world.shot import Shot

__all__ = ["Character", "ClipInfo", "Role", "Shot", "clip_info", "make_cast", "make_shot", "roles"]
