"""How a fit's report is made: what was measured, and what is unusual in it."""
