"""How deep people are in themselves, in props and in the floor, and how far standing feet slide."""
