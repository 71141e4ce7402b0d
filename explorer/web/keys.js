// The keys that work wherever the focus is in the view, but where somebody types; and the list of them.

import { goExample, goMean, goRandom, pinNext, redo, undo } from "./bar/actions.js";
import { isTold } from "./state.js";
import { h } from "./ui/dom.js";
import { closeAll } from "./ui/popover.js";

const TYPED = "input:not([type=range], [type=radio], [type=checkbox], [type=button]), select, textarea, [contenteditable]";

const LIST = [
  ["0 … 9", "the mean of class 0 to 9; with the focus on the map 0 shows the whole map instead"],
  ["R", "a random z, drawn from the prior"],
  ["E", "a random example"],
  ["Z", "undo"],
  ["Shift Z", "redo"],
  ["P", "pin z to the next free pin"],
  ["Esc", "close what is open, stop what plays"],
  ["?", "this list"],
  ["← → ↑ ↓", "on the map, a slider or a grid: move there"],
  ["+  −", "on the map: zoom"],
];

/** @returns {HTMLElement} */
export function listOfKeys() {
  return h("dl", { class: "keylist" }, ...LIST.flatMap(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)]));
}

/** @param {import("./mount.js").Desk} desk @returns {() => void} stops listening */
export function listenToKeys(desk) {
  const { root, store } = desk;
  const does = {
    r: (event) => goRandom(store, event),
    e: (event) => goExample(store, event),
    p: (event) => isTold(store.state) && (pinNext(store, event) ?? desk.complain("All four pins are taken: clear one, or pin over it with its own button.")),
    z: (event) => (event.shiftKey ? redo(desk, event) : undo(desk, event)),
    "?": () => toggleList(root),
    escape: () => closeAll(root),
  };
  for (let digit = 0; digit < 10; digit++) does[digit] = (event) => goMean(store, String(digit), event);

  const press = (event) => {
    if (event.defaultPrevented || event.target.closest?.(TYPED)) return; // prevented: the map, a grid knows this key better
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || (command && key !== "z") || !does[key]) return;
    does[key](event);
    if (key === "escape") return; // what lies around the view may have something open too
    event.preventDefault();
    event.stopPropagation(); // the page around the view may have a meaning of its own for a letter
  };
  root.addEventListener("keydown", press);
  return () => root.removeEventListener("keydown", press);
}

function toggleList(root) {
  const list = root.querySelector("details.keyboard");
  list.open = !list.open;
}
