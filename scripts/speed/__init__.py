"""What scripts/bench_render.py measures, and the other renderers that it measures beside ours."""
