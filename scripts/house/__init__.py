"""Reads the house from the code and draws it."""
