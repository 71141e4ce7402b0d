// The picture: pixels at their native size on a canvas that the page scales without blurring.

import { h } from "./dom.js";

export function createPicture() {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "pixels", role: "img", "aria-label": "Decoded picture" }));
  const veil = h("p", { class: "veil", role: "status" });
  const stage = h("div", { class: "stage" }, canvas, veil);
  const caption = h("p", { class: "caption" });
  const element = h("figure", { class: "picture", "data-state": "empty" }, stage, caption);
  const brush = canvas.getContext("2d");
  let image = null;

  /** Gives the canvas a new size only if it has to: resizing wipes it. */
  function resize([, height, width]) {
    if (image && canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
    stage.style.setProperty("--ratio", String(width / height));
    stage.style.setProperty("--columns", String(width));
    image = brush.createImageData(width, height);
  }

  return {
    element,
    /** @param {Float32Array} pixels (c, h, w) in [0, 1] @param {[number, number, number]} shape */
    paint(pixels, shape) {
      resize(shape);
      fillImage(image.data, pixels, shape[0]);
      brush.putImageData(image, 0, 0);
      element.dataset.state = "decoded";
    },
    /** @param {ImageBitmap} bitmap @param {[number, number, number]} shape */
    preview(bitmap, shape) {
      resize(shape);
      brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      element.dataset.state = "preview";
    },
    /** The pixels are not those of z: what is on the screen must not pass for it. */
    outdated() {
      if (element.dataset.state !== "empty") element.dataset.state = "outdated";
    },
    /** A sentence over the picture, or "" for none. */
    say(sentence) {
      veil.textContent = sentence;
    },
    /** @param {...(Node | string)} words */
    caption(...words) {
      caption.replaceChildren(...words);
      canvas.setAttribute("aria-label", `Decoded picture. ${caption.textContent}`);
    },
  };
}

// The array is a Uint8ClampedArray: it rounds, and clamps what a decoder without a sigmoid overshoots.
function fillImage(rgba, pixels, channels) {
  const size = rgba.length / 4;
  const [green, blue] = channels === 1 ? [0, 0] : [size, 2 * size];
  for (let i = 0; i < size; i++) {
    rgba[4 * i] = 255 * pixels[i];
    rgba[4 * i + 1] = 255 * pixels[i + green];
    rgba[4 * i + 2] = 255 * pixels[i + blue];
    rgba[4 * i + 3] = 255;
  }
}
