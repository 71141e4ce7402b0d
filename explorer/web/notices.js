// What must be said, in sentences over the view: what went wrong, what is missing, and what a person should know.
// They lie over it and take no room of it: nothing moves under the hand when one comes or goes.

import { button } from "./ui/button.js";
import { h } from "./ui/dom.js";

export function createNotices() {
  const complaint = h("p", { class: "complaint", role: "status" });
  const loss = h("p", { class: "lasting", role: "status" }); // what is missing as long as this model is open
  const remark = h("p", { class: "aside", role: "status" }); // nothing is wrong, but a person should know
  const sentences = h("div", {}, complaint, loss, remark);
  const close = button("×", "Close the note", dismiss);
  const element = h("div", { class: "notes", hidden: "" }, sentences, close);

  function dismiss() {
    element.toggleAttribute("hidden", true);
    element.parentElement.focus({ preventScroll: true }); // the pressed button is gone, and keys shall go on
  }

  /** A note that was closed comes again with what is new. */
  function put(place, words) {
    if (words === place.textContent) return;
    place.textContent = words;
    if (words) element.toggleAttribute("hidden", false);
    else if (!sentences.textContent) element.toggleAttribute("hidden", true);
  }

  return {
    element,
    /** @param {...string} wrong   sentences, each of which is said once */
    complain(...wrong) {
      const said = complaint.textContent;
      put(complaint, [said, ...wrong.filter((sentence) => !said.includes(sentence))].filter(Boolean).join(" "));
    },
    /** Nothing is wrong any more. */
    hush() {
      put(complaint, "");
    },
    /** @param {string} sentence */
    lose: (sentence) => put(loss, sentence),
    /** @param {string} sentence */
    remark: (sentence) => put(remark, sentence),
    /** Another model is open. */
    forget() {
      for (const each of [complaint, loss, remark]) put(each, "");
    },
  };
}
