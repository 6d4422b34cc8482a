"""The pages of a dataset: report, card, preview and overlays."""
