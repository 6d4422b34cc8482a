"""Functions that numba compiles: how, and where what is compiled is kept."""
