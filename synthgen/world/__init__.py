"""The world of a shot: who and what is in it, as plain data."""
