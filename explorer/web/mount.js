// The door of the live view: mount(element, data, send) draws it once, and later calls bring it up to date.

import { createClasses } from "./classes.js";
import { createDecoder } from "./decoder.js";
import { h } from "./dom.js";
import { fetchLatents } from "./latents.js";
import { arrive, keyOf, readLink } from "./link.js";
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
 * @property {number} classes                 that the decoder is told; 0: it is told none
 * @property {{z: number[]}} preview          preview.png is the decoded picture of this z
 * @property {boolean} stochastic             false: a plain autoencoder, it has codes only
 * @property {boolean} decoder                false: there is no decoder.onnx, and `note` says why
 * @property {string} [note]
 */

/**
 * @typedef {object} Data
 * @property {Model} model
 * @property {{module: string, wasm: string}} runtime
 * @property {import("./link.js").Link} link   where to start, or where to go; {}: the usual place
 */

/**
 * @param {HTMLElement | ShadowRoot} element
 * @param {Data} data
 * @param {(link: import("./link.js").Link) => void} send   hears of settled state only
 * @returns {() => void} takes the view away again
 */
export function mount(element, data, send) {
  element[LIVE] ??= createLive(element, () => delete element[LIVE]);
  element[LIVE].update(data, send);
  return element[LIVE].dispose;
}

function createLive(element, gone) {
  const store = createStore({ model: null, latents: null, map: null, z: [], label: null, source: null });
  const [picture, classes] = [createPicture(), createClasses(store)];
  const [sliders, map] = [createSliders(store), createMapView(store)];
  const side = h("section", { class: "side" }, picture.element, classes.element, sliders.element);
  const complaint = h("p", { class: "complaint", role: "status" });
  const root = h("div", { class: "explorer" }, complaint, h("div", { class: "layout" }, map.element, side));
  const decoder = createDecoder(paint, (error) => lose(`The decoder stopped: ${error.message}.`));
  let [given, tell] = ["", (_link) => {}];
  let painted = null; // the z and the class whose picture is on the canvas
  let model = null; // the model that is loaded or being loaded; newer than the store's only inside `load`
  let lost = ""; // why no picture can be painted, if so

  function paint({ pixels, z, label, decodeMs, runs, event }) {
    picture.paint(pixels, store.state.model.shape);
    painted = { z, label };
    lost = "";
    picture.say("");
    const inputToPaintMs = event ? performance.now() - event.timeStamp : null;
    const detail = { z, label, decodeMs, inputToPaintMs, runs };
    root.dispatchEvent(new CustomEvent("explorer:painted", { detail, bubbles: true, composed: true }));
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
    picture.caption(...captionOf(state));
  }

  function request(state, event) {
    if (isWhole(state)) decoder.request(state, event);
  }

  store.subscribe((state, before, { event }) => {
    if (state.z === before.z && state.label === before.label && state.source === before.source) return;
    if (root.dataset.ready === "true") request(state, event);
    else refresh(state);
    picture.caption(...captionOf(state));
  });

  // --- a model: everything that can be fetched is fetched at the same time

  function load({ model: next, runtime, link }) {
    model = next;
    lost = "";
    root.dataset.ready = "false";
    settling.forget();
    const { wrong, ...asked } = readLink(link, model);
    complaint.textContent = wrong.join(" ");
    painted = null;
    store.set({ model, latents: null, ...asked, source: null }, { by: "host" });
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
      if (painted && !isWhole({ model, ...painted })) painted = { ...painted, label: classOfPreview(mine, latents) };
      const { wrong, ...found } = arrive(store.state, latents, mine.classes);
      store.set({ latents, ...found }, { by: "host" });
      complain(wrong);
      map.say(latents.maps.length ? "" : "This model has no map.");
    } catch (error) {
      if (mine !== model) return;
      map.say(`The map cannot be shown: ${error.message}.`);
      if (!isWhole(store.state)) store.set({ label: 0 }, { by: "host" }); // nobody else will name a class
    }
  }

  function complain(wrong) {
    complaint.textContent = [complaint.textContent, ...wrong].filter(Boolean).join(" ");
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

  async function loadDecoder(mine, runtime) {
    if (!mine.decoder) {
      decoder.close();
      return lose(mine.note ?? "This model comes without a decoder, so no picture can be painted.");
    }
    try {
      if (!(await decoder.open(mine, runtime))) return;
      root.dataset.ready = "true";
      picture.say("");
      request(store.state);
    } catch (error) {
      if (mine === model) lose(`No picture can be painted, because the decoder did not start: ${error.message}.`);
    }
  }

  function go(link) {
    const { model, latents, label } = store.state;
    const { wrong, ...asked } = readLink(link, model);
    const unread = { source: null, label: asked.label ?? label };
    const { wrong: more = [], ...found } = latents ? arrive(asked, latents, model.classes) : unread;
    settling.forget();
    complaint.textContent = "";
    complain([...wrong, ...more]);
    store.set({ ...asked, ...found }, { by: "host" });
  }

  const settling = createSettling(root, store, (link) => {
    complaint.textContent = ""; // the link that it spoke of is no more
    tell(link);
  });
  reveal(root, element);

  return {
    update(data, send) {
      tell = send;
      const link = keyOf(data.link);
      const [fresh, moved] = [data.model.url !== model?.url, link !== given];
      given = link;
      if (fresh) load(data);
      else if (moved && !settling.isEcho(data.link)) go(data.link);
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

function captionOf({ model, latents, label: told, source }) {
  const painted = told === null ? "" : `, painted as ${latents?.nameOf(told) ?? told}`;
  if (source === null || !latents) return [h("b", { class: "of-z" }, "z"), " chosen by hand", painted];
  const label = latents.labelOf(source);
  const mean = model.stochastic ? [h("b", { class: "of-z" }, "z"), " = ", h("b", { class: "of-mu" }, "μ"), " of "] : ["The code of "];
  return [...mean, `example ${source}`, label === null ? "" : `, class ${label}`, told === latents.classOf(source) ? "" : painted];
}
