"""The wire to an engine: framing and payloads, as ``docs/engine-protocol.md`` has them."""
