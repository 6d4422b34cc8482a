"""Writing to disk, one way: whole files, files created once, several files together."""
