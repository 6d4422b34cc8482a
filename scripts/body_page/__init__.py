"""The tables of docs/evidence/body.md, each made from the data files in opensim_models/."""
