// From a decoder's numbers to the pixels of a canvas.

let image = null; // on its way to a canvas: nearly all pictures of a page have one size, and a drag leaves no litter

/** What `fill` makes of (h, w, 4), at a place of a canvas. @param {(rgba: Uint8ClampedArray) => void} fill */
function putPixels(brush, [, height, width], fill, x = 0, y = 0) {
  if (image?.width !== width || image.height !== height) image = new ImageData(width, height);
  fill(image.data);
  brush.putImageData(image, x, y);
}

/** What `fill` makes of (h, w, 4), on a canvas of that size. @param {HTMLCanvasElement} canvas @param {number[]} shape c, h, w */
export function drawPixels(canvas, shape, fill) {
  const [, height, width] = shape;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  putPixels(canvas.getContext("2d"), shape, fill);
}

/** @param {HTMLCanvasElement} canvas @param {Float32Array} pixels (c, h, w) in [0, 1] @param {[number, number, number]} shape */
export function drawPicture(canvas, pixels, shape) {
  drawPixels(canvas, shape, (rgba) => fillImage(rgba, pixels, shape[0]));
}

/** One of many on a canvas. @param {CanvasRenderingContext2D} brush @param {Float32Array} pixels (c, h, w) in [0, 1] */
export function putPicture(brush, pixels, shape, x, y) {
  putPixels(brush, shape, (rgba) => fillImage(rgba, pixels, shape[0]), x, y);
}

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

/** n pictures that lie one after the other, each by itself. @template {Float32Array | Uint8Array} T @param {T} pixels @returns {T[]} */
export function partsOf(pixels, n) {
  const size = pixels.length / n;
  return Array.from({ length: n }, (_, i) => pixels.subarray(i * size, (i + 1) * size));
}

/** Each pixel as a square of pixels. @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} large it becomes as large as that */
export function enlarge(canvas, times, large) {
  [large.width, large.height] = [times * canvas.width, times * canvas.height];
  const brush = large.getContext("2d");
  brush.imageSmoothingEnabled = false;
  brush.drawImage(canvas, 0, 0, large.width, large.height);
}
