"""Simulated postures and deformities."""
