"""Damages to output folders: what is done, and what the same command must say and do."""
