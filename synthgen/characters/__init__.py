"""People before poses: rigs as data, rest bodies, anatomical sites, skin, hair and clothes."""
