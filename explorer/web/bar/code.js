// "Copy code": the lines of Python that make the very picture on the screen.

import { h } from "../ui/dom.js";
import { createPopover } from "../ui/popover.js";
import { placeOf } from "../state.js";

const COPIED = "Copied. These lines make exactly this picture in Python.";
const BY_HAND = "The browser does not let a page copy. The lines are selected: press Ctrl+C, or ⌘C on a Mac.";

/** @param {import("../mount.js").Desk} desk */
export function createCode({ store }) {
  const lines = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "python", readonly: "", wrap: "off", spellcheck: "false", "aria-label": "Python code of this picture" }));
  const word = h("p", { class: "word", role: "status" });
  const { element } = createPopover("</>", "Copy the Python code of this picture", word, lines);
  element.classList.add("code");

  async function copy() {
    if (!element.open) return;
    lines.value = codeOf(store.state.model, placeOf(store.state));
    lines.rows = lines.value.split("\n").length - 1;
    const copied = await write(lines.value);
    word.textContent = copied ? COPIED : BY_HAND;
    if (copied) return;
    lines.focus();
    lines.select();
  }
  element.addEventListener("toggle", copy);
  return { element };
}

/** @returns {Promise<boolean>} whether it is on the clipboard */
function write(text) {
  const clipboard = navigator.clipboard; // missing where a page did not come over https
  return clipboard ? clipboard.writeText(text).then(() => true, () => false) : Promise.resolve(false); // prettier-ignore
}

/** @param {{name: string, shape: number[]}} model @param {import("../state.js").Place} place @returns {string} */
function codeOf({ name, shape }, { z, label }) {
  const told = label === null ? "" : `, torch.tensor([${label}])`;
  return [
    "import torch",
    "from explorer import checkpoint, places",
    "",
    `model = checkpoint.find(${JSON.stringify(name)}, places.models_dir(), places.gallery_dir()).model()`,
    `z = torch.tensor([[${z.map(float).join(", ")}]])`,
    `picture = model.picture(z${told})  # (1, ${shape.join(", ")}) in [0, 1]`,
    "",
  ].join("\n");
}

/** The decoder sees a float32, and nine digits tell it from all others; the point keeps torch from making it a whole number. */
function float(value) {
  const text = String(Number(Math.fround(value).toPrecision(9)));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
