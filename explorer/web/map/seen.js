// Which part of the map is seen: all of it, or what a link, a pan or a zoom made of that; the link hears of it at rest.

import { choose } from "../state.js";
import { boundsOf } from "./viewport.js";

const REST_MS = 200; // after the last pan or zoom: then the link may know of it

/**
 * @param {ReturnType<import("../state.js").createStore>} store
 * @param {ReturnType<import("./viewport.js").createViewport>} viewport
 * @param {() => void} moved   another part is seen
 */
export function createSeen(store, viewport, moved) {
  let map = null;
  let seen = null; // the choice `view` that the viewport shows
  let resting = 0; // the timer that runs since a person has panned or zoomed

  /** The whole map or the chosen part of it, and again whenever the view is resized. */
  function fit() {
    clearTimeout(resting);
    resting = 0;
    seen = store.state.view;
    if (map) viewport.fit(boundsOf(map.xy));
    if (map && seen) viewport.look(seen);
  }

  /** The link learns which part of the map is seen once the hand rests: a pan must cost nothing. */
  function keep() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = 0;
      seen = viewport.where();
      choose(store, { view: seen });
    }, REST_MS);
    moved();
  }

  store.subscribe((state, before) => {
    if (state.view === before.view || state.view === seen) return;
    fit();
    moved();
  });

  return {
    /** @param {import("../latent/plane.js").PlaneMap | null} next */
    turn(next) {
      map = next;
      fit();
    },
    resize(width, height) {
      viewport.resize(width, height);
      if (!resting) fit();
      moved();
    },
    pan(dx, dy) {
      viewport.pan(dx, dy);
      keep();
    },
    /** @param {number} factor @param {[number, number]} at   this place stays where it is, in pixels */
    zoom(factor, [x, y]) {
      viewport.zoom(factor, x, y);
      keep();
    },
    whole() {
      if (store.state.view) choose(store, { view: null });
      fit();
      moved();
    },
    dispose: () => clearTimeout(resting),
  };
}
