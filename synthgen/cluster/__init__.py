"""Runs: a plan, its pending shards, and the workers that render them."""
