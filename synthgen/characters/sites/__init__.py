"""The anatomical sites of a rest body: spine, face, surface, and those of rigs without skin."""
