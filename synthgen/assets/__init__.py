"""Assets: meshes, skins, garments, props and textures from the plain data of a shot. Nothing random happens here."""
