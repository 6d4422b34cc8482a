"""The dispatch table: UnrealCV commands → changes of the stage and answers.

Answers and error texts are those of UnrealCV's 5.2 branch (``CommandDispatcher.cpp`` here).
"""

from __future__ import annotations

import logging

from synthgen.core.version import __version__
from synthgen.engine.assets import AssetBook
from synthgen.engine.camera_commands import CameraCommands
from synthgen.engine.functions import Functions
from synthgen.engine.grammar import LONGEST_ECHO, BadCommand, Handlers, row_of
from synthgen.engine.object_commands import ObjectCommands
from synthgen.engine.renderers import Renderer
from synthgen.engine.stage import Stage

logger = logging.getLogger(__name__)


class Commands:
    """Answers commands against one stage and one renderer; ``assets`` says what content keys stand for."""

    def __init__(self, stage: Stage, renderer: Renderer, assets: AssetBook | None = None) -> None:
        self.stage = stage
        self._functions = Functions(stage, renderer.description, assets or AssetBook())
        self._cameras, self._objects = CameraCommands(stage, renderer), ObjectCommands(stage)
        self.table = [row_of(t, h) for t, h in self._handlers().items()]

    def answer(self, command: str) -> bytes:
        """Executes one command; never raises for what a client can send."""
        try:
            for row in self.table:
                match = row.pattern.fullmatch(command)
                if match:
                    body = row.run(match.groups())
                    return (body or "ok").encode() if not isinstance(body, bytes) else body
            return f"error No handler found for URI '{command[:LONGEST_ECHO]}'".encode()
        except BadCommand as error:
            return f"error {error}".encode()
        except Exception as error:
            # A fault of ours must not take the connection along: the client sees it and decides.
            logger.exception("the command %.200s failed", command)
            return f"error Internal error: {type(error).__name__}: {str(error)[:LONGEST_ECHO]}".encode()

    def _handlers(self) -> Handlers:
        return {
            "vget /unrealcv/status": lambda: "Is Listening\nClient Connected\n",
            "vget /unrealcv/version": lambda: __version__,
            "vget /unrealcv/commands": lambda: "\n".join(row.template for row in self.table),
            "vget /unrealcv/echo [str]": lambda text: text,
            "vget /scene/name": lambda: "synthgen",
            "vset /action/game/pause": lambda: self._pause(True),
            "vset /action/game/resume": lambda: self._pause(False),
            "vget /action/game/is_paused": lambda: "true" if self.stage.paused else "false",
            # The connection collects batches; a batch inside a batch comes here.
            "vbatch [uint]": lambda _: _refuse(),
            "vget /cameras": self._cameras.names,
            "vset /cameras/spawn": self._cameras.spawn,
            "vget /objects": self._objects.names,
            "vbp [str] [str]": self._functions.call,
            "vbp [str] [str] [str]": self._functions.call,
            **self._cameras.handlers(),
            **self._objects.handlers(),
        }

    def _pause(self, paused: bool) -> None:
        self.stage.paused = paused


def _refuse() -> None:
    raise BadCommand("Argument Invalid")
