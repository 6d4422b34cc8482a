"""The world of a shot: who and what is in it, as plain data.

cast = make_cast(scene)
wanted = {(r.clip.source, r.character.name) for i in range(scene.shots) for r in roles(scene, i, cast)}
infos = {key: clip_info(motion[key], body[key]) for key in wanted}
shot = make_shot(scene, 0, cast, infos)

Each name is imported from its own module (``cast``, ``clipinfo``, ``make``, ``shot``): an engine needs the
specifications of a shot and nothing of what draws them.
"""
