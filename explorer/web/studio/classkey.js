// Which colour is which class on the map.

import { colourOf } from "../map/palette.js";
import { h } from "../ui/dom.js";

const MOST = 12; // classes that are told in a line

/** @param {import("./reel.js").Reel} reel */
export function createClassKey(reel) {
  const element = h("ul", { class: "classkey", "aria-label": "Colours of the classes" });
  let of = null; // the stage that is told

  function show() {
    if (!reel.stage || reel.stage === of) return;
    of = reel.stage;
    const { labels, labelNames } = of;
    const present = [...new Set(labels ?? [])].sort((a, b) => a - b);
    element.replaceChildren(...present.slice(0, MOST).map((label) => h("li", { style: `--ink: ${colourOf(label)}` }, labelNames[label] ?? String(label))));
    if (present.length > MOST) element.append(h("li", { class: "rest" }, `and ${present.length - MOST} more`));
  }

  const leave = reel.subscribe(show);
  show();
  return { element, dispose: leave };
}
