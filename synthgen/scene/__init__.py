"""The scene file: YAML → one typed, validated, frozen ``Scene``.

    scene = load_scene(Path("scenes/gym.yaml"))     # InputError with every problem, each with its line
    scene_hash(scene)                               # 16 hex digits, the same on every machine

``synthgen scene schema`` prints the JSON Schema of the same model for editors.
"""

from synthgen.scene.load import SceneErrors, checked_scene, load_scene, scene_hash, scene_schema
from synthgen.scene.model import Scene
from synthgen.scene.sections.clips import ClipSource

__all__ = ["ClipSource", "Scene", "SceneErrors", "checked_scene", "load_scene", "scene_hash", "scene_schema"]
