"""Draws without a graphics device: a visibility buffer and deferred shading, compiled by numba."""
