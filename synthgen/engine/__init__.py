"""The embedded engine: an UnrealCV server over a pygfx renderer, in its own process."""
