"""Measured trajectories made ready for a fit."""
