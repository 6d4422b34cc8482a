"""The command line: ``synthgen render scenes/gym.yaml`` and its helpers, one file per verb.

Every verb is thin: it imports the room that does the work, calls one function and says what came of it. ``app.py``
lists the verbs, ``entry.py`` turns errors into words and exit codes, ``options.py`` holds the options that verbs share.
"""

from synthgen.cli.entry import main

__all__ = ["main"]
