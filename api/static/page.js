"use strict";
// Everything works without this file; it adds waiting signs, the editor's keys, and a picture that moves.
for (const form of document.forms) form.addEventListener("submit", () => { form.classList.add("busy"); form.setAttribute("aria-busy", "true"); });
addEventListener("pageshow", () => { for (const form of document.forms) { form.classList.remove("busy"); form.removeAttribute("aria-busy"); } });

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
  const show = (x, y, w, h) => svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
  // Arrows end at the rim of what they point at.
  const draw = () => {
    for (const line of lines) {
      const a = places.get(line.dataset.from), b = places.get(line.dataset.to);
      const mid = (a.x + b.x) / 2, by = { x: mid + (first[2] / 2 - mid) * line.dataset.bend, y: (a.y + b.y) / 2 };
      const far = Math.hypot(b.x - by.x, b.y - by.y) || 1;
      const stop = Math.max(far - 15, 0) / far;
      line.setAttribute("d", `M${a.x} ${a.y}Q${by.x} ${by.y} ${by.x + (b.x - by.x) * stop} ${by.y + (b.y - by.y) * stop}`);
    }
  };
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const zoom = (factor, at) => {
    const v = svg.viewBox.baseVal, w = Math.min(Math.max(v.width / factor, first[2] / 8), first[2] * 3), k = w / v.width;
    show(at.x - (at.x - v.x) * k, at.y - (at.y - v.y) * k, w, v.height * k);
  };
  const middle = () => { const v = svg.viewBox.baseVal; return { x: v.x + v.width / 2, y: v.y + v.height / 2 }; };

  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    const spot = event.target.closest(".spot");
    // A finger on the ground scrolls the page.
    if (event.button || (!spot && event.pointerType === "touch")) return;
    held = { spot: spot && places.get(spot.dataset.id), from: point(event), moved: false };
  });
  svg.addEventListener("pointermove", (event) => {
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
  let dragged = false;
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { dragged = Boolean(held?.moved); held = null; });
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
  const frame = svg.parentElement;
  frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
  svg.classList.add("live");
  draw();
}
