// A number that is shown, and that can be typed once it is clicked.

import { h } from "../ui/dom.js";
import { numberIn } from "../ui/words.js";

const AGAIN_MS = 500; // a double click that opened the field is meant for the slider, a later one for the words in it

/**
 * @param {string} name of what has this value @param {(value: number, event: Event) => void} commit
 */
export function createNumber(name, commit) {
  const button = h("button", { type: "button", class: "value", title: `Type a value for ${name}`, "aria-label": `Type a value for ${name}` });
  const field = /** @type {HTMLInputElement} */ (h("input", { type: "text", class: "typed", "aria-label": `Value of ${name}`, autocomplete: "off", hidden: "" }));
  const element = h("span", { class: "number" }, button);
  let opened = 0;

  function open() {
    opened = performance.now();
    field.value = button.textContent;
    element.append(field);
    field.removeAttribute("hidden");
    button.setAttribute("hidden", "");
    field.select();
  }

  /** It goes while it is closed: a row has one slider, and else no field. */
  function close() {
    if (!field.isConnected) return;
    const held = field.matches(":focus");
    button.removeAttribute("hidden");
    field.setAttribute("hidden", "");
    if (held) button.focus();
    field.remove();
  }

  function take(event) {
    const value = numberIn(field.value);
    if (field.value === button.textContent) return close();
    if (value !== null) {
      close();
      return commit(value, event);
    }
    const said = `“${field.value}” is no number, so ${name} stays at ${button.textContent}. Type one such as −0.5.`;
    field.value = button.textContent;
    field.select();
    field.setCustomValidity(said);
    field.reportValidity();
  }

  button.addEventListener("click", open);
  field.addEventListener("input", () => field.setCustomValidity(""));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation(); // digits are keys of the view, and they are typed here
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // the button that gets the focus back would be pressed by it
    if (event.key === "Enter") take(event);
    else close();
  });
  field.addEventListener("blur", (event) => {
    if (numberIn(field.value) === null) return close();
    if (field.isConnected && !field.hidden) take(event);
  });
  field.addEventListener("dblclick", (event) => performance.now() - opened > AGAIN_MS && event.stopPropagation());

  return {
    element,
    close,
    /** @param {string} text */
    show(text) {
      button.textContent = text;
    },
  };
}
