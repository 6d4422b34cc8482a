"""What scripts/bench_fit.py times and measures, and on what."""
