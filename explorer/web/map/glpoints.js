// All points of a map in one draw call of WebGL2. They travel from map to map in the vertex shader.

import { diameter, orderOf } from "./dots.js";
import { createPane, sheetOf } from "./pane.js";

const TRAVEL_MS = 500;
const FRAME_MS = 25; // a drawing that takes longer is slow: the hand would feel each of them
const STAYS = 3; // so many times as long as it took, a slow drawing is only moved

// `was` is in pixels from the middle of the view: two maps have no units in common, but one screen.
const VERTEX = `#version 300 es
in vec2 was, at;
in vec4 ink;
uniform vec2 middle, reach;
uniform float k, travelled, size;
out vec4 colour;
void main() {
  gl_Position = vec4(mix(was, (at - middle) * k, travelled) / reach, 0.0, 1.0);
  gl_PointSize = size;
  colour = ink;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec4 colour;
uniform float size;
out vec4 painted;
void main() {
  float radius = length(gl_PointCoord - 0.5) * size;
  float alpha = colour.a * clamp(0.5 * size - radius, 0.0, 1.0);
  painted = vec4(colour.rgb * alpha, alpha);
}`;
const UNIFORMS = ["middle", "reach", "k", "travelled", "size"];
const SIZES = { was: 2, at: 2, ink: 4 };

/** @param {HTMLCanvasElement} canvas @param {WebGL2RenderingContext} gl @returns {import("./points.js").Points} */
export function createGlPoints(canvas, gl) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let brush = createBrush(gl);
  let data = null; // {xy, ink, order, was}
  let since = null; // when the points set out to their new places; null: they are there
  const watch = createWatch(gl);
  const pane = createPane(canvas, paint, watch.busy);

  /** How far the points are on their way, 0 to 1; slow at both ends. */
  function travelled() {
    const share = since === null ? 1 : Math.max(0, Math.min(1, (performance.now() - since) / TRAVEL_MS));
    return share * share * (3 - 2 * share);
  }

  function paint(sheet) {
    if (data && since === Infinity) since = performance.now();
    const share = travelled();
    render(sheet, share);
    watch.begin();
    if (share < 1) pane.spoil();
    else if (since !== null) arrive();
  }

  function render({ view, width, height, density }, share) {
    fitCanvas(canvas, width * density, height * density);
    brush.clear();
    if (!data) return;
    const size = diameter(data.xy.length / 2, view.zoomed) * density + 1;
    brush.draw(data.order.length, { middle: [view.x, view.y], reach: [width / 2, height / 2], k: [view.k], travelled: [share], size: [size] });
  }

  function arrive() {
    since = data.was = null;
    brush.fill("was", null);
  }

  function upload() {
    brush.fill("at", data.xy);
    brush.fill("was", data.was);
    brush.fill("ink", data.ink);
    brush.fillOrder(data.order);
  }

  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault()); // allows the browser to give it back
  canvas.addEventListener("webglcontextrestored", () => {
    brush = createBrush(gl);
    watch.forget();
    if (data) upload();
    pane.redraw();
  });
  return {
    kind: "webgl2",
    notice: "",
    costly: isSoftware(gl),
    load(xy, ink, { animate = false } = {}) {
      const order = orderOf(ink);
      if (data?.xy === xy) data = { ...data, ink, order };
      else {
        const was = animate && !calm.matches && data?.xy.length === xy.length && pane.view ? placesOf(data, pane.view, travelled()) : null;
        data = { xy, ink, order, was };
        since = was && Infinity; // until they are first drawn
        brush.fill("at", xy);
        brush.fill("was", was);
      }
      brush.fill("ink", ink);
      brush.fillOrder(order);
      pane.spoil();
    },
    draw: pane.show,
    async picture(view, density) {
      const sheet = sheetOf(view, 0, density);
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [Math.round(view.width * density), Math.round(view.height * density)];
      render(sheet, travelled());
      copy.getContext("2d").drawImage(canvas, 0, 0); // at once: after this task the browser may throw the drawing away
      pane.redraw();
      return copy;
    },
    dispose() {
      pane.dispose();
      watch.forget();
      gl.getExtension("WEBGL_lose_context")?.loseContext(); // a browser keeps only sixteen alive
    },
  };
}

/** Whether the processor draws in place of a graphics card: then each frame takes time from whatever else it does. */
function isSoftware(gl) {
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  return /swiftshader|llvmpipe|software|basic render/i.test(String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER)));
}

function fitCanvas(canvas, width, height) {
  const [w, h] = [width, height].map((size) => Math.max(1, Math.round(size)));
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}

/** Where each point is seen, in pixels from the middle of the view. */
function placesOf({ xy, was }, { x, y, k }, share) {
  const places = new Float32Array(xy.length);
  for (let i = 0; i < xy.length; i += 2) {
    const [across, up] = [(xy[i] - x) * k, (xy[i + 1] - y) * k];
    places[i] = was ? was[i] + (across - was[i]) * share : across;
    places[i + 1] = was ? was[i + 1] + (up - was[i + 1]) * share : up;
  }
  return places;
}

/** Knows whether the last drawing is done, and after a slow one leaves the hand some time for itself. */
function createWatch(gl) {
  let [fence, since, quiet, waiting] = [null, 0, 0, 0];

  function look() {
    if (!gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) {
      waiting = requestAnimationFrame(look);
      return;
    }
    const took = performance.now() - since;
    if (took > FRAME_MS) quiet = performance.now() + STAYS * took;
    forget();
  }

  function forget() {
    cancelAnimationFrame(waiting);
    gl.deleteSync(fence);
    fence = null;
  }
  return {
    begin() {
      forget();
      fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      gl.flush();
      since = performance.now();
      waiting = requestAnimationFrame(look);
    },
    /** @param {boolean} patient   what is drawn will do for a while */
    busy: (patient) => fence !== null || (patient && performance.now() < quiet),
    forget,
  };
}

/** The program and its buffers. */
function createBrush(gl) {
  const program = link(gl);
  const places = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
  const buffers = Object.fromEntries(Object.keys(SIZES).map((name) => [name, gl.createBuffer()]));
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.clearColor(0, 0, 0, 0);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  return {
    /** null: this attribute is zero everywhere. */
    fill(name, values) {
      const at = gl.getAttribLocation(program, name);
      if (!values) return gl.disableVertexAttribArray(at);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(at);
      const bytes = values instanceof Uint8Array; // 0..255 arrive in the shader as 0..1
      gl.vertexAttribPointer(at, SIZES[name], bytes ? gl.UNSIGNED_BYTE : gl.FLOAT, bytes, 0, 0);
    },
    fillOrder: (order) => gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STATIC_DRAW),
    clear() {
      gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
      gl.clear(gl.COLOR_BUFFER_BIT);
    },
    draw(count, uniforms) {
      for (const [name, values] of Object.entries(uniforms)) gl[`uniform${values.length}fv`](places[name], values);
      gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
    },
  };
}

function link(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) { // prettier-ignore
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(program));
  return program;
}
