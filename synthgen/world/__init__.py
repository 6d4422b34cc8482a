"""The world of a shot: who and what is in it, as plain data.

shot = make_shot(scene, 0, make_cast(scene), performers)     # a ``people.Performers`` knows how people move

Each name is imported from its own module (``cast``, ``clipinfo``, ``make``, ``shot``): an engine needs the
specifications of a shot and nothing of what draws them.
"""
