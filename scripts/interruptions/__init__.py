"""Interruptions of runs: the processes of a run, and what is done to them."""
