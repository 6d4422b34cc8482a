"""Readers of motion files: each module here holds one ``READER`` and is found by ``motion/registry.py``."""
