"""What is worn: cuts, cloth, garments and shoes."""
