// The picture: pixels at their native size on a canvas that the page scales without blurring.

import { h } from "../ui/dom.js";
import { createClasses } from "./classes.js";
import { fillImage } from "./pixels.js";

/** @param {import("../mount.js").Desk} desk */
export function createPicture({ store }) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "pixels", role: "img", "aria-label": "Decoded picture" }));
  const veil = h("p", { class: "veil", role: "status" });
  const stage = h("div", { class: "stage" }, canvas, veil);
  const caption = h("p", { class: "caption" });
  const element = h("figure", { class: "picture", "data-state": "empty" }, stage, caption, createClasses(store).element);
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

  function describe(state) {
    caption.replaceChildren(...captionOf(state));
    canvas.setAttribute("aria-label", `Decoded picture. ${caption.textContent}`);
  }
  store.subscribe((state, before) => {
    const still = state.z === before.z && state.label === before.label && state.latents === before.latents;
    if (!still) describe(state);
  });

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
  };
}

function captionOf({ model, latents, label: told, source }) {
  const painted = told === null ? "" : `, painted as ${latents?.nameOf(told) ?? told}`;
  if (source === null || !latents) return [h("b", { class: "of-z" }, "z"), " chosen by hand", painted];
  const label = latents.labelOf(source);
  const mean = model.stochastic ? [h("b", { class: "of-z" }, "z"), " = ", h("b", { class: "of-mu" }, "μ"), " of "] : ["The code of "];
  return [...mean, `example ${source}`, label === null ? "" : `, class ${label}`, told === latents.classOf(source) ? "" : painted];
}
