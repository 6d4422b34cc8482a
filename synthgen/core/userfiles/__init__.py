"""Files that users write or name, read within limits: bytes, text, YAML and arrays."""
