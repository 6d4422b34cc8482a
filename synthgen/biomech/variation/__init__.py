"""One clip, many motions: mirrored, larger or smaller, faster or slower, with further bends of the spine on top."""
