"""The command line: one file per verb."""

from synthgen.cli.app import main

__all__ = ["main"]
