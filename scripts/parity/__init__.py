"""What scripts/compare_renderers.py compares, and the sheets that it writes."""
