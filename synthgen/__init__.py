"""synthgen: training pictures of people whose spines are annotated vertebra by vertebra.

    import synthgen

    clip = synthgen.load_clip("walk.bvh")                    # a motion file, or the name of a built-in exercise
    motion = synthgen.fit_clip(clip, out="out/fit")          # every vertebra of every frame, and a report to open
    report = synthgen.render("scenes/hello.yaml", "out/hello", images=4)
    assert synthgen.validate("out/hello") == []
    print(synthgen.preview("out/hello"))                     # a contact sheet

In a script, put calls of ``render`` below ``if __name__ == "__main__":``, because worker processes read the script once
more. ``examples/`` shows more. Everything is loaded when it is first asked for, so that ``import synthgen`` costs
nothing.
"""

from synthgen.core.version import __version__

TYPE_CHECKING = False  # type checkers take the name for true; importing it would cost more than all the rest
if TYPE_CHECKING:
    from synthgen.api import fit_clip, load_clip, load_scene, preview, preview_scene, render, validate
    from synthgen.biomech.options import FitOptions
    from synthgen.biomech.report.fit_report import FitReport
    from synthgen.biomech.spine_motion import SpineMotion
    from synthgen.core.errors import EngineError, InputError, RunError, SynthgenError
    from synthgen.dataset.checks.issues import Issue
    from synthgen.motion.clip import Clip
    from synthgen.motion.reader import Reader
    from synthgen.motion.registry import register_reader
    from synthgen.pipeline import RenderReport
    from synthgen.scene import Scene

__all__ = [
    "Clip",
    "EngineError",
    "FitOptions",
    "FitReport",
    "InputError",
    "Issue",
    "Reader",
    "RenderReport",
    "RunError",
    "Scene",
    "SpineMotion",
    "SynthgenError",
    "__version__",
    "fit_clip",
    "load_clip",
    "load_scene",
    "preview",
    "preview_scene",
    "register_reader",
    "render",
    "validate",
]

_HOMES = {
    "synthgen.api": ("fit_clip", "load_clip", "load_scene", "preview", "preview_scene", "render", "validate"),
    "synthgen.biomech.options": ("FitOptions",),
    "synthgen.biomech.report.fit_report": ("FitReport",),
    "synthgen.biomech.spine_motion": ("SpineMotion",),
    "synthgen.core.errors": ("EngineError", "InputError", "RunError", "SynthgenError"),
    "synthgen.dataset.checks.issues": ("Issue",),
    "synthgen.motion.clip": ("Clip",),
    "synthgen.motion.reader": ("Reader",),
    "synthgen.motion.registry": ("register_reader",),
    "synthgen.pipeline": ("RenderReport",),
    "synthgen.scene": ("Scene",),
}
"""Module → the names that come from it; the same as for type checkers above, which a test compares."""


if not TYPE_CHECKING:  # or they would take every misspelt name

    def __getattr__(name):
        """The name's object, from its own module, which is imported now."""
        from importlib import import_module

        for module, names in _HOMES.items():
            if name in names:
                globals()[name] = found = getattr(import_module(module), name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
