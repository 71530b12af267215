/* Glue for pages that already work without it: theme switch, menus, dialogs, tables, charts, maps. */

const root = document.documentElement;
const language = root.lang || "vi";
const vietnamese = language.startsWith("vi");
const still = matchMedia("(prefers-reduced-motion: reduce)");
root.classList.add("scripted");

/* ── theme ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
const retheme = new Set();

function showTheme() {
  for (const button of document.querySelectorAll('[data-act="theme"]')) button.setAttribute("aria-pressed", String(isDark()));
  for (const redraw of retheme) redraw();
}

function switchTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  document.cookie = `vamco_theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  showTheme();
}

/* ── menus and dialogs ─────────────────────────────────────────────────────────────────────────────────────────── */

function closeFolds(except) {
  for (const fold of document.querySelectorAll("details[data-fold][open]")) if (fold !== except) fold.open = false;
}

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act], [data-opens], [data-closes]");
  closeFolds(event.target.closest("details[data-fold]"));
  if (act?.dataset.act === "theme") switchTheme();
  if (act?.dataset.act === "print") print();
  if (act?.dataset.opens) document.getElementById(act.dataset.opens)?.showModal();
  if (act && "closes" in act.dataset) act.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement?.closest("details[data-fold][open]");
  closeFolds();
  open?.querySelector("summary").focus();
});

/* ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────── */

const order = new Intl.Collator(language, { numeric: true });

function sortRows(table, index, down) {
  const body = table.tBodies[0];
  const key = (row) => row.cells[index].dataset.sort ?? row.cells[index].textContent.trim();
  const rows = [...body.rows].map((row) => ({ row, key: key(row) }));
  const byNumber = rows.some(({ row }) => "sort" in row.cells[index].dataset);
  rows.sort((a, b) => (byNumber ? Number(a.key || NaN) - Number(b.key || NaN) : order.compare(a.key, b.key)) * (down ? -1 : 1));
  if (byNumber) rows.sort((a, b) => Number.isNaN(Number(a.key)) - Number.isNaN(Number(b.key)));
  body.append(...rows.map(({ row }) => row));
  [...table.tHead.rows[0].cells].forEach((cell, place) => cell.setAttribute("aria-sort", place !== index ? "none" : down ? "descending" : "ascending"));
}

function makeSortable(table) {
  const sprite = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0];
  [...table.tHead.rows[0].cells].forEach((cell, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...cell.childNodes);
    if (sprite) button.insertAdjacentHTML("beforeend", `<svg class="icon" aria-hidden="true" focusable="false"><use href="${sprite}#up-arrow"></use></svg>`);
    cell.append(button);
    cell.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sortRows(table, index, cell.getAttribute("aria-sort") === "ascending"));
  });
}

/** A box that scrolls sideways must be reachable by keyboard and have a name. */
function nameScrollers() {
  for (const box of document.querySelectorAll(".table-box")) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (!scrolls) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", box.querySelector("caption")?.textContent.trim() ?? "");
  }
}

/* ── colours and figures ───────────────────────────────────────────────────────────────────────────────────────── */

const probe = document.createElement("span");
probe.hidden = true;

