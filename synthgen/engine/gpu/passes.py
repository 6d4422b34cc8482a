"""Full-screen passes after the render: contact shading, then exposure and tone curve."""

from __future__ import annotations

from typing import ClassVar

from pygfx.renderers.wgpu import EffectPass

from synthgen.core.frames import Camera


class OcclusionPass(EffectPass):
    """Writes into alpha how much of the surrounding light reaches each pixel.

    In the manner of scalable ambient obscurance (McGuire, Mara and Luebke 2012): points on a spiral around the pixel
    that rise above its tangent plane within ``radius`` take light away, by the cosine to the normal. Normals come
    from the depth itself. The spiral is turned from pixel to pixel in a fixed 4 × 4 pattern; :class:`TonePass`
    averages over the pattern.
    """

    USES_DEPTH = True

    uniform_type: ClassVar[dict[str, str]] = dict(
        EffectPass.uniform_type, focal="f4", near="f4", far="f4", radius="f4", strength="f4"
    )

    wgsl = """
        const SAMPLES = 10;
        const CLOSE = 0.3;

        fn place(pixel: vec2<i32>) -> vec3<f32> {
            let size = vec2<i32>(textureDimensions(depthTex));
            let p = clamp(pixel, vec2<i32>(0), size - 1);
            let raw = textureLoad(depthTex, p, 0);
            let z = u_effect.near * u_effect.far / (u_effect.far - raw * (u_effect.far - u_effect.near));
            return vec3<f32>((vec2<f32>(p) + 0.5 - 0.5 * vec2<f32>(size)) / u_effect.focal * z, z);
        }

        fn slope(here: vec3<f32>, pixel: vec2<i32>, step: vec2<i32>) -> vec3<f32> {
            let ahead = place(pixel + step) - here;
            let behind = here - place(pixel - step);
            return select(behind, ahead, abs(ahead.z) < abs(behind.z));
        }

        @fragment
        fn fs_main(varyings: Varyings) -> @location(0) vec4<f32> {
            let pixel = vec2<i32>(varyings.position.xy);
            let light = textureLoad(colorTex, pixel, 0).rgb;
            let here = place(pixel);
            if (here.z > 0.5 * u_effect.far) { return vec4<f32>(light, 1.0); }
            var normal = normalize(cross(slope(here, pixel, vec2<i32>(1, 0)), slope(here, pixel, vec2<i32>(0, 1))));
            normal = select(normal, -normal, dot(normal, here) > 0.0);
            let reach = min(u_effect.radius * u_effect.focal / here.z, 192.0);
            let turn = f32((pixel.x & 3) * 4 + (pixel.y & 3)) * (6.2831853 / 16.0);
            var sum = 0.0;
            for (var i = 0; i < SAMPLES; i++) {
                let along = (f32(i) + 0.5) / f32(SAMPLES);
                let angle = f32(i) * 2.3999632 + turn;
                // Every other sample looks at close range only: what stands on a floor darkens it at its foot.
                let range = select(1.0, CLOSE, (i & 1) == 1);
                let offset = vec2<f32>(cos(angle), sin(angle)) * (range * along * reach + 1.0);
                let toward = place(pixel + vec2<i32>(round(offset))) - here;
                let distance = dot(toward, toward);
                let rise = dot(toward, normal) - (0.002 + 0.0015 * here.z) * range;
                let limit = range * u_effect.radius;
                let near = max(1.0 - distance / (limit * limit), 0.0);
                sum += select(1.0, 2.4, range < 1.0) * near * near * max(rise * inverseSqrt(distance + 1e-5), 0.0);
            }
            let open = 1.0 - sum * u_effect.strength * 2.0 / f32(SAMPLES);
            return vec4<f32>(light, clamp(open, 0.0, 1.0));
        }
    """

    def __init__(self, near: float, far: float, radius: float = 0.25, strength: float = 0.9) -> None:
        super().__init__()
        for name, value in {"near": near, "far": far, "radius": radius, "strength": strength}.items():
            self._uniform_data[name] = value

    def set_camera(self, camera: Camera) -> None:
        """Takes the focal length of the picture to come."""
        self._uniform_data["focal"] = camera.focal


class TonePass(EffectPass):
    """Linear light → sRGB values: contact shading, exposure, tone curve, encoding.

    The light is brought to a photograph's level and contrast (``GAIN``, ``CONTRAST`` about middle grey, 0.18), then
    highlights are rolled off as in Khronos' PBR Neutral (2024): what is brighter than 0.76 goes towards white
    without clipping. Encoding here lets the smoothing of edges that follows see differences as the eye does.
    """

    USES_DEPTH = True

    uniform_type: ClassVar[dict[str, str]] = dict(EffectPass.uniform_type, exposure="f4")

    wgsl = """
        const GAIN = 1.7;
        const CONTRAST = 1.06;

        fn roll_off(colour: vec3<f32>) -> vec3<f32> {
            let start = 0.76;
            let desaturation = 0.15;
            let peak = max(colour.r, max(colour.g, colour.b));
            if (peak < start) { return colour; }
            let d = 1.0 - start;
            let rolled = 1.0 - d * d / (peak + d - start);
            let g = 1.0 - 1.0 / (desaturation * (peak - rolled) + 1.0);
            return mix(colour * (rolled / peak), vec3<f32>(rolled), g);
        }

        fn srgb(light: vec3<f32>) -> vec3<f32> {
            let curve = 1.055 * pow(light, vec3<f32>(1.0 / 2.4)) - 0.055;
            return select(curve, 12.92 * light, light < vec3<f32>(0.0031308));
        }

        // Mean of the occlusion over the 4 x 4 pattern, without mixing near and far surfaces.
        fn open_sky(pixel: vec2<i32>) -> f32 {
            let last = vec2<i32>(textureDimensions(colorTex)) - 1;
            let here = 1.0 - textureLoad(depthTex, pixel, 0);
            var sum = 0.0;
            var weight = 0.0;
            for (var y = -2; y < 2; y++) {
                for (var x = -2; x < 2; x++) {
                    let p = clamp(pixel + vec2<i32>(x, y), vec2<i32>(0), last);
                    // 1 - depth goes with 1/z: the quotient compares distances.
                    let ratio = (1.0 - textureLoad(depthTex, p, 0)) / max(here, 1e-9);
                    let w = select(0.0, 1.0, abs(ratio - 1.0) < 0.03) + 1e-4;
                    sum += w * textureLoad(colorTex, p, 0).a;
                    weight += w;
                }
            }
            return sum / weight;
        }

        @fragment
        fn fs_main(varyings: Varyings) -> @location(0) vec4<f32> {
            let pixel = vec2<i32>(varyings.position.xy);
            let texel = textureLoad(colorTex, pixel, 0);
            let light = max(texel.rgb, vec3<f32>(0.0)) * (GAIN * u_effect.exposure * open_sky(pixel));
            let film = 0.18 * pow(light / 0.18, vec3<f32>(CONTRAST));
            return vec4<f32>(srgb(clamp(roll_off(film), vec3<f32>(0.0), vec3<f32>(1.0))), 1.0);
        }
    """

    def set_exposure(self, factor: float) -> None:
        """Multiplies the light by ``factor`` before the curve."""
        self._uniform_data["exposure"] = factor
