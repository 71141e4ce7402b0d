// The host of the live view on a page of its own: the model comes from ?model=, the view lives in the link's #.

import { mount } from "./mount.js";

const VENDOR = "vendor/onnxruntime-web/";
const main = document.querySelector("main");

/** @returns {{map: string | null, z: number[] | null}} the view in the link */
function linked() {
  const parts = new URLSearchParams(location.hash.slice(1));
  return { map: parts.get("map"), z: parts.get("z")?.split(",").map(Number) ?? null };
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
  return { name, url, latent, shape, preview: { z: preview }, stochastic: "kl" in measures, decoder: !note, note };
}

function show(model) {
  const runtime = {
    module: new URL(`${VENDOR}ort.wasm.bundle.min.mjs`, import.meta.url).href,
    wasm: new URL(`${VENDOR}ort-wasm-simd-threaded.wasm`, import.meta.url).href,
  };
  document.title = `${model.name}: latent space`;
  const update = () => mount(main, { model, runtime, view: linked() }, keep);
  const keep = ({ map, z }) => {
    history.pushState(null, "", `#${new URLSearchParams({ ...(map && { map }), z: z.join(",") })}`);
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
