// A list that acts when something was chosen: a key that only leafs through it waits for Enter, or for the focus to leave.

/** @param {HTMLSelectElement} list @param {(event: Event) => void} act */
export function onChosen(list, act) {
  let [leafing, waiting] = [false, false]; // by keys, each of which is a change already
  const go = (event) => {
    waiting = false;
    act(event);
  };
  list.addEventListener("pointerdown", () => (leafing = false));
  list.addEventListener("keydown", (event) => {
    leafing = event.key !== "Enter" && event.key !== " ";
    if (event.key !== "Enter" || !waiting) return;
    event.preventDefault();
    go(event);
  });
  list.addEventListener("change", (event) => (leafing ? (waiting = true) : go(event)));
  list.addEventListener("blur", (event) => waiting && go(event));
}