/** The colour that a token has now, in the theme in force. */
function token(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

const format = (value, decimals) =>
  value === null || value === undefined ? "–" : new Intl.NumberFormat(vietnamese ? "vi-VN" : "en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);

const read = (id) => JSON.parse(document.getElementById(id).textContent);

/* ── charts ────────────────────────────────────────────────────────────────────────────────────────────────────── */

const LOOKS = {
  actual: () => ({ color: token("accent"), width: 3, type: "solid" }),
  target: () => ({ color: token("ink-soft"), width: 2, type: [6, 5] }),
  previous: () => ({ color: token("line-strong"), width: 2, type: "solid" }),
  forecast: () => ({ color: token("accent"), width: 2, type: [2, 4] }),
};

function line(series, data, first) {
  const look = LOOKS[series.role]();
  const last = series.values.findLastIndex((value) => value !== null);
  return {
    name: series.name,
    type: series.bars ? "bar" : "line",
    data: series.values,
    color: look.color,
    barMaxWidth: 28,
    lineStyle: look,
    symbol: series.role === "actual" ? "circle" : "none",
    symbolSize: (_value, at) => (at.dataIndex === last ? 10 : 4),
    z: series.role === "actual" ? 3 : 2,
    markLine: first && data.marks.length ? {
      symbol: "none",
      silent: true,
      lineStyle: { color: token("line-strong"), type: "solid", width: 1 },
      label: { color: token("ink-soft"), fontSize: 13, formatter: (mark) => mark.name },
      data: data.marks.map((mark) => ({ xAxis: mark.at, name: mark.label })),
    } : undefined,
  };
}

function option(data) {
  const font = getComputedStyle(root).getPropertyValue("--font-figures") || "sans-serif";
  const size = parseFloat(getComputedStyle(root).fontSize) * 0.8125;
  const soft = token("ink-soft");
  const unit = data.unit ? ` ${data.unit}` : "";
  return {
    animation: false,
    textStyle: { fontFamily: font, fontSize: size },
    grid: { left: 8, right: 24, top: data.marks.length ? 32 : 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("surface"), borderColor: token("line-strong"),
      textStyle: { color: token("ink"), fontFamily: font, fontSize: size },
      formatter: (at) => [at[0].name, ...at.filter((spot) => spot.value !== undefined && spot.value !== null).map((spot) => `${spot.seriesName}: ${format(spot.value, data.decimals)}${unit}`)].join("\n"),
      axisPointer: { lineStyle: { color: token("line-strong") } },
    },
    xAxis: {
      type: "category", data: data.points, boundaryGap: data.series.some((series) => series.bars),
      axisLine: { lineStyle: { color: token("line-strong") } }, axisTick: { show: false }, axisLabel: { color: soft, fontSize: size, hideOverlap: true },
    },
    yAxis: {
      type: "value", scale: !data.fromZero, splitNumber: 4, splitLine: { lineStyle: { color: token("line") } },
      axisLabel: { color: soft, fontSize: size, formatter: (value) => format(value, Number.isInteger(value) ? 0 : data.decimals) },
    },
    series: data.series.map((series, index) => line(series, data, index === 0)),
  };
}

function drawChart(figure) {
  const data = read(figure.dataset.chart);
  const canvas = figure.querySelector(".canvas");
  const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
  const draw = () => chart.setOption(option(data), true);
  draw();
  document.fonts.ready.then(draw);
  retheme.add(draw);
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

/* ── maps ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

async function drawMap(figure) {
  const areas = read(figure.dataset.map);
  const answer = await fetch(figure.dataset.source, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) return figure.querySelector(".stage").remove();
  const L = window.L;
  const ground = figure.querySelector(".ground");
  const map = L.map(ground, {
    attributionControl: false, keyboard: false, scrollWheelZoom: false, zoomSnap: 0.25, zoomControl: false,
    zoomAnimation: !still.matches, fadeAnimation: !still.matches, renderer: L.svg({ padding: 0.5 }),
  });
  const rows = new Map([...figure.querySelectorAll("tr[data-code]")].map((row) => [row.dataset.code, row]));
  const mark = (layer, code, on) => {
    layer.getElement()?.classList.toggle("marked", on);
    rows.get(code)?.classList.toggle("marked", on);
    if (on) layer.bringToFront();
  };
  const layers = new Map();
  const shapes = L.geoJSON(await answer.json(), {
    style: (feature) => ({ className: `place class-${areas[feature.properties.code]?.group ?? "none"}`, weight: 1 }),
    onEachFeature: (feature, layer) => {
      const { code } = feature.properties;
      const area = areas[code];
      layers.set(code, layer);
      const tip = document.createElement("span");
      const name = document.createElement("b");
      name.textContent = area?.name ?? feature.properties.name ?? code;
      tip.append(name, area?.figure ?? "–");
      layer.bindTooltip(tip, { sticky: true, className: "place-tip" });
      layer.on({ mouseover: () => mark(layer, code, true), mouseout: () => mark(layer, code, false) });
      if (area?.url) layer.on("click", () => location.assign(area.url));
    },
  }).addTo(map);
  const fit = () => map.invalidateSize().fitBounds(shapes.getBounds(), { padding: [12, 12], animate: false });
  fit();
  new ResizeObserver(fit).observe(ground);
  for (const [code, row] of rows) {
    const show = (on) => () => {
      const layer = layers.get(code);
      if (!layer) return;
      mark(layer, code, on);
      if (on) layer.openTooltip(layer.getBounds().getCenter()); else layer.closeTooltip();
    };
    row.addEventListener("mouseenter", show(true));
    row.addEventListener("mouseleave", show(false));
    row.addEventListener("focusin", show(true));
    row.addEventListener("focusout", show(false));
  }
}

/* ── the wall renews itself; while it cannot, it keeps the last figures and says so ─────────────────────────────────── */

function sayLost() {
  const note = document.querySelector("#screen .lost");
  if (note) note.hidden = false;
}

document.addEventListener("htmx:sendError", sayLost);
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!document.getElementById("screen")) return;
  if (xhr.status === 200 && target?.id === "screen" && xhr.responseText.includes('id="screen"')) return;
  event.detail.shouldSwap = false; // an error, or the log-in page after the session's end
  sayLost();
});

/* ── a part of a page that renews itself: what is the same stays, so that focus and open details stay; an error changes nothing ── */

const renewed = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target || !("renews" in target.dataset)) return;
  const whole = xhr.status === 200 && xhr.responseText.includes(`id="${target.id}"`); // not the log-in page after the session's end
  if (!whole || renewed.get(target.id) === xhr.responseText) event.detail.shouldSwap = false;
  if (whole) renewed.set(target.id, xhr.responseText);
});

/* ── start ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

function start(part) {
  part.querySelectorAll("table[data-sortable]").forEach(makeSortable);
  if (window.echarts) part.querySelectorAll("[data-chart]").forEach(drawChart);
  if (window.L) part.querySelectorAll("[data-map]").forEach(drawMap);
  nameScrollers();
}

showTheme();
dark.addEventListener("change", showTheme);
addEventListener("beforeprint", () => document.querySelectorAll("details.twin").forEach((twin) => { twin.open = true; }));
start(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
root.dataset.ready = "true";
