// L.cityMap(element): a Leaflet map that is useful without a tile server. The hand-drawn rivers and
// streets lie beneath the tiles, where there are some, and are the map where there are none; from far away the world is.
"use strict";
(() => {
  const EQUATOR = 40075017; // metres
  // The world's outline is right to a few kilometres: closer, places at the sea would lie in it. The city has its own.
  const CLOSEST_WORLD = 11.5;
  const CLOSEST_WORLD_OF_CITY = 9;
  const PIN = "M0 0C-6-9-15-15-15-25a15 15 0 0 1 30 0C15-15 6-9 0 0Z";

  L.cityMap = (element, options) => {
    const { outline, world, tiles, attribution, label } = element.dataset;
    element.hidden = false;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", label);
    const map = L.map(element, {
      maxZoom: 18,
      zoomSnap: 0.5,
      scrollWheelZoom: false, // the wheel scrolls the page
      attributionControl: Boolean(tiles),
      ...options,
    });
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    map.createPane("world");
    map.createPane("outline");
    draw(map, outline);
    if (tiles) L.tileLayer(tiles, { attribution: escaped(attribution), maxZoom: 18 }).addTo(map);
    else showWorld(map, world);
    // Shown later than made, in a part of the admin that was folded up.
    new ResizeObserver(() => map.invalidateSize()).observe(element);
    return map;
  };

  // Whether rivers and streets are drawn there.
  L.cityMap.isCity = (element, place) => {
    const [west, south, east, north] = element.dataset.city.split(",");
    return L.latLngBounds([south, west], [north, east]).contains(place);
  };

  L.cityMap.pin = (className, text = "") =>
    L.divIcon({
      className: `pin ${className} ${text > 99 ? "small" : ""}`,
      html: `<svg viewBox="-17 -42 34 44" aria-hidden="true"><path d="${PIN}"/><text y="-20">${text}</text></svg>`,
      iconSize: [34, 44],
      iconAnchor: [17, 42],
      popupAnchor: [0, -36],
    });

  // Asked for when it is first needed: most maps never are so far away.
  function showWorld(map, url) {
    const element = map.getContainer();
    let drawn;
    map.on("moveend", async () => {
      if (!drawn && isFar(map)) drawn = L.world(map, url);
      const far = (await drawn) && isFar(map);
      element.classList.toggle("far", Boolean(far));
      if (far) element.closest("figure")?.querySelector(".of-world").removeAttribute("hidden");
    });
  }

  function isFar(map) {
    const city = L.cityMap.isCity(map.getContainer(), map.getCenter());
    return map.getZoom() <= (city ? CLOSEST_WORLD_OF_CITY : CLOSEST_WORLD);
  }

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
      },
    }).addTo(map);
    // No tooltip of Leaflet's: it makes of each line something that takes the focus.
    layers.eachLayer((layer) => {
      const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
      title.textContent = layer.feature.properties.name;
      layer.getElement().append(title);
    });
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
