"""Several datasets in one: synthetic people and real ones, mapped by the names of their keypoints."""
