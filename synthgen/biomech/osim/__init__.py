"""What touches OpenSim: the model, its assembly and its files."""
