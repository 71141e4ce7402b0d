// The door of the live view: mount(element, data, send) draws it once, and later calls bring it up to date.

import { createBeside } from "./beside/beside.js";
import { START } from "./choices.js";
import { createBackground } from "./engine/background.js";
import { createHistory } from "./history.js";
import { listenToKeys } from "./keys.js";
import { arrive, keyOf, readLink } from "./link.js";
import { createLoader } from "./load.js";
import { createMapView } from "./map/map.js";
import { createNotices } from "./notices.js";
import { createPainting } from "./painting.js";
import { createPicture } from "./picture/picture.js";
import { createScreen } from "./screen.js";
import { createSettling } from "./settle.js";
import { createSliders } from "./sliders/sliders.js";
import { createStore } from "./state.js";
import { h } from "./ui/dom.js";
import { closeAll } from "./ui/popover.js";

const LIVE = Symbol.for("explorer.live"); // on the element, so that a second copy of this module finds it too

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {string} url                     a folder, ends in "/"
 * @property {number} latent
 * @property {[number, number, number]} shape c, h, w
 * @property {number} classes                 that the decoder is told; 0: it is told none
 * @property {{z: number[]}} preview          preview.png is the decoded picture of this z
 * @property {boolean} stochastic             false: a plain autoencoder, it has codes only
 * @property {boolean} decoder                false: there is no decoder.onnx, and `note` says why
 * @property {string} [note]
 * @property {(file: string) => Promise<Uint8Array>} [read]   its networks, where they come from elsewhere than `url`
 * @property {string} [originals]             a folder, ends in "/": the encoded pictures themselves, where they are at hand
 * @property {string} [remote]                a WebSocket that decodes, for a model that the browser cannot carry
 */

/**
 * @typedef {object} Data
 * @property {Model} model
 * @property {import("./engine/runtime.js").Runtime} runtime
 * @property {import("./link.js").Link} link   where to start, or where to go; {}: the usual place
 * @property {number} [heard]   the number of the last word of this view that the host has heard
 */

/**
 * What every part of the view is given.
 * @typedef {object} Desk
 * @property {HTMLElement} root
 * @property {ReturnType<typeof createStore>} store
 * @property {ReturnType<typeof createHistory>} history
 * @property {(priority: number) => import("./engine/background.js").Lane} lane   a lane of its own to the worker
 * @property {(sentence: string) => void} complain   something that was asked for is not there
 * @property {() => void} busy   z is on its way, though it does not move in this frame: the host is not told yet
 */

/**
 * @param {HTMLElement | ShadowRoot} element
 * @param {Data} data
 * @param {(link: import("./link.js").Link, word: number) => void} send   hears of settled state only
 * @returns {() => void} takes the view away again
 */
export function mount(element, data, send) {
  element[LIVE] ??= createLive(element, () => delete element[LIVE]);
  element[LIVE].update(data, send);
  return element[LIVE].dispose;
}

function createLive(element, gone) {
  const store = createStore({ model: null, latents: null, latentsFailed: false, map: null, z: [], label: null, source: null, drawn: false, how: "", home: null, ...START });
  const root = h("div", { class: "explorer", tabindex: -1 });
  const background = createBackground(stumble);
  const history = createHistory(store);
  const notices = createNotices();
  const desk = { root, store, history, lane: background.lane, complain: notices.complain, busy: () => settling.busy() };
  const parts = { picture: createPicture(desk), sliders: createSliders(desk), map: createMapView(desk), beside: createBeside(desk) };
  const screen = createScreen(desk, parts);
  root.append(screen.element, notices.element);
  const painting = createPainting(root, store, parts.picture);
  const loader = createLoader(desk, { map: parts.map, painting, background, notices });
  let [given, tell] = ["", (_link, _word) => {}];

  function stumble(error, lost) {
    const sentence = `Grids, strips and the search for near examples stand still: ${error.message}.`;
    if (lost) notices.lose(`${sentence} Reload the page, or choose another model, to try again.`);
    else notices.complain(sentence);
  }

  function go(link) {
    const { model, latents, latentsFailed, label } = store.state;
    const { wrong, ...asked } = readLink(link, model);
    const never = latentsFailed ? { source: null, drawn: false, label: asked.label ?? label } : {}; // else they will tell
    const { wrong: more = [], ...found } = latents ? arrive(asked, latents, model) : never;
    notices.hush();
    notices.complain(...wrong, ...more);
    store.set({ ...asked, ...found, home: null }, { by: "host" });
    if (latents || latentsFailed) history.keep();
  }

  const settling = createSettling(root, store, history.keep, (link, word) => {
    notices.hush(); // the link that it spoke of is no more
    tell(link, word);
  });
  const deafen = listenToKeys(desk);
  reveal(root, element);

  return {
    update(data, send) {
      tell = send;
      const link = keyOf(data.link);
      const [fresh, moved] = [!loader.has(data.model), link !== given];
      given = link;
      settling.goOn(data.heard);
      if (!fresh && (!moved || settling.isEcho(data.link, data.heard))) return;
      settling.forget();
      if (fresh) loader.load(data);
      else go(data.link);
    },
    dispose() {
      loader.dispose();
      deafen();
      settling.dispose();
      painting.dispose();
      background.dispose();
      closeAll(root);
      for (const part of [screen, ...Object.values(parts)]) part.dispose?.();
      root.remove();
      gone();
    },
  };
}

/** Shows the view only once its style has come: unstyled content must not flash. */
function reveal(root, element) {
  const style = h("link", { rel: "stylesheet", href: new URL("style.css", import.meta.url).href });
  root.style.visibility = "hidden";
  const show = () => (root.style.visibility = "");
  style.addEventListener("load", show);
  style.addEventListener("error", show); // ugly is better than nothing
  root.prepend(style);
  element.append(root);
}
