"""Full-screen passes after the render: exposure and tone curve."""

from __future__ import annotations

from pygfx.renderers.wgpu import EffectPass


class TonePass(EffectPass):
    """Linear light → display light: exposure, then Khronos' PBR Neutral tone curve (2024 specification).

    The curve keeps colours below 0.8 as they are and rolls highlights off instead of clipping them.
    """

    uniform_type = dict(EffectPass.uniform_type, exposure="f4")

    wgsl = """
        fn neutral(light: vec3<f32>) -> vec3<f32> {
            let start = 0.8 - 0.04;
            let desaturation = 0.15;
            let low = min(light.r, min(light.g, light.b));
            let offset = select(0.04, low - 6.25 * low * low, low < 0.08);
            let colour = light - vec3<f32>(offset);
            let peak = max(colour.r, max(colour.g, colour.b));
            if (peak < start) { return colour; }
            let d = 1.0 - start;
            let rolled = 1.0 - d * d / (peak + d - start);
            let g = 1.0 - 1.0 / (desaturation * (peak - rolled) + 1.0);
            return mix(colour * (rolled / peak), vec3<f32>(rolled), g);
        }

        @fragment
        fn fs_main(varyings: Varyings) -> @location(0) vec4<f32> {
            let texel = textureLoad(colorTex, vec2<i32>(varyings.position.xy), 0);
            let light = max(texel.rgb, vec3<f32>(0.0)) * u_effect.exposure;
            return vec4<f32>(clamp(neutral(light), vec3<f32>(0.0), vec3<f32>(1.0)), 1.0);
        }
    """

    def set_exposure(self, factor: float) -> None:
        """Multiplies the light by ``factor`` before the curve."""
        self._uniform_data["exposure"] = factor
