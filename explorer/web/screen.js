// Where everything stands: the map at one side, at the other a few tabs of which the first has picture and sliders.

import { createBar } from "./bar/bar.js";
import { createLook } from "./look.js";
import { createReadout } from "./readout.js";
import { changed, choose } from "./state.js";
import { h } from "./ui/dom.js";
import { createMenu } from "./ui/menu.js";

const TABS = [
  { name: "explore", title: "Explore", about: "The picture of z, and a slider for each of its dimensions" },
  { name: "generate", title: "Generate", about: "New pictures: z drawn at random and decoded" },
  { name: "morph", title: "Morph", about: "The way from one pinned z to another" },
  { name: "traverse", title: "Traverse", about: "What each dimension does, as one table of pictures" },
];

/** @param {import("./mount.js").Desk} desk @param {Record<string, any>} parts */
export function createScreen(desk, { map, picture, sliders, beside }) {
  const { store } = desk;
  const tabs = createMenu("What stands beside the map", (tab, event) => choose(store, { tab }, event));
  const [bar, look, readout] = [createBar(desk), createLook(desk), createReadout(desk)];
  const explore = h("div", { class: "panel", "data-tab": "explore" }, picture.element, bar.element, sliders.element);
  const panels = [explore, ...beside.elements];
  const side = h("section", { class: "side" }, h("header", { class: "tabs" }, tabs.element, bar.tools), ...panels, readout.element);
  bar.tools.append(look.element);
  tabs.show(TABS);

  function turn({ tab, large }) {
    const held = desk.root.getRootNode().activeElement?.closest(".panel");
    tabs.mark(tab);
    for (const panel of panels) panel.toggleAttribute("hidden", panel.dataset.tab !== tab);
    if (held?.hidden) goOn(tab);
    desk.root.classList.toggle("large", large);
    desk.root.getRootNode().host?.toggleAttribute("data-large", large); // for what stands around the view, and may grow with it
  }

  /** What had the focus has gone with its panel: the keys go on to work, and on the picture those that move z. */
  function goOn(tab) {
    (tab === "explore" ? picture.canvas : desk.root).focus({ preventScroll: true });
  }
  turn(store.state);
  store.subscribe((state, before) => {
    if (changed(state, before, "tab", "large")) turn(state);
  });
  return { element: h("div", { class: "layout" }, map.element, side), dispose: readout.dispose };
}
