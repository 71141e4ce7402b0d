// The door of the live view: mount(element, data, send) draws it once, and later calls bring it up to date.

import { createBeside } from "./beside/beside.js";
import { START } from "./choices.js";
import { createBackground } from "./engine/background.js";
import { createDecoder } from "./engine/decoder.js";
import { createHistory } from "./history.js";
import { listenToKeys } from "./keys.js";
import { fetchLatents } from "./latent/latents.js";
import { arrive, keyOf, readLink } from "./link.js";
import { createMapView } from "./map/map.js";
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
  const desk = { root, store, history, lane: background.lane, complain: (sentence) => complain([sentence]), busy: () => settling.busy() };
  const parts = { picture: createPicture(desk), sliders: createSliders(desk), map: createMapView(desk), beside: createBeside(desk) };
  const { picture, map } = parts;
  const screen = createScreen(desk, parts);
  const complaint = h("p", { class: "complaint", role: "status" });
  const loss = h("p", { class: "lasting", role: "status" }); // what is missing as long as this model is open
  const remark = h("p", { class: "aside", role: "status" }); // nothing is wrong, but a person should know
  root.append(complaint, loss, remark, screen.element);
  const decoder = createDecoder(paint, (error) => lose(`The decoder stopped: ${error.message}.`));
  let [given, tell] = ["", (_link, _word) => {}];
  let painted = null; // the z and the class whose picture is on the canvas
  let model = null; // the model that is loaded or being loaded; newer than the store's only inside `load`
  let lost = ""; // why no picture can be painted, if so

  function paint({ pixels, z, label, decodeMs, runs, event }) {
    picture.paint(pixels, store.state.model.shape);
    painted = { z, label };
    lost = "";
    picture.say("");
    const inputToPaintMs = event ? performance.now() - event.timeStamp : null;
    const detail = { z, label, pixels, decodeMs, inputToPaintMs, runs };
    root.dispatchEvent(new CustomEvent("explorer:painted", { detail, bubbles: true, composed: true }));
  }

  function stumble(error, lost) {
    const sentence = `Grids, strips and the search for near examples stand still: ${error.message}.`;
    if (lost) loss.textContent = `${sentence} Reload the page, or choose another model, to try again.`;
    else complain([sentence]);
  }

  function lose(sentence) {
    lost = sentence;
    refresh(store.state);
  }

  /** Says what the canvas shows; a picture of another z must not pass for the picture of this one. */
  function refresh(state) {
    const right = painted !== null && sameWish(painted, state);
    if (!right) picture.outdated();
    else if (picture.element.dataset.state === "outdated") picture.element.dataset.state = "preview";
    const ready = root.dataset.ready === "true";
    picture.say(lost || (right || ready ? "" : "The decoder is starting …"));
  }

  function request(state, event) {
    if (isWhole(state)) decoder.request(state, event);
  }

  store.subscribe((state, before, { event }) => {
    if (state.z === before.z && state.label === before.label && state.source === before.source) return;
    if (root.dataset.ready === "true") request(state, event);
    else refresh(state);
  });

  // --- a model: everything that can be fetched is fetched at the same time

  function load({ model: next, runtime: given, link }) {
    model = { ...next, url: absolute(next.url) };
    const runtime = { module: absolute(given.module), wasm: absolute(given.wasm) };
    lost = "";
    root.dataset.ready = "false";
    settling.forget();
    history.forget();
    background.close();
    const { wrong, ...asked } = readLink(link, model);
    complaint.textContent = wrong.join(" ");
    loss.textContent = remark.textContent = "";
    painted = null;
    store.set({ model, latents: null, latentsFailed: false, home: null, ...asked }, { by: "host" });
    map.say("Reading the map …");
    refresh(store.state);
    loadPreview(model);
    const both = [loadLatents(model), loadDecoder(model, runtime)];
    loadBackground(model, runtime, both);
  }

  async function loadLatents(mine) {
    try {
      const latents = await fetchLatents(`${mine.url}latents.safetensors`, mine.latent);
      if (mine !== model) return;
      if (painted && !isWhole({ model, ...painted })) painted = { ...painted, label: classOfPreview(mine, latents) };
      const { wrong, ...found } = arrive(store.state, latents, mine.classes);
      store.set({ latents, ...found }, { by: "host" });
      history.keep();
      complain(wrong);
      map.say(latents.maps.length ? "" : "This model has no map.");
    } catch (error) {
      if (mine !== model) return;
      map.say(`The map cannot be shown: ${error.message}.`);
      const label = isWhole(store.state) ? store.state.label : 0; // nobody else will name a class
      store.set({ latentsFailed: true, label }, { by: "host" });
      history.keep();
    }
  }

  function complain(wrong) {
    const said = complaint.textContent;
    complaint.textContent = [said, ...wrong.filter((sentence) => !said.includes(sentence))].filter(Boolean).join(" ");
  }

  async function loadPreview(mine) {
    const image = new Image();
    image.src = `${mine.url}preview.png`;
    const there = await image.decode().then(() => true, () => false); // prettier-ignore
    if (!there || mine !== model || root.dataset.ready === "true") return;
    const { z, label, latents } = store.state;
    const shown = { z: mine.preview.z, label: latents && classOfPreview(mine, latents) };
    if (!sameWish(shown, { z, label })) return;
    picture.preview(image, mine.shape);
    painted = shown;
    refresh(store.state);
  }

  /** @returns {Promise<boolean>} whether there is one */
  async function loadDecoder(mine, runtime) {
    if (!mine.decoder) {
      decoder.close();
      lose(mine.note ?? "This model comes without a decoder, so no picture can be painted.");
      return false;
    }
    try {
      const session = await decoder.open(mine, runtime);
      if (!session) return false;
      root.dataset.ready = "true";
      root.dataset.decoder = session.where;
      remark.textContent = session.why ?? "";
      picture.say("");
      request(store.state);
      return true;
    } catch (error) {
      if (mine === model) lose(`No picture can be painted, because the decoder did not start: ${error.message}.`);
      return false;
    }
  }

  /** The worker comes last: it must not take the processor from the first picture. */
  async function loadBackground(mine, runtime, both) {
    const [, decodes] = await Promise.all(both);
    if (mine === model) background.open(mine, decodes ? runtime : null, store.state.latents);
  }

  function go(link) {
    const { model, latents, latentsFailed, label } = store.state;
    const { wrong, ...asked } = readLink(link, model);
    const never = latentsFailed ? { source: null, drawn: false, label: asked.label ?? label } : {}; // else they will tell
    const { wrong: more = [], ...found } = latents ? arrive(asked, latents, model.classes) : never;
    settling.forget();
    complaint.textContent = "";
    complain([...wrong, ...more]);
    store.set({ ...asked, ...found, home: null }, { by: "host" });
    if (latents || latentsFailed) history.keep();
  }

  const settling = createSettling(root, store, history.keep, (link, word) => {
    complaint.textContent = ""; // the link that it spoke of is no more
    tell(link, word);
  });
  const deafen = listenToKeys(desk);
  reveal(root, element);

  return {
    update(data, send) {
      tell = send;
      const link = keyOf(data.link);
      const [fresh, moved] = [absolute(data.model.url) !== model?.url, link !== given];
      given = link;
      settling.goOn(data.heard);
      if (fresh) load(data);
      else if (moved && !settling.isEcho(data.link, data.heard)) go(data.link);
    },
    dispose() {
      model = null;
      deafen();
      settling.dispose();
      decoder.dispose();
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

const absolute = (url) => new URL(url, document.baseURI).href;

/** Is all known that the decoder is told? */
function isWhole({ model, label }) {
  return label !== null || !model.classes;
}

/** Do two wishes ask the decoder for the same picture? */
function sameWish(one, other) {
  return one.label === other.label && String(one.z) === String(other.z);
}

/** preview.png is of the first example, and so of its class. */
function classOfPreview({ classes }, latents) {
  return classes ? latents.classOf(0) : null;
}
