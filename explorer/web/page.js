// The host of the live view on a page of its own: the model comes from ?model=, the view lives in the link's #.

import { mount } from "./mount.js";

const VENDOR = "vendor/onnxruntime-web/";
const main = document.querySelector("main");

/** @returns {import("./link.js").Link} */
function linked() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

async function open() {
  const folder = new URLSearchParams(location.search).get("model");
  if (!folder) throw new Error("Name a model's folder in the address: index.html?model=<folder>/");
  const url = new URL(folder.endsWith("/") ? folder : `${folder}/`, location.href).href;
  const answer = await fetch(`${url}config.json`);
  if (!answer.ok) throw new Error(`There is no model at ${url}: the server answered ${answer.status} to config.json.`);
  return described(await answer.json(), url);
}

/** What the view wants to know of a model, from the config.json of its checkpoint. */
function described({ spec, preview, note, measures }, url) {
  const name = decodeURIComponent(url.split("/").at(-2));
  const { latent, shape } = spec;
  const classes = spec.conditional ? spec.classes : 0;
  return { name, url, latent, shape, classes, preview: { z: preview }, stochastic: "kl" in measures, decoder: !note, note };
}

function show(model) {
  const runtime = {
    module: new URL(`${VENDOR}ort.wasm.bundle.min.mjs`, import.meta.url).href,
    wasm: new URL(`${VENDOR}ort-wasm-simd-threaded.wasm`, import.meta.url).href,
  };
  document.title = `${model.name}: latent space`;
  const update = () => mount(main, { model, runtime, link: linked() }, keep);
  const keep = ({ model: _, ...link }) => {
    history.pushState(null, "", `#${new URLSearchParams(link)}`);
    update(); // the view is told its own word, so that "back" is a change from it
  };
  window.addEventListener("popstate", update);
  window.addEventListener("hashchange", update);
  update();
}

open().then(show, (error) => {
  main.className = "failed";
  main.textContent = error.message;
});
