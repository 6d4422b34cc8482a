"""Where people are: rooms, props, surfaces and skies, built from a shot's plain data; nothing random."""
