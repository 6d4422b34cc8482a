"""Capture: engine processes, the UnrealCV client, projection and visibility."""
