// The end of a list that scrolls: while it is out of sight, the list shows at its lower edge that there is more.

import { h } from "../ui/dom.js";

/** @param {HTMLElement} list */
export function createEnd(list) {
  const element = h("i", { class: "end", "aria-hidden": "true" });
  const mark = (entries) => list.classList.toggle("cut", !entries.at(-1).isIntersecting);
  const sight = new IntersectionObserver(mark, { root: list });
  sight.observe(element);
  return { element, dispose: () => sight.disconnect() };
}
