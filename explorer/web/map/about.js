// The lines below the map: what it is, whether it can be decoded, and how far its neighbours can be believed.

import { h } from "../ui/dom.js";

const FAITH = "Trustworthiness 1: neighbours on the map are neighbours in z. Continuity 1: neighbours in z are neighbours on the map. About 0.5: nothing was kept.";

/** @param {import("../engine/background.js").Lane} lane   measures what did not come with the model */
export function createAbout(lane) {
  const element = h("p", { class: "about" });
  let shown = null; // the map that is spoken of

  function describe({ about }, faith) {
    const [sentence] = about.split(" Trustworthiness"); // of a map that came with the model: its figures follow
    element.replaceChildren(sentence, ...(faith ? [" ", h("span", { class: "faith", title: FAITH }, wordsOf(faith))] : []));
  }

  return {
    element,
    /** @param {import("../latent/plane.js").PlaneMap | null} map @param {number} d   of two dimensions the map is z itself */
    async show(map, d) {
      shown = map;
      element.replaceChildren();
      if (!map) return;
      const { trustworthiness, continuity } = map;
      const known = trustworthiness == null ? null : { trustworthiness, continuity };
      describe(map, d > 2 ? known : null);
      if (d <= 2 || known) return;
      const faith = await lane.faith(map.xy);
      if (faith && shown === map && !Number.isNaN(faith.trustworthiness)) describe(map, faith);
    },
  };
}

function wordsOf({ trustworthiness, continuity }) {
  return `Trustworthiness ${trustworthiness.toFixed(2)}, continuity ${continuity.toFixed(2)}.`;
}
