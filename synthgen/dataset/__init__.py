"""Dataset: shards, COCO export, validation, preview and the card. Files only; no engine, no OpenSim."""
