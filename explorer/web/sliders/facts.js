// What a card tells of a slider: what it does to the pictures and where, in a sentence and a picture, then the figures: how much it tells the decoder, what labels it follows.

import { decodePlaces } from "../engine/places.js";
import { isUnused, klPerDimension } from "../latent/activity.js";
import { correlation, correlationRatio, effectOf, pairsAlong, someOf, valuesAlong } from "../latent/effect.js";
import { placeOfExample } from "../latent/latents.js";
import { rangeOf } from "../latent/ranges.js";
import { fillSigned, LESS, limitFor, MORE } from "../picture/difference.js";
import { drawPixels } from "../picture/pixels.js";
import { changed } from "../state.js";
import { h } from "../ui/dom.js";
import { createSharedPanel } from "../ui/popover.js";
import { percent, written } from "../ui/words.js";

const PRIORITY = 7;
const [STRONG, WEAK, NOTHING] = [0.02, 0.005, 0.001]; // mean change of a pixel, for one sigma

/** @param {import("../mount.js").Desk} desk */
export function createFacts({ store, lane }) {
  const work = lane(PRIORITY);
  const element = h("div", { class: "popover dimension", popover: "manual", role: "dialog" });
  const known = new WeakMap(); // latents -> {a way’s step: effect}
  const panel = createSharedPanel(element, () => {
    shown = null;
    work.drop();
  });
  let shown = null; // the row it tells of

  function open(row, button) {
    const again = shown === row;
    panel.close();
    if (again) return;
    shown = row;
    element.setAttribute("aria-label", `What ${row.way.title} does`);
    const { content, fill } = contentOf(row.way);
    element.replaceChildren(...content);
    fill();
    panel.open(button);
  }

  /** What the card holds at once, and what fills in the rest once it is there. */
  function contentOf(way) {
    const { state } = store;
    const heading = h("h3", {}, ...way.face.map((each) => each.cloneNode?.(true) ?? each), way.k === null ? ` · ${way.title}` : "");
    const nothing = way.blocked || (state.latents ? "" : "The encoded examples are not here, so nothing is known of it.");
    if (nothing) return { content: [heading, h("p", {}, nothing)], fill() {} };
    const range = rangeOf(state.latents, way.line, state.model.stochastic, "data");
    const effect = h("div", { class: "effect" }, h("p", {}, "Decoding a few examples …"));
    const size = h("div", { class: "fact" });
    const facts = [...klFact(way, state), ["Data", `${written(range.average)} ± ${written(range.sigma)}`, "mean and sigma of the encoded data along it"], ...labelFacts(way.line, state.latents)];
    const list = h("dl", {}, size, ...facts.map((fact) => h("div", { class: "fact" }, ...factOf(fact))));
    return { content: [heading, effect, h("p", {}, way.about), list], fill: () => showEffect(way, state, range.sigma, effect, size) };
  }

  async function showEffect({ line }, state, sigma, into, size) {
    const { model, latents } = state;
    const found = (known.has(latents) ? known : known.set(latents, new Map())).get(latents);
    const key = String(line.step); // the same title may lead elsewhere by now: at right angles, or between other members
    if (!found.has(key)) {
      const examples = someOf(latents.n).map((index) => placeOfExample(state, index));
      const pictures = await decodePlaces(work, pairsAlong(examples, line, sigma));
      if (pictures) found.set(key, effectOf(pictures, examples.length, model.shape[0]));
    }
    if (!into.isConnected) return;
    const effect = found.get(key);
    into.replaceChildren(...(effect ? effectFace(effect, model.shape) : [h("p", {}, "This model cannot be decoded here, so what it does to the pictures is not known.")]));
    if (effect) size.replaceChildren(...factOf(["Effect", written(effect.size, 3), "mean change of a pixel (0 to 1) for each sigma"]));
    panel.place();
  }

  const leave = store.subscribe((state, before) => {
    if (changed(state, before, "model", "bank", "tab")) panel.close();
  });

  return {
    element,
    open,
    close: panel.close,
    dispose() {
      panel.close();
      leave();
    },
  };
}

function klFact({ k }, { model, latents }) {
  const kl = klPerDimension(model, latents);
  if (k === null || !kl) return [];
  const why = isUnused(kl[k])
    ? "nats: not used. Its posterior is the prior for every picture, so the decoder learnt to ignore it"
    : "nats: in use. So much it tells the decoder of a picture";
  return [["KL", written(kl[k]), why]];
}

function labelFacts(line, latents) {
  const values = valuesAlong(latents, line);
  const ratio = latents.labels && correlationRatio(values, latents.labels);
  const class_ = ratio === null ? [] : [["Labels η²", written(ratio), "of its variance lies between the classes: 0 none, 1 all of it (correlation ratio)"]];
  const factors = latents.factors ? latents.factorNames.map((name, f) => [name, correlation(values, latents.factors, latents.factorNames.length, f)]) : [];
  const told = factors.filter(([, r]) => r !== null).map(([name, r], i) => [name, written(r), i ? "" : "Pearson’s r with this known factor: −1 to 1, 0 none"]);
  return [...class_, ...told];
}

const factOf = ([name, value, help]) => [h("dt", {}, name), h("dd", {}, h("b", {}, value), ` ${help}`)];

/** The effect in a sentence. @param {number} size the mean change of a pixel, 0 to 1, for one sigma */
export function wordsOf(size) {
  if (size < NOTHING) return "Next to nothing: for each sigma a pixel changes by less than 0.1 %.";
  const strength = size >= STRONG ? "Strong" : size >= WEAK ? "Moderate" : "Weak";
  return `${strength}: for each sigma it changes a pixel by about ${percent(size, size < 0.0095 ? 1 : 0)} of the way from black to white, mostly here:`;
}

function effectFace({ size, where }, shape) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { role: "img", "aria-label": "Where in the picture it acts" }));
  const limit = limitFor(where);
  drawPixels(canvas, shape, (rgba) => fillSigned(rgba, where, limit));
  const key = (ink, words) => h("span", {}, h("i", { style: `background: rgb(${ink})` }), words);
  const words = h("div", {}, h("p", {}, wordsOf(size)), h("p", { class: "inks" }, key(MORE, "brighter there"), key(LESS, "darker"), `full colour: ${limit}`));
  return [words, canvas];
}
