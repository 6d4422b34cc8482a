"""Motion clips: readers of motion files and built-in exercises."""
