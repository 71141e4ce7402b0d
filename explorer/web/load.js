// A model: everything of it that can be fetched is fetched at the same time, and what comes too late is dropped.

import { fetchLatents } from "./latent/latents.js";
import { arrive, readLink } from "./link.js";
import { isTold } from "./state.js";

/**
 * @param {import("./mount.js").Desk} desk
 * @param {object} parts   that hear of what has come
 * @param {ReturnType<import("./map/map.js").createMapView>} parts.map
 * @param {ReturnType<import("./painting.js").createPainting>} parts.painting
 * @param {ReturnType<import("./engine/background.js").createBackground>} parts.background
 * @param {ReturnType<import("./notices.js").createNotices>} parts.notices
 */
export function createLoader({ store, history }, { map, painting, background, notices }) {
  let model = null; // that is loaded or being loaded; newer than the store's only inside `load`

  /** @param {import("./mount.js").Data} data */
  function load({ model: next, runtime: given, link }) {
    model = { ...next, url: absolute(next.url) };
    const runtime = { module: absolute(given.module), wasm: absolute(given.wasm) };
    painting.forget();
    history.forget();
    background.close();
    const { wrong, ...asked } = readLink(link, model);
    notices.forget();
    notices.complain(...wrong);
    store.set({ model, latents: null, latentsFailed: false, home: null, ...asked }, { by: "host" });
    map.say("Reading the map …");
    painting.refresh();
    loadPreview(model);
    const both = [loadLatents(model), loadDecoder(model, runtime)];
    loadBackground(model, runtime, both);
  }

  async function loadLatents(mine) {
    try {
      const latents = await fetchLatents(`${mine.url}latents.safetensors`, mine.latent);
      if (mine !== model) return;
      painting.learn(classOfPreview(mine, latents));
      const { wrong, ...found } = arrive(store.state, latents, mine);
      store.set({ latents, ...found }, { by: "host" });
      history.keep();
      notices.complain(...wrong);
      map.say(latents.maps.length ? "" : "This model has no map.");
    } catch (error) {
      if (mine !== model) return;
      map.say(`The map cannot be shown: ${error.message}.`);
      const label = isTold(store.state) ? store.state.label : 0; // nobody else will name a class
      store.set({ latentsFailed: true, label }, { by: "host" });
      history.keep();
    }
  }

  async function loadPreview(mine) {
    const image = new Image();
    image.src = `${mine.url}preview.png`;
    const there = await image.decode().then(() => true, () => false); // prettier-ignore
    if (!there || mine !== model) return;
    const { latents } = store.state;
    painting.preview(image, { z: mine.preview.z, label: latents && classOfPreview(mine, latents) });
  }

  /** @returns {Promise<boolean>} whether there is one */
  async function loadDecoder(mine, runtime) {
    const session = await painting.open(mine, runtime);
    if (session) notices.remark(session.why ?? "");
    return session !== null;
  }

  /** The worker comes last: it must not take the processor from the first picture. */
  async function loadBackground(mine, runtime, both) {
    const [, decodes] = await Promise.all(both);
    if (mine === model) background.open(mine, decodes ? runtime : null, store.state.latents);
  }

  return {
    load,
    /** Is it of this very model that all is loaded, or being loaded? @param {import("./mount.js").Model} other */
    has: (other) => absolute(other.url) === model?.url,
    dispose() {
      model = null;
    },
  };
}

const absolute = (url) => new URL(url, document.baseURI).href;

/** preview.png is of the first example, and so of its class. */
function classOfPreview({ classes }, latents) {
  return classes ? latents.classOf(0) : null;
}
