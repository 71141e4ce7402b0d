// What stands in place of a map: why there is none, and for a plane through pins a button that sets those that it lacks.

import { pinExamples } from "../bar/actions.js";
import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";

/** @param {ReturnType<import("../state.js").createStore>} store @param {() => void} pinned   hears that the button was pressed, which is gone then */
export function createNotice(store, pinned) {
  let lacking = []; // names of pins
  const pin = button("Pin random examples", "Sets the pins that this map lacks to examples drawn at random", (event) => {
    pinExamples(store, lacking, event);
    pinned();
  });
  const element = h("div", { class: "notice", role: "status" });
  return {
    element,
    /** @param {string} sentence "": there is a map @param {string[]} [absent]   the pins that it lacks */
    say(sentence, absent = []) {
      lacking = absent;
      element.replaceChildren(...(sentence ? [sentence] : []), ...(absent.length ? [pin] : []));
    },
  };
}
