// Numbers as a person writes and reads them: a true minus, as many digits as count, shares in percent.

/** Of constant width, and zero has no sign. @param {number} value */
export function written(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/** As short as three digits that count allow. @param {number} value */
export function short(value) {
  return Number(value.toPrecision(3)).toString().replace("-", "−");
}

/** With its sign, and two decimals at most. @param {number} value */
export function signed(value) {
  const text = String(Math.round(100 * Math.abs(value)) / 100);
  return text === "0" ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** @param {number} share 0.25 is “25 %” */
export function percent(share, digits = 0) {
  return `${(100 * share).toFixed(digits)} %`;
}

/** Thousands stand apart. @param {number} count */
export function counted(count) {
  return count.toLocaleString("en");
}

/** The number that a person typed: a true minus and a comma count too. @param {string} text @returns {number | null} */
export function numberIn(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  const value = plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) ? value : null;
}
