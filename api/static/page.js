"use strict";
// Everything works without this file; it adds waiting signs, the editor's keys, and a picture that moves.
const wait = document.getElementById("wait");
for (const form of document.querySelectorAll("form:not([data-file])")) form.addEventListener("submit", () => {
  form.classList.add("busy");
  form.setAttribute("aria-busy", "true");
  wait.textContent = wait.dataset.say;
});
addEventListener("pageshow", () => {
  for (const form of document.forms) { form.classList.remove("busy"); form.removeAttribute("aria-busy"); }
  wait.textContent = "";
});

// Every state has its address: what is unfolded, what part of a picture is looked at, what a form of files asks for.
const keep = (change) => {
  const here = new URL(location.href);
  change(here.searchParams);
  history.replaceState(null, "", here);
  for (const other of document.querySelectorAll("a.other")) {
    here.searchParams.set("lang", other.hreflang);
    other.href = here.href;
  }
};
const put = (params, name, values) => { params.delete(name); for (const value of values) params.append(name, value); };
const folds = [...document.querySelectorAll("details[id]")];
const usually = folds.filter((fold) => "open" in fold.dataset);
for (const fold of folds) fold.addEventListener("toggle", () => {
  const open = folds.filter((each) => each.open);
  const asUsual = open.length === usually.length && open.every((each) => usually.includes(each));
  keep((params) => put(params, "open", asUsual ? [] : open.length ? open.map((each) => each.id) : ["none"]));
});
for (const form of document.querySelectorAll("form[data-file]")) form.addEventListener("change", () => keep((params) => {
  const said = [...new FormData(form)].filter(([name, value]) => value && name !== "lang");
  for (const name of [...params.keys()]) if (name !== "lang") params.delete(name);
  for (const [name, value] of said) params.append(name === "format" ? "wanted" : name, value);
}));

document.getElementById("query")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
});

for (const form of document.querySelectorAll("form.drop")) {
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.querySelector("[type=file]").files = event.dataTransfer.files;
  });
}

for (const box of document.querySelectorAll(".graph")) {
  const svg = box.querySelector("svg");
  const whole = svg.viewBox.baseVal;
  const first = [whole.x, whole.y, whole.width, whole.height];
  const places = new Map();
  for (const spot of svg.querySelectorAll(".spot")) {
    const at = spot.transform.baseVal.getItem(0).matrix;
    places.set(spot.dataset.id, { spot, x: at.e, y: at.f });
  }
  const lines = [...svg.querySelectorAll(".lines path")];
  let later = 0;
  const show = (x, y, w, h) => {
    svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    const seen = [x, y, w].map((number) => number.toFixed(1)).join(",");
    const changed = seen !== first.slice(0, 3).map((number) => number.toFixed(1)).join(",");
    svg.classList.toggle("zoomed", changed);
    clearTimeout(later);
    later = setTimeout(() => keep((params) => put(params, "view", changed ? [seen] : [])), 200);
  };
  // Level at both ends; arrows end at the rim of what they point at.
  const draw = () => {
    for (const line of lines) {
      const a = places.get(line.dataset.from), b = places.get(line.dataset.to);
      const bend = Number(line.dataset.bend), half = (b.x - a.x) / 2;
      const out = a.x + (bend || half), back = b.x + (bend || -half), tip = b.x + (back > b.x ? 15 : -15);
      line.setAttribute("d", `M${a.x} ${a.y}C${out} ${a.y} ${back} ${b.y} ${tip} ${b.y}`);
    }
  };
  const spread = () => { const [a, b] = fingers.values(); return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY); };
  const between = () => { const [a, b] = fingers.values(); return point({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 }); };
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const zoom = (factor, at) => {
    const v = svg.viewBox.baseVal, w = Math.min(Math.max(v.width / factor, first[2] / 8), first[2] * 3), k = w / v.width;
    show(at.x - (at.x - v.x) * k, at.y - (at.y - v.y) * k, w, v.height * k);
  };
  const middle = () => { const v = svg.viewBox.baseVal; return { x: v.x + v.width / 2, y: v.y + v.height / 2 }; };

  let held = null, pinch = null, dragged = false;
  const fingers = new Map();
  svg.addEventListener("pointerdown", (event) => {
    const spot = event.target.closest(".spot");
    dragged = false;
    if (event.button) return;
    if (event.pointerType === "touch") fingers.set(event.pointerId, event);
    if (fingers.size === 2) {
      held = null;
      pinch = { spread: spread(), at: between() };
      return;
    }
    // On a picture that is not zoomed a finger on the ground scrolls the page.
    if (!spot && event.pointerType === "touch" && !svg.classList.contains("zoomed")) return;
    held = { spot: spot && places.get(spot.dataset.id), from: point(event), moved: false };
  });
  svg.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (pinch && fingers.size === 2) {
      zoom(spread() / pinch.spread, pinch.at);
      const now = between(), v = svg.viewBox.baseVal;
      show(v.x + pinch.at.x - now.x, v.y + pinch.at.y - now.y, v.width, v.height);
      pinch.spread = spread();
      return;
    }
    if (!held) return;
    const now = point(event), dx = now.x - held.from.x, dy = now.y - held.from.y;
    if (!held.moved && Math.hypot(dx, dy) < 4) return;
    if (!held.moved) { held.moved = true; svg.setPointerCapture(event.pointerId); }
    if (held.spot) {
      Object.assign(held.spot, { x: held.spot.x + dx, y: held.spot.y + dy });
      held.spot.spot.setAttribute("transform", `translate(${held.spot.x.toFixed(1)} ${held.spot.y.toFixed(1)})`);
      held.from = now;
      draw();
    } else {
      const v = svg.viewBox.baseVal;
      show(v.x - dx, v.y - dy, v.width, v.height);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => {
    if (fingers.delete(event.pointerId) && fingers.size < 2 && pinch) { pinch = null; dragged = true; return; }
    if (held) dragged = held.moved;
    held = null;
  });
  // What was dragged was not meant as a click.
  svg.addEventListener("click", (event) => { if (dragged) event.preventDefault(); dragged = false; }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.15 : 0.87, point(event));
  }, { passive: false });
  for (const part of box.querySelectorAll(".tools")) part.hidden = false;
  for (const button of box.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => Number(button.dataset.zoom) ? zoom(Number(button.dataset.zoom), middle()) : show(...first));
  }
  const [x, y, w] = (new URLSearchParams(location.search).get("view") ?? "").split(",").map(Number);
  if (w >= first[2] / 8 && w <= first[2] * 3 && Number.isFinite(x + y)) show(x, y, w, w * first[3] / first[2]);
  // Two fingers on the picture are not the page's.
  svg.addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
  const frame = svg.parentElement;
  frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
  svg.classList.add("live");
  draw();
}
