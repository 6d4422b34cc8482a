"""Draws with a graphics device: pygfx over Vulkan, Metal or Direct3D 12."""
