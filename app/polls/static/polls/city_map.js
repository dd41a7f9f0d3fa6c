// L.cityMap(element): a Leaflet map that is useful without a tile server. The hand-drawn rivers and
// streets lie beneath the tiles, where there are some, and are the map where there are none.
"use strict";
(() => {
  const EQUATOR = 40075017; // metres
  const PIN = "M0 0C-6-9-15-15-15-25a15 15 0 0 1 30 0C15-15 6-9 0 0Z";

  L.cityMap = (element, options) => {
    const { outline, tiles, attribution, label } = element.dataset;
    element.hidden = false;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", label);
    const map = L.map(element, {
      minZoom: 2,
      maxZoom: 18,
      zoomSnap: 0.5,
      scrollWheelZoom: false, // the wheel scrolls the page
      attributionControl: Boolean(tiles),
      ...options,
    });
    L.control.scale({ imperial: false }).addTo(map);
    map.createPane("outline");
    draw(map, outline);
    if (tiles) L.tileLayer(tiles, { attribution: escaped(attribution), maxZoom: 18 }).addTo(map);
    // Shown later than made, in a part of the admin that was folded up.
    new ResizeObserver(() => map.invalidateSize()).observe(element);
    return map;
  };

  L.cityMap.pin = (className, text = "") =>
    L.divIcon({
      className: `pin ${className}`,
      html: `<svg viewBox="-17 -42 34 44" aria-hidden="true"><path d="${PIN}"/><text y="-20">${text}</text></svg>`,
      iconSize: [34, 44],
      iconAnchor: [17, 42],
      popupAnchor: [0, -36],
    });

  async function draw(map, url) {
    const answer = await fetch(url);
    if (!answer.ok) return;
    const layers = L.geoJSON(await answer.json(), {
      pane: "outline",
      renderer: L.svg({ pane: "outline", padding: 1 }),
      smoothFactor: 0.5,
      style: ({ properties }) => ({ className: properties.kind, weight: width(map, properties) }),
      onEachFeature: ({ properties }, layer) => {
        if (properties.kind === "river") layer.setLatLngs(rounded(rounded(layer.getLatLngs())));
        layer.bindTooltip(properties.name, { sticky: true });
      },
    }).addTo(map);
    map.on("zoomend", () => layers.eachLayer((layer) => layer.setStyle({ weight: width(map, layer.feature.properties) })));
  }

  // As wide as it is on the ground, and never too thin to see.
  function width(map, { metres }) {
    const shrink = Math.cos((map.getCenter().lat * Math.PI) / 180);
    return Math.max((metres / (EQUATOR * shrink)) * 2 ** (map.getZoom() + 8), 2);
  }

  // Cuts the corners off a line (Chaikin).
  function rounded(line) {
    const between = (a, b, part) => L.latLng(a.lat + (b.lat - a.lat) * part, a.lng + (b.lng - a.lng) * part);
    const cut = line.slice(1).flatMap((point, i) => [between(line[i], point, 0.25), between(line[i], point, 0.75)]);
    return [line[0], ...cut, line[line.length - 1]];
  }

  // Leaflet takes an attribution for HTML.
  function escaped(text) {
    const span = document.createElement("span");
    span.textContent = text;
    return span.innerHTML;
  }
})();
