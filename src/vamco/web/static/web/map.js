/* A map of communes, drawn by Leaflet; the list beside it is the keyboard's way in. */

async function drawMap(figure, kit) {
  const areas = kit.read(figure.dataset.map);
  const answer = await fetch(figure.dataset.source, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) return figure.querySelector(".stage").remove();
  const L = window.L;
  const ground = figure.querySelector(".ground");
  const map = L.map(ground, {
    attributionControl: false, keyboard: false, scrollWheelZoom: false, zoomSnap: 0.25, zoomControl: false,
    zoomAnimation: !kit.still.matches, fadeAnimation: !kit.still.matches, renderer: L.svg({ padding: 0.5 }),
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
      if (area?.word) tip.append(document.createElement("br"), area.word); // never the colour alone
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

export function start(part, kit) {
  if (window.L) kit.within(part, "[data-map]").forEach((figure) => drawMap(figure, kit));
}
