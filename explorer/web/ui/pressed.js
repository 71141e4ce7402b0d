// Which pointers are pressed: they are pressed inside of the view, and may be lifted anywhere.

/**
 * @param {HTMLElement} root
 * @param {{press?: () => void, lift: () => void}} hear   after a pointer was pressed, and after one was lifted
 */
export function createPressed(root, { press = () => {}, lift }) {
  const down = new Set();
  const heard = [
    [root, "pointerdown", (event) => (down.add(event.pointerId), press())],
    [window, "pointerup", (event) => (down.delete(event.pointerId), lift())],
    [window, "pointercancel", (event) => (down.delete(event.pointerId), lift())],
    [window, "blur", () => (down.clear(), lift())], // a window that loses the focus never hears the release
  ];
  for (const [where, what, act] of heard) where.addEventListener(what, act, true);
  return {
    get any() {
      return down.size > 0;
    },
    dispose() {
      for (const [where, what, act] of heard) where.removeEventListener(what, act, true);
    },
  };
}
