// The picture as large as the window allows: it moves into a dialog, and with it everything that it can do.

import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

/**
 * @param {import("../mount.js").Desk} desk @param {HTMLCanvasElement} canvas a double click on it zooms too
 * @param {() => HTMLElement} viewOf what moves into the dialog, and comes back in front of its neighbours
 */
export function createZoom({ root }, canvas, viewOf) {
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "zoomed", "aria-label": "The picture, large" }));
  const opener = button(icon("zoom"), "Zoom (Escape closes)", toggle);
  let home = null; // where the view stood

  function toggle() {
    if (dialog.open) return dialog.close();
    const view = viewOf();
    home = view.parentElement;
    root.append(dialog);
    dialog.append(view);
    dialog.showModal();
    canvas.focus({ preventScroll: true });
    opener.setAttribute("aria-pressed", "true");
  }

  dialog.addEventListener("close", () => {
    home.prepend(viewOf());
    dialog.remove();
    opener.setAttribute("aria-pressed", "false");
    opener.focus({ preventScroll: true });
  });
  canvas.addEventListener("dblclick", toggle);
  return { button: opener };
}
