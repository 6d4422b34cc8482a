"""Retargeting: the fitted spine and limbs onto a character's rig, and what is left over."""
