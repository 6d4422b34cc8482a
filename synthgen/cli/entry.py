"""Where the command line begins and ends: :func:`main`, and what every error becomes.

Exit codes: 0 done, 1 something failed, 2 the input does not fit, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any, NoReturn

from synthgen.cli.app import DEBUG_VARIABLE, app
from synthgen.cli.output import show_json, warn
from synthgen.core.errors import InputError, SynthgenError, abridged
from synthgen.core.system import refusal

FAILED, INTERRUPTED = 1, 130

_LONGEST = 1000
"""Characters of one argument."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs the command line and exits with an honest code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _run(arguments)
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != INTERRUPTED:  # Typer makes 130 of a Ctrl-C
            raise
        warn(_interrupted(arguments))
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:  # the reader of our output is gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(FAILED) from None
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        warn(_unexpected(error))
        raise SystemExit(FAILED) from None
    raise SystemExit(0)


def _run(arguments: list[str]) -> None:
    """Runs the command line, and says the errors that are meant for the user."""
    try:
        _check_length(arguments)
        app(arguments, prog_name="synthgen")
    except SynthgenError as error:
        _report(error, "--json" in arguments)


def _check_length(arguments: list[str]) -> None:
    """Refuses what would fill the screen when it is repeated in a message of the argument parser's.

    Raises:
        InputError: an argument is longer than any path.
    """
    for argument in arguments:
        if len(argument) > _LONGEST:
            raise InputError(
                "this is longer than any name, number or path",
                where="the command line",
                expected=f"at most {_LONGEST} characters",
                got=argument,
                remedy="check that the shell's quotes end where they should",
            )


def _report(error: SynthgenError, as_json: bool) -> NoReturn:
    """Says an error that is meant for the user, and exits with its code."""
    if as_json:
        show_json({"ok": False, "problems": _problems(error)}, indent=2)
    else:
        warn(f"error: {error}")
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(error)
    raise SystemExit(error.exit_code) from None


def _problems(error: SynthgenError) -> list[dict[str, Any]]:
    """The faults of an error as ``--json`` lists them."""
    names = ("where", "what", "expected", "got", "remedy")
    faults = getattr(error, "problems", (error,))
    return [{n: getattr(f, n) for n in names} if isinstance(f, InputError) else {"what": str(f)} for f in faults]


def _unexpected(error: Exception) -> str:
    """One line and a remedy for an error that nobody foresaw, or that the system raised."""
    if refused := refusal(error):  # by the system: not a fault of the program
        what, remedy = refused
        name, got = getattr(error, "filename", None), getattr(error, "strerror", None) or error
        return f"error: {f'{name}: ' if name else ''}{what}\n  got: {got}\n  remedy: {remedy}"
    short = abridged(f"{type(error).__name__}: {error}", 1500)
    return f"synthgen broke: {short}\n  remedy: 'synthgen --debug …' shows where; report it"


def _interrupted(arguments: list[str]) -> str:
    """What a Ctrl-C leaves behind, by verb."""
    verb = next((a for a in arguments if not a.startswith("-")), "")
    if verb == "render":
        return "interrupted; the same command goes on where this one stopped"
    if verb != "fit":
        return "interrupted"
    again = "takes their fits from the cache" if "--cache" in arguments else "fits them again"
    return f"interrupted; the files of finished clips are whole, the same command {again}"
