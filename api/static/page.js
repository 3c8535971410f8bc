"use strict";
// Everything works without this file; it adds waiting signs, the editor's keys, and a picture that moves.
const wait = document.getElementById("wait");
let waiting = 0;
// Nobody is told when a file begins to come, so its sign goes by itself.
const busy = (file, after = 0) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    wait.textContent = wait.dataset.say;
    if (file) waiting = setTimeout(() => { wait.textContent = ""; }, 5000);
  }, after);
};
addEventListener("submit", ({ target: form }) => {
  busy("file" in form.dataset);
  if ("file" in form.dataset) return;
  form.classList.add("busy");
  form.setAttribute("aria-busy", "true");
});
addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || event.defaultPrevented || elsewhere || link.getAttribute("href").startsWith("#")) return;
  busy(link.hasAttribute("download"), 400);
});
addEventListener("pageshow", () => {
  for (const form of document.forms) { form.classList.remove("busy"); form.removeAttribute("aria-busy"); }
  clearTimeout(waiting);
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

const asked = new URLSearchParams(location.search);
for (const box of document.querySelectorAll(".graph")) {
  const svg = box.querySelector("svg");
  const { width, height } = svg.viewBox.baseVal;
  const places = new Map();
  for (const spot of svg.querySelectorAll(".spot")) {
    const { e: x, f: y } = spot.transform.baseVal.getItem(0).matrix;
    places.set(spot.dataset.id, { spot, x, y, home: [x, y], core: spot.dataset.core?.split(" ").map(Number) });
  }
  const lines = [...svg.querySelectorAll(".lines path")];
  // The address has shares of the picture, so that it holds for the wide one and the narrow one.
  const address = () => keep((params) => {
    const { x, y, width: w } = svg.viewBox.baseVal;
    put(params, "view", svg.classList.contains("zoomed") ? [[x / width, y / height, w / width].map((n) => n.toFixed(4)).join()] : []);
    const moved = [...places].filter(([, at]) => at.x !== at.home[0] || at.y !== at.home[1]);
    put(params, "at", moved.map(([id, at]) => [id, (at.x / width).toFixed(4), (at.y / height).toFixed(4)].join()));
  });
  let later = 0;
  const soon = () => { clearTimeout(later); later = setTimeout(address, 200); };
  const show = (x, y, w) => {
    svg.setAttribute("viewBox", `${x} ${y} ${w} ${w * height / width}`);
    svg.classList.toggle("zoomed", x !== 0 || y !== 0 || w !== width);
    soon();
  };
  // As kg/picture.py does it: from the side of the box in the middle or the rim of a mark, and straight into both.
  const towards = (a, b) => !a.core ? [a.x, a.y] : [
    a.x + (b.x < a.x ? -1 : 1) * (a.core[0] + 14), a.y + Math.max(-a.core[1], Math.min(a.core[1], (b.y - a.y) * 0.22)),
  ];
  const draw = () => {
    for (const line of lines) {
      const a = places.get(line.dataset.from), b = places.get(line.dataset.to), bend = line.dataset.bend.split(" ").map(Number);
      const ends = [towards(a, b), towards(b, a)];
      const c = bend.map((off, n) => (ends[0][n] + ends[1][n]) / 2 + off);
      const [from, to] = ends.map(([x, y], n) => {
        const share = (n ? b : a).core ? 0 : 13 / (Math.hypot(c[0] - x, c[1] - y) || 1);
        return [x + (c[0] - x) * share, y + (c[1] - y) * share].map((each) => each.toFixed(1)).join(" ");
      });
      line.setAttribute("d", `M${from}Q${c.join(" ")} ${to}`);
    }
  };
  const move = (at, x, y) => {
    Object.assign(at, { x, y });
    at.spot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    draw();
    soon();
  };
  const spread = () => { const [a, b] = fingers.values(); return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY); };
  const between = () => { const [a, b] = fingers.values(); return point({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 }); };
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const zoom = (factor, at) => {
    const v = svg.viewBox.baseVal, w = Math.min(Math.max(v.width / factor, width / 8), width * 3), k = w / v.width;
    show(at.x - (at.x - v.x) * k, at.y - (at.y - v.y) * k, w);
  };
  const middle = () => { const v = svg.viewBox.baseVal; return { x: v.x + v.width / 2, y: v.y + v.height / 2 }; };

  let held = null, pinch = null, dragged = false;
  const fingers = new Map();
  svg.addEventListener("pointerdown", (event) => {
    const touch = event.pointerType === "touch";
    // A finger takes a thing by its mark; on the names it scrolls the page, as on the ground of a picture that is not zoomed.
    const spot = event.target.closest(touch ? ".grip" : ".spot")?.closest(".spot");
    dragged = false;
    if (event.button) return;
    if (touch) fingers.set(event.pointerId, event);
    if (fingers.size === 2) {
      held = null;
      pinch = { spread: spread(), at: between() };
      return;
    }
    if (!spot && touch && !svg.classList.contains("zoomed")) return;
    held = { at: spot && places.get(spot.dataset.id), from: point(event), moved: false };
  });
  svg.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (pinch && fingers.size === 2) {
      zoom(spread() / pinch.spread, pinch.at);
      const now = between(), v = svg.viewBox.baseVal;
      show(v.x + pinch.at.x - now.x, v.y + pinch.at.y - now.y, v.width);
      pinch.spread = spread();
      return;
    }
    if (!held) return;
    const now = point(event), dx = now.x - held.from.x, dy = now.y - held.from.y;
    if (!held.moved && Math.hypot(dx, dy) < 4) return;
    if (!held.moved) { held.moved = true; svg.setPointerCapture(event.pointerId); }
    if (held.at) {
      move(held.at, held.at.x + dx, held.at.y + dy);
      held.from = now;
    } else {
      const v = svg.viewBox.baseVal;
      show(v.x - dx, v.y - dy, v.width);
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
  svg.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const at = places.get(event.target.closest(".spot")?.dataset.id);
    if (!way || !at || !event.shiftKey) return;
    event.preventDefault();
    move(at, at.x + 12 * way[0], at.y + 12 * way[1]);
  });
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.15 : 0.87, point(event));
  }, { passive: false });
  for (const part of box.querySelectorAll(".tools")) part.hidden = false;
  for (const button of box.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => {
    if (Number(button.dataset.zoom)) return zoom(Number(button.dataset.zoom), middle());
    for (const at of places.values()) move(at, ...at.home);
    show(0, 0, width);
  });
  for (const [id, x, y] of asked.getAll("at").map((each) => each.split(","))) {
    const at = places.get(id), within = [x, y].every((share) => Math.abs(Number(share)) <= 2);
    if (at && within) move(at, Number(x) * width, Number(y) * height);
  }
  const [x, y, w] = (asked.get("view") ?? "").split(",").map(Number);
  if (w >= 1 / 8 && w <= 3 && Number.isFinite(x + y)) show(x * width, y * height, w * width);
  clearTimeout(later);
  // Two fingers on the picture are not the page's.
  svg.addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
  svg.classList.add("live");
  draw();
}
