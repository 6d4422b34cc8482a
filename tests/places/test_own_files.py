"""The user's photographs, environments and meshes: they come out as they are, and bad ones are refused."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from synthgen.core.digests import sha256_file
from synthgen.core.errors import InputError
from synthgen.core.plain import FileSpec
from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.core.userfiles import pictures
from synthgen.core.userfiles.meshes import mesh_size, read_mesh
from synthgen.core.userfiles.pictures import read_picture
from synthgen.engine.cpu import tone
from synthgen.places.film import light_shown_as, unfilmed
from synthgen.places.props import build_prop
from synthgen.places.rooms import build_room
from synthgen.places.sky import build_sky, cube_directions
from synthgen.world.pictures import measured
from synthgen.world.surroundings import BackdropSpec, PictureSpec, PropModel, RoomSpec, SkySpec


def halves(path: Path, size: tuple[int, int] = (400, 200)) -> Path:
    """A picture whose left half is red and right half blue, brighter above the middle."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[:, : size[0] // 2] = (150, 60, 40)
    image[:, size[0] // 2 :] = (40, 70, 150)
    image[: size[1] // 2] += 60
    Image.fromarray(image).save(path)
    return path


def named(path: Path) -> FileSpec:
    return FileSpec(path=path.name, digest=sha256_file(path))


def pictured(path: Path, hfov: float = 2 * np.pi) -> RoomSpec:
    picture = PictureSpec(file=named(path), hfov=hfov, centre=(0.0, 0.0, 1.5), floor_light=(1.0, 0.9, 0.8))
    return RoomSpec(kind="photo", backdrop=BackdropSpec(picture=picture))


def test_what_the_film_is_undone_for_comes_out_as_it_was():
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    image = (0.55 * image + 60).astype(np.uint8)  # no colour is purer than paint
    light = linear_from_srgb(unfilmed(image) / 255.0)
    out = np.array([[tone.shown(*pixel, tone.GAIN) for pixel in row] for row in light])
    assert np.abs(255 * srgb_from_linear(out) - image).max() < 3
    assert light_shown_as(np.ones(3)).max() <= 1.0


def test_a_panorama_stands_around_and_lies_on_the_floor(tmp_path):
    parts = {p.name: p for p in build_room(pictured(halves(tmp_path / "a.png")), tmp_path)}
    dome, floor = parts["backdrop"], parts["floor"]
    assert dome.material.unlit and not floor.material.unlit
    assert np.allclose(floor.vertices[:, 2], 0, atol=1e-9)
    assert np.hypot(*floor.vertices[:, :2].T).max() == pytest.approx(24.0, abs=0.01)
    mesh = trimesh.util.concatenate([trimesh.Trimesh(p.vertices, p.faces, process=False) for p in parts.values()])
    directions = np.random.default_rng(1).normal(size=(400, 3))
    assert (mesh.ray.intersects_first(np.tile([0.5, 0.8, 1.2], (400, 1)), directions) >= 0).all()
    # The picture's left half is to the left of where its middle looks.
    left = dome.uvs[dome.vertices[:, 1] > 5, 0]
    assert (left < 0.5).mean() > 0.95


def test_the_floor_is_the_picture_divided_by_the_light_on_it(tmp_path):
    parts = {p.name: p for p in build_room(pictured(halves(tmp_path / "a.png")), tmp_path)}
    dome, floor = (linear_from_srgb(parts[n].material.texture / 255.0) for n in ("backdrop", "floor"))
    assert np.allclose(floor * (1.0, 0.9, 0.8), dome, atol=0.006)


@pytest.mark.parametrize("hfov", [1.05, 1.3])
def test_a_photograph_looks_ahead_undistorted_and_goes_on_around_without_a_seam(tmp_path, hfov):
    spec = pictured(halves(tmp_path / "a.png", (300, 200)), hfov)
    dome = next(p for p in build_room(spec, tmp_path) if p.name == "backdrop")
    ahead = (dome.vertices[:, 0] > 0) & (np.abs(np.arctan2(dome.vertices[:, 1], dome.vertices[:, 0])) < 0.3)
    around = np.arctan2(dome.vertices[ahead, 1], dome.vertices[ahead, 0])
    half = np.tan(np.pi / max(2, 2 * round(np.pi / hfov)))
    assert np.allclose(dome.uvs[ahead, 0], 0.5 - 0.5 * np.tan(around) / half, atol=1e-6)
    row = dome.uvs[np.isclose(dome.vertices[:, 2], dome.vertices[-1, 2], atol=1e-6), 0]
    assert np.abs(np.diff(row)).max() < 0.1


def test_a_pictures_light_comes_from_where_it_is_brightest(tmp_path):
    image = np.full((256, 512, 3), 80, np.uint8)
    image[150:] = 100
    image[60:80, 100:120] = 255  # a window to the left: column 110 is 103° to the left of the middle, row 70 41° up
    Image.fromarray(image).save(tmp_path / "w.png")
    light = measured(tmp_path / "w.png", "w.png")
    assert np.degrees(light.azimuth) == pytest.approx(-(110 / 512 - 0.5) * 360, abs=3)
    assert np.degrees(light.elevation) == pytest.approx(90 - 70 / 256 * 180, abs=4)
    assert light.hfov == pytest.approx(2 * np.pi, abs=1e-5) and 0.12 <= light.floor <= 1.6


def test_the_environment_has_the_pictures_colours_where_the_picture_has_them(tmp_path):
    picture = PictureSpec(file=named(halves(tmp_path / "a.png")), hfov=2 * np.pi)
    sky = build_sky(SkySpec(picture=picture, zenith=(0.8, 0.8, 0.8)), files=tmp_path)
    directions = cube_directions(32)
    level = np.abs(directions[..., 2]) < 0.5
    red = level & (directions[..., 1] > 0.3)
    assert (sky[red][:, 0].astype(int) > sky[red][:, 2]).all()
    assert (sky[level & (directions[..., 1] < -0.3)][:, 2].astype(int) > 60).all()
    turned = build_sky(SkySpec(picture=picture, zenith=(0.8, 0.8, 0.8), turn=np.pi), files=tmp_path)
    assert (turned[red][:, 2].astype(int) > turned[red][:, 0]).all()


def test_a_file_that_has_changed_is_refused(tmp_path):
    spec = pictured(halves(tmp_path / "a.png"))
    Image.new("RGB", (400, 200), (9, 9, 9)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="has changed"):
        build_room(spec, tmp_path)
    (tmp_path / "a.png").unlink()
    with pytest.raises(InputError, match="not there"):
        build_room(spec, tmp_path)


def cut_png(path: Path) -> None:
    halves(path)
    path.write_bytes(path.read_bytes()[:-300])


def wide_png(path: Path) -> None:
    Image.new("L", (30_000, 64)).save(path)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("this is no picture")


@pytest.mark.parametrize(
    ("make", "name", "word"),
    [
        (cut_png, "a.png", "cannot be read"),
        (wide_png, "a.png", "16384"),
        (empty, "a.jpg", "cannot be read"),
        (text, "a.hdr", "cannot be read"),
        (text, "a.png", "cannot be read"),
    ],
)
def test_pictures_that_are_none_are_refused(tmp_path, make, name, word):
    make(tmp_path / name)
    with pytest.raises(InputError) as caught:
        read_picture(tmp_path / name)
    assert word in str(caught.value) and name in str(caught.value)
    assert "0x" not in str(caught.value)  # no address of ours


def test_light_that_is_none_is_refused(tmp_path, monkeypatch):
    rgbe = struct.pack("4B", 10, 20, 30, 129)
    (tmp_path / "a.hdr").write_bytes(b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 64 +X 128\n" + rgbe * 64 * 128)
    assert read_picture(tmp_path / "a.hdr").panorama
    good = pictures._opencv
    for bad in (np.nan, np.inf, -1.0):

        def planted(*given, value=bad):
            pixels = good(*given).copy()
            pixels[3, 5] = value
            return pixels

        monkeypatch.setattr(pictures, "_opencv", planted)
        with pytest.raises(InputError, match="no light"):
            read_picture(tmp_path / "a.hdr")


def test_an_exr_is_read_as_light(tmp_path):
    exr = pytest.importorskip("OpenEXR")
    pixels = np.full((64, 128, 3), 2.5, np.float32)
    header = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
    exr.File(header, {"RGB": pixels}).write(str(tmp_path / "a.exr"))
    read = read_picture(tmp_path / "a.exr")
    assert read.panorama and read.pixels.dtype == np.float32 and np.allclose(read.pixels, 2.5)
    pixels[3, 4] = np.nan
    exr.File(header, {"RGB": pixels}).write(str(tmp_path / "b.exr"))
    with pytest.raises(InputError, match="no light"):
        read_picture(tmp_path / "b.exr")


def test_exif_tells_the_lens(tmp_path):
    image = Image.new("RGB", (300, 200), (90, 90, 90))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA405] = 28
    image.save(tmp_path / "a.jpg", exif=exif)
    assert np.degrees(read_picture(tmp_path / "a.jpg").hfov) == pytest.approx(65.47, abs=0.1)


def cabinet(scale: float = 1.0) -> trimesh.Trimesh:
    """0.6 m wide, 0.9 m high, 0.4 m deep as glTF has it: Y up, its front to +Z."""
    mesh = trimesh.creation.box((0.6, 0.9, 0.4))
    mesh.apply_translation((3.0, 0.45, 1.0))
    mesh.apply_scale(scale)
    return mesh


def test_a_mesh_stands_upright_around_the_origin_in_its_true_size(tmp_path):
    path = tmp_path / "a.glb"
    cabinet().export(path)
    parts = read_mesh(path, sha256_file(path))
    assert np.allclose(mesh_size(parts), (0.4, 0.6, 0.9), atol=1e-6)
    model = PropModel(kind="file", size=(0.4, 0.6, 0.9), file=named(path))
    points = np.concatenate([p.vertices for p in build_prop(model, tmp_path)])
    assert np.allclose(points.min(0), (-0.2, -0.3, 0.0), atol=1e-6)
    assert np.allclose(points.max(0), (0.2, 0.3, 0.9), atol=1e-6)
    mesh = trimesh.Trimesh(points, np.concatenate([p.faces for p in build_prop(model, tmp_path)]))
    assert mesh.volume > 0  # not turned inside out


@pytest.mark.parametrize(("factor", "word"), [(100.0, "scale: 0.01"), (1000.0, "scale: 0.001"), (1e-4, "tiny")])
def test_other_units_are_told_with_their_remedy(tmp_path, factor, word):
    path = tmp_path / "a.glb"
    cabinet(factor).export(path)
    with pytest.raises(InputError, match=word):
        read_mesh(path, sha256_file(path))
    assert np.allclose(mesh_size(read_mesh(path, "again", 1 / factor)), (0.4, 0.6, 0.9), rtol=1e-4)


def test_meshes_that_are_none_are_refused(tmp_path):
    broken, cloud, nan = (tmp_path / n for n in ("a.glb", "b.ply", "c.obj"))
    broken.write_bytes(b"glTF\x02\x00\x00\x00 and nothing")
    trimesh.PointCloud(np.eye(3)).export(cloud)
    nan.write_text("v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    for path, word in ((broken, "cannot be read"), (cloud, "no faces"), (nan, "finite|cannot be read|no faces")):
        with pytest.raises(InputError, match=word):
            read_mesh(path, sha256_file(path))
    with pytest.raises(InputError, match="no such mesh"):
        read_mesh(tmp_path / "none.glb", "")
