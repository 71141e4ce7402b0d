// What the lines of a way mean that the map draws, in the words of the badge.

import { mapOf } from "../latent/maps.js";
import { WORDS } from "../latent/place.js";
import { TEXTURES } from "../map/overlay.js";
import { changed } from "../state.js";
import { h, s } from "../ui/dom.js";

const HELP = "How near the encoded examples are to each place of the way, by the rule of the words under the picture. Where there are none, the decoder was never trained.";

/** @param {ReturnType<import("../state.js").createStore>} store */
export function createWayKey(store) {
  const parts = TEXTURES.map((name, rank) => h("span", {}, line(name), WORDS[rank].split(":")[0]));
  const element = h("p", { class: "says waykey", title: HELP, hidden: "" }, "The way on the map:", ...parts);
  store.subscribe((state, before) => {
    if (changed(state, before, "map", "latents", "pins", "groups")) element.toggleAttribute("hidden", !mapOf(state).map?.project);
  });
  return element;
}

function line(name) {
  return s("svg", { viewBox: "0 0 34 8", "aria-hidden": "true" }, s("path", { class: name, d: "M3 4H31" }));
}
