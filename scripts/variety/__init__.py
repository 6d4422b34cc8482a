"""Parts of ``scripts/measure_variety.py``."""
