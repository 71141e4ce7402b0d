// What stands above the view in sentences: what went wrong, what is missing, and what a person should know.

import { h } from "./ui/dom.js";

export function createNotices() {
  const complaint = h("p", { class: "complaint", role: "status" });
  const loss = h("p", { class: "lasting", role: "status" }); // what is missing as long as this model is open
  const remark = h("p", { class: "aside", role: "status" }); // nothing is wrong, but a person should know
  return {
    elements: [complaint, loss, remark],
    /** @param {...string} wrong   sentences, each of which is said once */
    complain(...wrong) {
      const said = complaint.textContent;
      complaint.textContent = [said, ...wrong.filter((sentence) => !said.includes(sentence))].filter(Boolean).join(" ");
    },
    /** Nothing is wrong any more. */
    hush() {
      complaint.textContent = "";
    },
    /** @param {string} sentence */
    lose(sentence) {
      loss.textContent = sentence;
    },
    /** @param {string} sentence */
    remark(sentence) {
      remark.textContent = sentence;
    },
    /** Another model is open. */
    forget() {
      for (const each of [complaint, loss, remark]) each.textContent = "";
    },
  };
}
