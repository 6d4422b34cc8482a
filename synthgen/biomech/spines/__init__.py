"""Spines as people have them: drawn from published distributions, and motions carried over to them."""
