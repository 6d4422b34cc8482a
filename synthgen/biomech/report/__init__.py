"""What a fit says of itself: :class:`FitReport`, its parts, and how it is made.

The vertebral angles are model-derived, not measured: few points stand on the spine itself, so the report says how
well the model explains the points, not how true its vertebrae are.
"""
