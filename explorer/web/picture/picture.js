// The picture: pixels at their native size on a canvas that the page scales without blurring, and all that stands around it.

import { createBadge } from "./badge.js";
import { createClasses } from "./classes.js";
import { createCompare } from "./compare.js";
import { createKeep } from "./keep.js";
import { createNear } from "./near.js";
import { drawPicture } from "./pixels.js";
import { rememberSource } from "./remember.js";
import { createSamples } from "./samples.js";
import { createSampling, NO_SIGMA } from "./sampling.js";
import { createSteer } from "./steer.js";
import { createZoom } from "./zoom.js";
import { changed, choose } from "../state.js";
import { h } from "../ui/dom.js";
import { createHint } from "../ui/hint.js";

const TOLD_MS = 3500;
const BESIDE = [
  { name: "source", about: "The example that z came from: the original where it is at hand, else its reconstruction" },
  { name: "difference", about: "What the picture has more (orange) and less (blue) than that example" },
  { name: "samples", about: "Samples of q(z|x) of that example, and how much each pixel varies over them" },
];

/** @param {import("../mount.js").Desk} desk */
export function createPicture(desk) {
  const { store } = desk;
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "pixels", role: "application", tabindex: 0, "aria-label": "Decoded picture" }));
  const veil = h("p", { class: "veil", role: "status" });
  const told = createHint("told", TOLD_MS);
  const stage = h("div", { class: "stage" }, canvas, veil, told.element);
  const caption = h("p", { class: "caption" });
  const last = rememberSource(store);
  const [compare, samples, badge] = [createCompare(desk, last), createSamples(desk, last), createBadge(desk)];
  const near = createNear(desk, badge.distance);
  const sampling = createSampling(desk, samples.redraw);
  const zoom = createZoom(desk, canvas, () => front);
  const painted = () => ["decoded", "preview"].includes(element.dataset.state);
  const edge = h("div", { class: "edge" }, zoom.button, ...createKeep(desk, canvas, told.say, painted));
  const view = h("div", { class: "view" }, stage, edge, createSteer(desk, canvas).element);
  const front = h("div", { class: "front" }, view, h("div", { class: "words" }, caption, badge.element));
  const column = h("div", { class: "column" }, createClasses(store).element, sampling.element, createToggles(store), compare.element, near.element);
  const element = h("figure", { class: "picture", "data-state": "empty" }, h("div", { class: "board" }, front, column, samples.element));
  let sized = false; // the canvas has the size of a picture

  /** Gives the canvas a new size only if it has to: resizing wipes it. */
  function resize([, height, width]) {
    if (sized && canvas.width === width && canvas.height === height) return;
    sized = true;
    [canvas.width, canvas.height] = [width, height];
    stage.style.setProperty("--ratio", String(width / height));
    stage.style.setProperty("--columns", String(width));
  }

  function describe(state) {
    caption.replaceChildren(...captionOf(state));
    caption.title = caption.textContent;
    canvas.setAttribute("aria-label", `Decoded picture. ${caption.textContent}. Arrow keys move z.`);
  }
  store.subscribe((state, before) => {
    if (changed(state, before, "model", "label", "latents", "source", "drawn", "how")) describe(state);
  });

  return {
    element,
    canvas,
    /** @param {Float32Array} pixels (c, h, w) in [0, 1] @param {[number, number, number]} shape */
    paint(pixels, shape) {
      resize(shape);
      drawPicture(canvas, pixels, shape);
      element.dataset.state = "decoded";
      compare.follow(pixels);
    },
    /** @param {ImageBitmap} bitmap @param {[number, number, number]} shape */
    preview(bitmap, shape) {
      resize(shape);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      element.dataset.state = "preview";
    },
    /** The pixels are not those of z: what is on the screen must not pass for it. */
    outdated() {
      if (element.dataset.state !== "empty") element.dataset.state = "outdated";
    },
    /** A sentence over the picture, or "" for none. */
    say(sentence) {
      veil.classList.remove("failed");
      veil.textContent = sentence;
    },
    /** There will be no picture. @param {{sentence: string, detail: string}} why   detail: for whoever wants to mend it, or "" */
    fail({ sentence, detail }) {
      veil.classList.add("failed");
      veil.replaceChildren(sentence, ...(detail ? [h("small", {}, detail)] : []));
    },
    dispose() {
      told.dispose();
      badge.dispose();
    },
  };
}

/** What stands beside the picture: each can be switched on by itself. */
function createToggles(store) {
  const buttons = BESIDE.map(({ name, about }) => {
    const button = h("button", { type: "button", class: "tool", title: about, "aria-pressed": "false" }, name);
    button.addEventListener("click", (event) => {
      const { beside } = store.state;
      const now = BESIDE.map((each) => each.name).filter((each) => beside.includes(each) !== (each === name));
      choose(store, { beside: now }, event);
    });
    return button;
  });
  const mark = ({ beside, model }) => BESIDE.forEach(({ name, about }, i) => {
    const none = name === "samples" && !model.stochastic;
    buttons[i].setAttribute("aria-pressed", String(!none && beside.includes(name)));
    buttons[i].toggleAttribute("disabled", none);
    buttons[i].title = none ? NO_SIGMA : about;
  }); // prettier-ignore
  store.subscribe((state, before) => {
    if (changed(state, before, "beside", "model")) mark(state);
  });
  return h("div", { class: "toggles", role: "group", "aria-label": "Beside the picture" }, h("span", { "aria-hidden": "true" }, "Beside"), ...buttons);
}

function captionOf({ model, latents, label: told, source, drawn, how }) {
  const painted = told === null ? "" : `, painted as ${latents?.nameOf(told) ?? told}`;
  const made = how ? `${/^(the|pin) /.test(how) ? " =" : ":"} ${how}` : " chosen by hand";
  if (source === null || !latents) return [h("b", { class: "of-z" }, "z"), made, painted];
  const label = latents.labelOf(source);
  const mean = drawn ? [h("b", { class: "of-z" }, "z"), " = a sample of "] : [h("b", { class: "of-z" }, "z"), " = ", h("b", { class: "of-mu" }, "μ"), " of "];
  const from = model.stochastic ? mean : ["The code of "];
  return [...from, `example ${source}`, label === null ? "" : `, class ${label}`, told === latents.classOf(source) ? "" : painted];
}
