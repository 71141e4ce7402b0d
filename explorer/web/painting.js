// The picture of z on its canvas: asked of the decoder in the same event, and until it is there, no other passes for it.

import { createDecoder } from "./engine/decoder.js";
import { changed, isTold } from "./state.js";

const NO_DECODER = "This model comes without a decoder, so no picture can be painted.";

/**
 * @param {HTMLElement} root   its dataset tells whether a decoder is ready, and which
 * @param {ReturnType<import("./state.js").createStore>} store
 * @param {ReturnType<import("./picture/picture.js").createPicture>} picture
 */
export function createPainting(root, store, picture) {
  const decoder = createDecoder(paint, (error) => lose("The decoder stopped, so no picture can be painted: reload the page to try again.", error.message));
  let painted = null; // the z and the class whose picture is on the canvas
  let lost = null; // {sentence, detail}: why no picture can be painted, if so
  const isReady = () => root.dataset.ready === "true";

  function paint({ pixels, z, label, decodeMs, runs, event }) {
    picture.paint(pixels, store.state.model.shape);
    painted = { z, label };
    lost = null;
    picture.say("");
    const inputToPaintMs = event ? performance.now() - event.timeStamp : null;
    const detail = { z, label, pixels, decodeMs, inputToPaintMs, runs };
    root.dispatchEvent(new CustomEvent("explorer:painted", { detail, bubbles: true, composed: true }));
  }

  /** @param {string} sentence @param {string} [detail]   in the words of a library */
  function lose(sentence, detail = "") {
    lost = { sentence, detail };
    refresh(store.state);
  }

  /** Says what the canvas shows; a picture of another z must not pass for the picture of this one. */
  function refresh(state) {
    const right = painted !== null && sameWish(painted, state);
    if (!right) picture.outdated();
    else if (picture.element.dataset.state === "outdated") picture.element.dataset.state = "preview";
    if (lost) picture.fail(lost);
    else picture.say(right || isReady() ? "" : "The decoder is starting …");
  }

  function request(state, event) {
    if (isTold(state)) decoder.request(state, event);
  }

  store.subscribe((state, before, { event }) => {
    if (!changed(state, before, "z", "label", "source")) return;
    if (isReady()) request(state, event);
    else refresh(state);
  });

  return {
    /** Another model: nothing is painted, and no decoder is ready. */
    forget() {
      root.dataset.ready = "false";
      [painted, lost] = [null, null];
    },
    refresh: () => refresh(store.state),
    /** A picture that came with the model, for as long as there is none of the decoder. @param {HTMLImageElement} image @param {import("./engine/decoder.js").Wish} of */
    preview(image, of) {
      if (isReady() || !sameWish(of, store.state)) return;
      picture.preview(image, store.state.model.shape);
      painted = of;
      refresh(store.state);
    },
    /** The class of what is on the canvas, where nobody knew it until now. @param {number | null} label */
    learn(label) {
      if (painted?.label === null) painted = { ...painted, label };
    },
    /**
     * Starts the decoder of a model.
     * @param {import("./mount.js").Model} model @param {import("./engine/runtime.js").Runtime} runtime
     * @returns {Promise<{why?: string} | null>}   null: there is none; why: a sentence on what it is instead of the usual one
     */
    async open(model, runtime) {
      if (!model.decoder) {
        decoder.close();
        lose(model.note ?? NO_DECODER);
        return null;
      }
      try {
        const session = await decoder.open(model, runtime);
        if (!session) return null;
        root.dataset.ready = "true";
        root.dataset.decoder = session.where;
        picture.say("");
        request(store.state);
        return session;
      } catch (error) {
        if (model === store.state.model) lose(`No picture can be painted: ${error.message}. Reload the page to try again.`, error.cause?.message);
        return null;
      }
    },
    dispose: () => decoder.dispose(),
  };
}

/** Do two wishes ask the decoder for the same picture? */
function sameWish(one, other) {
  return one.label === other.label && String(one.z) === String(other.z);
}
