// The keys that work wherever the focus is, but where somebody types.

/** @param {import("./mount.js").Desk} desk @returns {() => void} stops listening */
export function listenToKeys({ root, history }) {
  const press = (event) => {
    if (event.target.closest?.("input[type=number], input[type=text], select, textarea")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      if (event.shiftKey ? history.redo(event) : history.undo(event)) event.preventDefault();
    }
  };
  root.addEventListener("keydown", press);
  return () => root.removeEventListener("keydown", press);
}
