// The groups that a lasso made: a small list of them, each a place to go to, and each can be deleted.

import { meanOfSet } from "../latent/sets.js";
import { changed, choose, moveTo } from "../state.js";
import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { createPopover } from "../ui/popover.js";

/** @param {import("../mount.js").Desk} desk */
export function createGroups({ store }) {
  const face = h("span", {});
  const list = h("ul", { class: "grouplist" });
  const popover = createPopover(face, "Groups: sets of examples that a lasso or a box made", list);
  popover.element.toggleAttribute("hidden", true);

  function rowOf({ name, members }) {
    const go = button(name, `Move z to the mean of the ${members.length} examples of ${name}`, (event) => moveTo(store, meanOfSet(store.state, `g:${name}`), event));
    const forget = button("×", `Delete the group ${name}`, (event) => remove(name, event));
    return h("li", {}, go, h("span", {}, `${members.length} examples`), forget);
  }

  function remove(name, event) {
    choose(store, { groups: store.state.groups.filter((group) => group.name !== name) }, event);
    (list.querySelector("button") ?? popover.element.closest(".map").querySelector(".plot")).focus(); // the pressed button is gone
  }

  const deafen = store.subscribe((state, before) => {
    if (!changed(state, before, "groups", "latents")) return;
    const there = state.latents ? state.groups : [];
    if (there.length === 0) popover.close();
    popover.element.toggleAttribute("hidden", there.length === 0);
    face.textContent = `Groups: ${there.length}`;
    list.replaceChildren(...there.map(rowOf));
  });
  return { element: popover.element, dispose: deafen };
}
