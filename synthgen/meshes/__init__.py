"""Triangle meshes: what one is, how simple solids are made, operations, noise and baking."""
