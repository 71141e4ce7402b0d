// The door of the live view: mount(element, data, send) draws it once, and later calls bring it up to date.

import { createDecoder } from "./decoder.js";
import { h } from "./dom.js";
import { fetchLatents, findExample } from "./latents.js";
import { createMapView } from "./map.js";
import { createPicture } from "./picture.js";
import { createSettling } from "./settle.js";
import { createSliders } from "./sliders.js";
import { createStore } from "./state.js";

const LIVE = Symbol.for("explorer.live"); // on the element, so that a second copy of this module finds it too

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {string} url                     a folder, ends in "/"
 * @property {number} latent
 * @property {[number, number, number]} shape c, h, w
 * @property {{z: number[]}} preview          preview.png is the decoded picture of this z
 * @property {boolean} stochastic             false: a plain autoencoder, it has codes only
 * @property {boolean} decoder                false: there is no decoder.onnx, and `note` says why
 * @property {string} [note]
 */

/**
 * @typedef {object} Data
 * @property {Model} model
 * @property {{module: string, wasm: string}} runtime
 * @property {{map: string | null, z: number[] | null}} view   where to start, or where to go
 */

/**
 * @param {HTMLElement | ShadowRoot} element
 * @param {Data} data
 * @param {(view: import("./settle.js").View) => void} send   hears of settled state only
 * @returns {() => void} takes the view away again
 */
export function mount(element, data, send) {
  element[LIVE] ??= createLive(element, () => delete element[LIVE]);
  element[LIVE].update(data, send);
  return element[LIVE].dispose;
}

function createLive(element, gone) {
  const store = createStore({ model: null, latents: null, map: null, z: [], source: null });
  const [picture, sliders, map] = [createPicture(), createSliders(store), createMapView(store)];
  const side = h("section", { class: "side" }, picture.element, sliders.element);
  const root = h("div", { class: "explorer" }, h("div", { class: "layout" }, map.element, side));
  const decoder = createDecoder(paint, (error) => lose(`The decoder stopped: ${error.message}.`));
  let [given, tell] = ["", (_view) => {}];
  let painted = null; // the z whose picture is on the canvas
  let model = null; // the model that is loaded or being loaded; newer than the store's only inside `load`
  let lost = ""; // why no picture can be painted, if so

  function paint({ pixels, z, decodeMs, runs, event }) {
    picture.paint(pixels, store.state.model.shape);
    painted = z;
    lost = "";
    picture.say("");
    const inputToPaintMs = event ? performance.now() - event.timeStamp : null;
    const detail = { z, decodeMs, inputToPaintMs, runs };
    root.dispatchEvent(new CustomEvent("explorer:painted", { detail, bubbles: true, composed: true }));
  }

  function lose(sentence) {
    lost = sentence;
    refresh(store.state);
  }

  /** Says what the canvas shows; a picture of another z must not pass for the picture of this one. */
  function refresh(state) {
    const right = painted !== null && String(painted) === String(state.z);
    if (!right) picture.outdated();
    else if (picture.element.dataset.state === "outdated") picture.element.dataset.state = "preview";
    const ready = root.dataset.ready === "true";
    picture.say(lost || (right || ready ? "" : "The decoder is starting …"));
    picture.caption(...captionOf(state));
  }

  store.subscribe((state, before, { event }) => {
    if (state.z === before.z && state.source === before.source) return;
    if (root.dataset.ready === "true") decoder.request(state.z, event);
    else refresh(state);
    picture.caption(...captionOf(state));
  });

  // --- a model: everything that can be fetched is fetched at the same time

  function load({ model: next, runtime, view }) {
    model = next;
    lost = "";
    root.dataset.ready = "false";
    settling.forget();
    store.set({ model, latents: null, map: view.map, z: startOf(model, view), source: null }, { by: "host" });
    painted = null;
    map.say("Reading the map …");
    refresh(store.state);
    loadLatents(model);
    loadPreview(model);
    loadDecoder(model, runtime);
  }

  async function loadLatents(mine) {
    try {
      const latents = await fetchLatents(`${mine.url}latents.safetensors`, mine.latent);
      if (mine !== model) return;
      const { z, map: wanted } = store.state;
      store.set({ latents, map: mapOf(latents, wanted), source: findExample(latents, z) }, { by: "host" });
      map.say(latents.maps.length ? "" : "This model has no map.");
    } catch (error) {
      if (mine === model) map.say(`The map cannot be shown: ${error.message}.`);
    }
  }

  async function loadPreview(mine) {
    const image = new Image();
    image.src = `${mine.url}preview.png`;
    const there = await image.decode().then(() => true, () => false); // prettier-ignore
    const wanted = there && mine === model && String(store.state.z) === String(mine.preview.z);
    if (!wanted || root.dataset.ready === "true") return;
    picture.preview(image, mine.shape);
    painted = store.state.z;
    refresh(store.state);
  }

  async function loadDecoder(mine, runtime) {
    if (!mine.decoder) {
      decoder.close();
      return lose(mine.note ?? "This model comes without a decoder, so no picture can be painted.");
    }
    try {
      if (!(await decoder.open(mine, runtime))) return;
      root.dataset.ready = "true";
      picture.say("");
      decoder.request(store.state.z);
    } catch (error) {
      if (mine === model) lose(`No picture can be painted, because the decoder did not start: ${error.message}.`);
    }
  }

  function go(view) {
    const { model, latents, map: old } = store.state;
    const map = latents ? mapOf(latents, view.map) : view.map || old;
    const z = startOf(model, view);
    settling.forget();
    store.set({ z, map, source: latents && findExample(latents, z) }, { by: "host" });
  }

  const settling = createSettling(root, store, (view) => tell(view));
  reveal(root, element);

  return {
    update(data, send) {
      tell = send;
      const view = JSON.stringify(data.view);
      const [fresh, moved] = [data.model.url !== model?.url, view !== given];
      given = view;
      if (fresh) load(data);
      else if (moved && !settling.isEcho(data.view)) go(data.view);
    },
    dispose() {
      model = null;
      settling.dispose();
      decoder.dispose();
      map.dispose();
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

/** The map that is asked for, or the first: what a link without a map means. */
function mapOf({ maps }, wanted) {
  return maps.some(({ name }) => name === wanted) ? wanted : (maps[0]?.name ?? null);
}

function startOf({ latent, preview }, { z }) {
  const usable = Array.isArray(z) && z.length === latent && z.every(Number.isFinite);
  return Array.from(usable ? z : preview.z);
}

function captionOf({ model, latents, source }) {
  if (source === null || !latents) return [h("b", { class: "of-z" }, "z"), " chosen by hand"];
  const label = latents.labelOf(source);
  const mean = model.stochastic ? [h("b", { class: "of-z" }, "z"), " = ", h("b", { class: "of-mu" }, "μ"), " of "] : ["The code of "];
  return [...mean, `example ${source}`, label === null ? "" : `, class ${label}`];
}
