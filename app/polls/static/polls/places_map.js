// Puts a map with markers and popups in the place of the sketch.
"use strict";
(() => {
  const element = document.querySelector(".map .city-map");
  const { here, places } = JSON.parse(document.getElementById("places").textContent);
  const figure = element.parentElement;
  figure.classList.add("live");
  figure.hidden = false;
  figure.querySelector("figcaption").hidden = Boolean(element.dataset.tiles); // they lie over what it names
  const map = L.cityMap(element);
  const points = places.map(({ at }) => at);
  map.fitBounds(L.latLngBounds(here ? [here, ...points] : points), {
    paddingTopLeft: [40, 64], // the pins stand above their places
    paddingBottomRight: [40 + (figure.querySelector(".inset")?.clientWidth ?? 0), 40],
    maxZoom: 15,
  });
  if (here) {
    L.circleMarker(here, { radius: 9, className: "here" }).bindTooltip("You").addTo(map);
  }
  for (const place of places) mark(place);

  function mark(place) {
    const marker = L.marker(place.at, {
      icon: L.cityMap.pin(place.leads ? "leader" : "", place.number ?? ""),
      zIndexOffset: place.leads ? 10000 : 0, // before its neighbours
      title: place.name,
      riseOnHover: true,
    });
    marker.on("add", () => marker.getElement().setAttribute("aria-label", `${place.name}, ${place.votes}`));
    marker.bindPopup(() => content(place), {
      minWidth: 140,
      maxWidth: 240,
      autoPanPaddingTopLeft: [60, 16], // beside the buttons
      autoPanPaddingBottomRight: [16, 16],
    });
    marker.on("popupopen", ({ popup }) => opened(marker, popup.getElement(), place));
    marker.addTo(map);
  }

  // From the keyboard too: the focus moves into the popup, and Escape brings it back.
  function opened(marker, popup, place) {
    popup.setAttribute("role", "dialog");
    popup.setAttribute("aria-label", place.name);
    popup.tabIndex = -1;
    popup.onkeydown = ({ key }) => key === "Escape" && marker.closePopup();
    marker.once("popupclose", () => popup.contains(document.activeElement) && marker.getElement().focus());
    popup.focus({ preventScroll: true });
  }

  // Elements and no HTML: a name may contain anything.
  function content({ name, votes, question, url }) {
    const box = document.createElement("div");
    box.append(line("strong", name), line("span", votes));
    if (url !== location.pathname) {
      const link = line("a", question);
      link.href = url;
      box.append(link);
    }
    return box;
  }

  function line(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }
})();
