// How much a latent space carries, in one line: the KL of each dimension as a small bar, and how many are alive.

import { isUnused } from "../latent/activity.js";
import { h } from "../ui/dom.js";
import { written } from "../ui/words.js";

const CODES_ONLY = "codes only, no KL";

export function createVitals() {
  const [strip, words] = [h("span", { class: "compare-strip", "aria-hidden": "true" }), h("span")];
  return {
    element: h("span", { class: "compare-vitals" }, strip, words),
    /** @param {Float32Array | null} kl of each dimension, in nats; empty: of an autoencoder @param {number} top the height of a bar */
    show(kl, top) {
      strip.hidden = !kl?.length;
      words.textContent = kl ? wordsOf(kl) : "";
      words.title = kl?.length ? `KL of each, in nats: ${Array.from(kl, (value) => written(value)).join(", ")}` : "";
      if (!kl) return;
      while (strip.childElementCount > kl.length) strip.lastChild.remove();
      while (strip.childElementCount < kl.length) strip.append(h("i"));
      kl.forEach((value, k) => {
        strip.children[k].style.blockSize = `${(100 * Math.min(1, value / top)).toFixed(1)}%`;
        strip.children[k].classList.toggle("dead", isUnused(value));
      });
    },
  };
}

/** “2 of 8 dimensions alive” @param {Float32Array} kl */
function wordsOf(kl) {
  if (!kl.length) return CODES_ONLY;
  const alive = kl.reduce((count, value) => count + (isUnused(value) ? 0 : 1), 0);
  if (kl.length === 1) return alive ? "its dimension is alive" : "its dimension has collapsed";
  return alive ? `${alive} of ${kl.length} dimensions alive` : `all ${kl.length} dimensions collapsed`;
}
