"""What a fit says of itself: :class:`~synthgen.biomech.report.fit_report.FitReport` and its parts, plain typed data.

The vertebral angles are model-derived, not measured: few points stand on the spine itself, so the report says how
well the model explains the points, not how true its vertebrae are. ``reporting/`` makes it.
"""
