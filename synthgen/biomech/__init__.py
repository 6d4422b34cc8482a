"""Biomechanics: the OpenSim spine model, scaling, fitting and the residual report."""
