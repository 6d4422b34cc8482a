"""What is done for every point of an arm in every frame, compiled. World, metres."""
