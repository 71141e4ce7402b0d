// The small buttons of a slider: play, lock, and take away.

import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

const HELD = "held: random draws, the map and the picture leave it as it is";

/**
 * @param {import("./banks.js").Way} way
 * @param {{play: (event: Event) => void, lock: (event: Event) => void, remove: (event: Event) => void}} press
 */
export function createButtons({ title, k, removable, blocked }, press) {
  const play = key("play", press.play);
  const lock = k === null ? null : key("lock", press.lock);
  const remove = removable ? key("remove", press.remove) : null;
  const element = h("span", { class: "keys" }, ...[play, lock, remove].filter(Boolean));
  if (remove) face(remove, "remove", `Remove ${title}`, "Take this direction away");
  play.toggleAttribute("disabled", Boolean(blocked));

  return {
    element,
    /** @param {{locked: boolean, playing: boolean}} on */
    mark({ locked, playing }) {
      if (playing) face(play, "pause", `Stop ${title}`, "Stop (Escape)", true);
      else face(play, "play", `Play ${title}`, "Play: walk to and fro between the ends", false);
      if (lock && locked) face(lock, "held", `Lock ${title}`, `${title} is ${HELD}`, true);
      else if (lock) face(lock, "open", `Lock ${title}`, `Lock ${title}: it is then ${HELD}`, false);
    },
  };
}

function key(kind, press) {
  const element = h("button", { type: "button", class: `key key-${kind}` });
  element.addEventListener("click", press);
  return element;
}

function face(element, sign, label, title, on) {
  if (element.title === title) return;
  element.replaceChildren(icon(sign));
  element.setAttribute("aria-label", label);
  element.setAttribute("title", title);
  if (on !== undefined) element.setAttribute("aria-pressed", String(on));
}
