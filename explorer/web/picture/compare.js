// Beside the picture, on demand: the example that z came from, and what the picture has more and less than that.

import { createExamples } from "./examples.js";
import { fillSigned, LESS, limitFor, MORE, signedDifference } from "./difference.js";
import { fillImage } from "./pixels.js";
import { createNewest } from "./newest.js";
import { createPlate } from "./plate.js";
import { h } from "../ui/dom.js";
import { signed } from "../ui/words.js";

const NOTHING = "Click a point of the map: z is compared with the example that it came from.";

/** @param {import("../mount.js").Desk} desk @param {ReturnType<import("./remember.js").rememberSource>} last */
export function createCompare(desk, last) {
  const { store } = desk;
  const source = createPlate("source", "The example");
  const difference = createPlate("difference", "Signed difference: picture minus example");
  const bar = h("span", { class: "signed", title: "Picture minus example. Orange: the picture is brighter than the example. Blue: it is darker. None: they are the same." }, h("span"), h("i", { style: `background: ${ramp()}` }), h("span")); // prettier-ignore
  const about = h("p", { class: "fine" });
  const element = h("section", { class: "compare", "aria-label": "Beside the picture", hidden: "" }, about, h("div", { class: "plates" }, source.element, difference.element));
  const examples = createExamples(desk, 1);
  let shown = null; // the pixels on the big canvas
  let held = null; // {index, pixels, original}: the example's picture
  let limit = 0;
  difference.words.replaceChildren(bar);

  const wanted = ({ beside }) => ({ source: beside.includes("source"), difference: beside.includes("difference") });

  const fetchIt = createNewest(async () => {
    const { index } = last;
    const found = index === null ? null : await examples.ask([index]);
    if (index !== last.index) return;
    held = found && { index, pixels: found.pictures[0], original: found.original };
    showSource();
    showDifference();
  });

  function turn(state) {
    const { source: one, difference: two } = wanted(state);
    element.toggleAttribute("hidden", !one && !two);
    if (!one && !two) return;
    source.element.toggleAttribute("hidden", !one || last.index === null);
    difference.element.toggleAttribute("hidden", !two || last.index === null);
    about.textContent = last.index === null ? NOTHING : `Compared with example ${last.index}`;
    if (held?.index !== last.index || held === null) fetchIt();
    showDifference();
  }

  function showSource() {
    const { model } = store.state;
    if (!held) return source.wipe();
    source.paint(model.shape, (rgba) => fillImage(rgba, held.pixels, model.shape[0]));
    source.say(held.original ? "original" : "reconstruction");
  }

  function showDifference() {
    const { model, beside } = store.state;
    if (!beside.includes("difference")) return;
    if (!held || shown?.length !== held.pixels.length) return difference.wipe();
    const values = signedDifference(shown, held.pixels, model.shape[0]);
    limit = limitFor(values, limit);
    difference.paint(model.shape, (rgba) => fillSigned(rgba, values, limit));
    [bar.firstChild.textContent, bar.lastChild.textContent] = [signed(-limit), signed(limit)];
  }

  function forget(state) {
    [held, limit] = [null, 0];
    turn(state);
  }
  last.subscribe(forget);
  store.subscribe((state, before) => {
    if (state.model !== before.model) shown = null;
    if (state.beside !== before.beside) turn(state);
  });
  return {
    element,
    /** @param {Float32Array} pixels (c, h, w)   that are on the big canvas now */
    follow(pixels) {
      shown = pixels;
      showDifference();
    },
  };
}

const ramp = () => `linear-gradient(to right, rgb(${LESS}), rgba(${LESS}, 0) 50%, rgba(${MORE}, 0) 50%, rgb(${MORE}))`;
