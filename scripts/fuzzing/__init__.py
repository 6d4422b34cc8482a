"""Parts of ``scripts/fuzz.py``: sound inputs, what is done to them, and how each is tried."""
