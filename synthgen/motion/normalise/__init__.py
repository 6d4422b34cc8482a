"""From what a file holds to a clip: names, unit, axes, sides, levels, gaps and floor."""
