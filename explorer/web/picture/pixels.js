// From a decoder's numbers to the pixels of a canvas.

/**
 * @param {Uint8ClampedArray} rgba (h, w, 4)   it rounds, and clamps what a decoder without a sigmoid overshoots
 * @param {Float32Array} pixels (c, h, w) in [0, 1] @param {number} channels c: 1 or 3
 */
export function fillImage(rgba, pixels, channels) {
  const size = rgba.length / 4;
  const [green, blue] = channels === 1 ? [0, 0] : [size, 2 * size];
  for (let i = 0; i < size; i++) {
    rgba[4 * i] = 255 * pixels[i];
    rgba[4 * i + 1] = 255 * pixels[i + green];
    rgba[4 * i + 2] = 255 * pixels[i + blue];
    rgba[4 * i + 3] = 255;
  }
}
