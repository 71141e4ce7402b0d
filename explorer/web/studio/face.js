// What the decoder of a moment makes of z, in this browser: the moment that is seen, or the newest one before it.

import { createDecoder } from "../engine/decoder.js";
import { drawPicture } from "../picture/pixels.js";
import { h } from "../ui/dom.js";
import { createPour } from "./pour.js";

const AGAIN_MS = 800; // before the next try, where one failed

/**
 * @param {import("./feed.js").Feed} feed @param {import("./reel.js").Reel} reel
 * @param {import("../engine/runtime.js").Runtime} runtime
 */
export function createFace(feed, reel, runtime) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "painted", role: "img", "aria-label": "The decoded picture of z" }));
  const said = h("p", { class: "veil", role: "status" });
  const element = h("div", { class: "easel" }, canvas, said);
  const decoder = createDecoder(paint, (error) => (said.textContent = `The decoder stopped: ${error.message}.`));
  const pour = createPour(feed);
  let wish = null; // {z, label}
  let [opened, busy, timer] = ["", false, 0]; // the moment whose decoder is open; another one is being opened

  function paint({ pixels }) {
    drawPicture(canvas, pixels, reel.stage.shape);
    element.dataset.step = opened.split("-")[0];
    said.textContent = "";
  }

  function follow() {
    const moment = reel.stage && reel.decodable;
    const { version, words } = feed.state.mould;
    if (!version) return opened || (said.textContent = words);
    if (!moment || busy || moment.join("-") === opened) return; // a scrubber that still moves asks for one at a time
    clearTimeout(timer);
    open(moment);
  }

  async function open(moment) {
    const key = moment.join("-");
    const { d, shape, classes, labelNames } = reel.stage;
    busy = true;
    try {
      const url = `${feed.url}/moments/${key}/`;
      const model = { url, read: () => pour(url), latent: d, shape, classes: classes ? labelNames.length : 0 };
      if (!(await decoder.open(model, runtime))) return;
      opened = key;
      if (wish) decoder.request(wish);
    } catch (error) {
      said.textContent = `No picture can be painted: ${error.message.replace(/\.$/, "")}.`;
      timer = setTimeout(follow, AGAIN_MS);
    } finally {
      busy = false;
    }
    if (opened === key) follow();
  }

  const leaving = [reel.subscribe(follow), feed.subscribe((state, before) => (state.moments !== before.moments || state.mould !== before.mould) && follow())];
  follow();
  return {
    element,
    /** @param {number[]} z @param {number | null} label @param {Event} [event] */
    show(z, label, event) {
      wish = { z, label };
      decoder.request(wish, event);
    },
    dispose() {
      clearTimeout(timer);
      decoder.dispose();
      for (const leave of leaving) leave();
    },
  };
}
