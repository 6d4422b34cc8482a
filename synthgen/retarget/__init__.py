"""Retargeting: rigs as data, anatomical sites, and the vertebrae's motion onto a rig."""
