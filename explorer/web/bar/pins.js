// Pins A to D: places in latent space to come back to, each with the picture of its z.

import { PINS } from "../choices.js";
import { decodePlaces } from "../engine/places.js";
import { drawPicture, partsOf } from "../picture/pixels.js";
import { changed, isTold } from "../state.js";
import { h } from "../ui/dom.js";
import { goPin, pinAt, unpin } from "./actions.js";

const THUMBNAILS = 6; // priority of their lane

/** @param {import("../mount.js").Desk} desk */
export function createPins({ store, lane }) {
  const work = lane(THUMBNAILS);
  const seats = PINS.map((name) => createSeat(store, name));
  const element = h("div", { class: "pins", role: "group", "aria-label": "Pins: places to come back to" }, ...seats.map((seat) => seat.element));

  async function picture({ pins, model }) {
    for (const seat of seats) seat.mark(pins[seat.name]);
    const filled = seats.filter(({ name }) => pins[name]);
    const pixels = await decodePlaces(work, filled.map(({ name }) => pins[name])); // prettier-ignore
    if (!pixels || pins !== store.state.pins) return;
    partsOf(pixels, filled.length).forEach((picture, i) => filled[i].paint(picture, model.shape));
  }

  store.subscribe((state, before) => {
    const fresh = changed(state, before, "model", "pins");
    if (state.model !== before.model) for (const seat of seats) seat.blank(); // the pictures are of another decoder
    if (fresh) picture(state);
    if (fresh || state.label !== before.label) for (const seat of seats) seat.allow(state);
    if (fresh || changed(state, before, "z", "label")) for (const seat of seats) seat.stand(state);
  });
  return { element };
}

function createSeat(store, name) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "thumb", width: 1, height: 1, hidden: "" }));
  const button = h("button", { type: "button", class: "pin" }, canvas, h("span", { class: "letter" }, name));
  const again = h("button", { type: "button", class: "tool", "aria-label": `Pin z here as ${name}, in place of what it holds` }, "Pin z here");
  const clear = h("button", { type: "button", class: "tool", "aria-label": `Clear pin ${name}` }, "Clear");
  const more = h("div", { class: "more", hidden: "" }, again, clear);
  const element = h("div", { class: "seat" }, button, more);

  function press(event) {
    const pin = store.state.pins[name];
    if (!pin) pinAt(store, name, event);
    else if (event.shiftKey) unpin(store, name, event);
    else goPin(store, name, event);
  }
  const blank = () => canvas.setAttribute("hidden", "");
  const leave = (event) => {
    unpin(store, name, event);
    button.focus(); // the button that was pressed is gone
  };
  button.addEventListener("click", press);
  button.addEventListener("keydown", (event) => {
    if ((event.key === "Delete" || event.key === "Backspace") && store.state.pins[name]) leave(event);
  });
  again.addEventListener("click", (event) => pinAt(store, name, event));
  clear.addEventListener("click", leave);

  return {
    name,
    element,
    blank,
    /** @param {{z: number[]} | undefined} pin */
    mark(pin) {
      element.classList.toggle("filled", Boolean(pin));
      more.toggleAttribute("hidden", !pin);
      if (!pin) blank();
      const title = pin ? `Go to pin ${name} (Shift-click clears it)` : `Pin z here as ${name} (the key P pins to the next free one)`;
      button.title = title;
      button.setAttribute("aria-label", title);
    },
    /** Nothing is pinned before it is known which class z is painted as. */
    allow(state) {
      button.toggleAttribute("disabled", !state.pins[name] && !isTold(state));
      again.toggleAttribute("disabled", !isTold(state));
    },
    /** Is z where the pin is? */
    stand({ pins, z, label }) {
      const pin = pins[name];
      const here = Boolean(pin) && pin.label === label && pin.z.every((value, k) => value === z[k]);
      element.classList.toggle("here", here);
    },
    /** @param {Float32Array} pixels (c, h, w) in [0, 1] */
    paint(pixels, shape) {
      drawPicture(canvas, pixels, shape);
      canvas.removeAttribute("hidden");
    },
  };
}
