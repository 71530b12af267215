/* Drawing on a frame: each row of the form is a shape, its points are handles in the SVG. The form alone does the same. */
(() => {
  const frame = document.querySelector("[data-draw]");
  if (!frame) return;
  const NS = "http://www.w3.org/2000/svg";
  const svg = frame.querySelector("svg");
  const list = document.querySelector("[data-rows]");
  const blank = document.getElementById("blank");
  const size = [Number(frame.dataset.width), Number(frame.dataset.height)];
  const most = { stop_line: 2, signal: 2, calibration: 60, lane: 60, zone: 60 };
  let chosen = null;
  let count = 0;
  const part = (row, name) => row.querySelector(`[name=${name}]`);
  const read = (text) => [...text.matchAll(/(-?[\d.]+)\s*[,;]\s*(-?[\d.]+)/g)].map((found) => [Number(found[1]), Number(found[2])]);
  const clamp = (value, end) => Math.round(Math.min(Math.max(value, 0), end));
  const rows = () => [...list.querySelectorAll("[data-row]")];

  function make(name, more) {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(more)) element.setAttribute(key, value);
    svg.append(element);
    return element;
  }

  function write(row, points, name = "points") {
    part(row, name).value = points.map(([x, y]) => `${x},${y}`).join(" ");
  }

  function shape(row) {
    const kind = part(row, "shape").value;
    const points = read(part(row, "points").value);
    const look = `of-${kind}s${row === chosen ? " picked" : ""}`;
    if (kind === "signal" && points.length === 2) {
      const [[a, b], [c, d]] = points;
      make("rect", { class: look, x: Math.min(a, c), y: Math.min(b, d), width: Math.abs(a - c), height: Math.abs(b - d) });
    } else if (points.length) {
      const closed = kind === "lane" || kind === "zone";
      make(closed ? "polygon" : "polyline", { class: look, points: points.map((point) => point.join(",")).join(" ") });
    }
    const way = kind === "lane" ? read(part(row, "way").value) : [];
    if (way.length === 2) make("polyline", { class: "of-calibration", points: way.map((point) => point.join(",")).join(" ") });
    if (row !== chosen) return;
    handles(row, points, "points");
    handles(row, way, "way");
  }

  function handles(row, points, name) {
    const box = svg.getBoundingClientRect();
    const r = 7 * (size[0] / Math.max(box.width, 1));
    points.forEach(([x, y], place) => {
      const words = frame.dataset.point.replace("{code}", part(row, "code").value || name).replace("{n}", place + 1).replace("{x}", x).replace("{y}", y);
      make("circle", { cx: x, cy: y, r, tabindex: 0, role: "button", "aria-label": words, "data-place": place, "data-of": name });
    });
  }

  function draw(focus) {
    svg.replaceChildren();
    for (const row of rows()) {
      row.classList.toggle("picked", row === chosen);
      const kind = part(row, "shape").value;
      for (const field of row.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(kind);
      shape(row);
    }
    if (focus) svg.querySelector(`[data-of=${focus[0]}][data-place="${focus[1]}"]`)?.focus();
  }

  function choose(row) {
    chosen = row;
    draw();
  }

  const spot = (event) => {
    const box = svg.getBoundingClientRect();
    return [clamp(((event.clientX - box.left) / box.width) * size[0], size[0]), clamp(((event.clientY - box.top) / box.height) * size[1], size[1])];
  };

  /* A lane's way is asked for once its polygon is there: click with Shift. */
  function add(row, point, name) {
    const points = read(part(row, name).value);
    const end = name === "way" ? 2 : most[part(row, "shape").value];
    if (points.length >= end) points.splice(end - 1);
    write(row, [...points, point], name);
    draw([name, points.length]);
  }

  svg.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("circle");
    if (!handle) {
      if (chosen) add(chosen, spot(event), event.shiftKey && part(chosen, "shape").value === "lane" ? "way" : "points");
      event.preventDefault();
      return;
    }
    const { place, of } = handle.dataset;
    svg.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const points = read(part(chosen, of).value);
      points[place] = spot(moved);
      write(chosen, points, of);
      draw();
    };
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", () => { svg.removeEventListener("pointermove", move); draw([of, place]); }, { once: true });
    event.preventDefault();
  });

  svg.addEventListener("keydown", (event) => {
    const handle = event.target.closest("circle");
    if (!handle || !chosen) return;
    const place = Number(handle.dataset.place);
    const of = handle.dataset.of;
    const points = read(part(chosen, of).value);
    const step = event.shiftKey ? 10 : 1;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    let next = place;
    if (by) points[place] = [clamp(points[place][0] + by[0], size[0]), clamp(points[place][1] + by[1], size[1])];
    else if (event.key === "Delete" || event.key === "Backspace") { points.splice(place, 1); next = Math.max(place - 1, 0); }
    else if (event.key === "+" || event.key === "Insert") {
      if (points.length >= (of === "way" ? 2 : most[part(chosen, "shape").value])) return;
      const after = points[(place + 1) % points.length];
      points.splice(place + 1, 0, [Math.round((points[place][0] + after[0]) / 2) + 10, Math.round((points[place][1] + after[1]) / 2) + 10]);
      next = place + 1;
    } else return;
    event.preventDefault();
    write(chosen, points, of);
    draw([of, next]);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const row = button.closest("[data-row]");
    if (button.dataset.do === "pick") {
      choose(row);
      const [w, h] = size;
      if (!read(part(row, "points").value).length) {
        const start = { stop_line: [[0.3, 0.6], [0.7, 0.6]], signal: [[0.45, 0.1], [0.5, 0.25]] }[part(row, "shape").value] ?? [[0.3, 0.8], [0.4, 0.4], [0.6, 0.4], [0.7, 0.8]];
        write(row, start.map(([x, y]) => [Math.round(x * w), Math.round(y * h)]));
        if (part(row, "shape").value === "lane") write(row, [[Math.round(w / 2), Math.round(h * 0.75)], [Math.round(w / 2), Math.round(h * 0.45)]], "way");
      }
      draw(["points", 0]);
    } else if (button.dataset.do === "remove") {
      if (chosen === row) chosen = null;
      row.remove();
      draw();
    } else if (button.dataset.do === "add") {
      const holder = document.createElement("div");
      holder.innerHTML = blank.innerHTML.replaceAll("-ID\"", `-n${(count += 1)}"`);
      const made = holder.firstElementChild;
      list.append(made);
      reveal();
      choose(made);
      part(made, "code").focus();
    }
  });
  const reveal = () => { for (const tools of document.querySelectorAll("[data-tools]")) tools.hidden = false; };
  list.addEventListener("input", () => draw());
  reveal();
  draw();
})();
