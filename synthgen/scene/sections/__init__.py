"""The sections of the scene file, one module per subject; every key has its unit, its default and a sentence.

Lengths are metres, angles degrees, times seconds, sizes pixels. Ranges are ``[lower, upper]``.
"""
