"""The fit's numerical parts: unknowns, least squares, calibration, uncertainty."""
