// A drag on the picture itself moves z along two dimensions, one picture's width being four sigma of the data.

import { byActivity } from "../latent/activity.js";
import { sigmasOf } from "../latent/spread.js";
import { changed, choose, moveTo, placeOf } from "../state.js";
import { h } from "../ui/dom.js";
import { exchanged } from "../ui/pair.js";

const WIDTH = 4; // sigma
const STILL = 3; // pixels: a click moves nothing
const [STEP, STRIDE] = [0.1, 1]; // sigma, an arrow key
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {import("../mount.js").Desk} desk @param {HTMLCanvasElement} canvas */
export function createSteer({ store }, canvas) {
  const selects = [0, 1].map(createSelect);
  const element = h("div", { class: "steer", role: "group", "aria-label": "What a drag on the picture moves", title: "Drag on the picture: z moves along these two dimensions. One picture’s width is 4 σ of the data." }, h("span", {}, "drag"), selects[0], h("span", { "aria-hidden": "true" }, "↔"), selects[1], h("span", { "aria-hidden": "true" }, "↕")); // prettier-ignore
  let held = null; // {by, x, y, z, perPixel}: where the drag began, and which pointer drags

  function createSelect(which) {
    const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": ["Sideways", "Up and down"][which] }));
    select.addEventListener("change", (event) => {
      choose(store, { steer: exchanged(axesOf(store.state), which, Number(select.value)) }, event);
    });
    return select;
  }

  function fill({ model }) {
    const options = () => Array.from({ length: model.latent }, (_, k) => h("option", { value: k }, `z${k + 1}`));
    for (const select of selects) select.replaceChildren(...options());
    selects[1].toggleAttribute("hidden", model.latent < 2);
    element.lastChild.toggleAttribute("hidden", model.latent < 2);
  }

  function mark(state) {
    axesOf(state).forEach((axis, which) => (selects[which].value = String(axis)));
  }

  /** z from a base, so many sigma sideways and so many up. */
  function shifted(base, by) {
    const { latents } = store.state;
    const sigma = latents && sigmasOf(latents);
    const z = Array.from(base);
    axesOf(store.state).forEach((axis, which) => (z[axis] += by[which] * (sigma?.[axis] ?? 1)));
    return z;
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (held || event.button !== 0 || !store.state.model) return; // a second finger drags nothing
    canvas.setPointerCapture(event.pointerId);
    held = { by: event.pointerId, x: event.clientX, y: event.clientY, z: placeOf(store.state).z, perPixel: WIDTH / canvas.clientWidth, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held?.by !== event.pointerId) return;
    const [dx, dy] = [event.clientX - held.x, held.y - event.clientY];
    held.moved ||= Math.hypot(dx, dy) >= STILL;
    canvas.classList.toggle("steering", held.moved);
    if (held.moved) moveTo(store, shifted(held.z, [dx * held.perPixel, dy * held.perPixel]), event);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, (event) => {
      if (held && held.by !== event.pointerId) return;
      held = null;
      canvas.classList.remove("steering");
    });
  }
  canvas.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || !store.state.model) return;
    event.preventDefault();
    const by = event.shiftKey ? STRIDE : STEP;
    moveTo(store, shifted(placeOf(store.state).z, [way[0] * by, way[1] * by]), event);
  });

  store.subscribe((state, before) => {
    if (state.model !== before.model) {
      held = null; // its z was of another model
      fill(state);
    }
    if (changed(state, before, "model", "latents", "steer")) mark(state);
  });
  return { element };
}

/** The two dimensions that a drag moves: the chosen ones, else those of the map of two, else the two that tell the decoder most. @returns {number[]} */
export function axesOf({ steer, model, latents }) {
  const chosen = steer.filter((axis) => axis < model.latent);
  if (chosen.length === Math.min(2, model.latent)) return chosen;
  return model.latent === 2 ? [0, 1] : byActivity(model, latents).order.slice(0, 2);
}
