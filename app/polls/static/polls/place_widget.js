// A click on the map writes its place into the two number fields, and what is typed there moves the
// pin. Without this script the fields still take what is typed. The map is drawn when it is unfolded.
"use strict";
(() => {
  document.addEventListener("DOMContentLoaded", () => start(document));
  // The admin adds inline rows later.
  document.addEventListener("formset:added", ({ target }) => start(target));

  function start(root) {
    for (const place of root.querySelectorAll(".place")) {
      if (place.closest(".empty-form")) continue;
      const fold = place.querySelector("details");
      fold.hidden = false;
      if (fold.open) draw(place);
      else fold.addEventListener("toggle", () => draw(place), { once: true });
    }
  }

  const fields = (place) => ["lat", "lon"].map((part) => place.querySelector(`[name$=_${part}]`));

  // Where it lies, as typed; nothing for what is no place.
  function typed(place) {
    const inputs = fields(place);
    return inputs.every((input) => input.value && input.validity.valid) && inputs.map((input) => Number(input.value));
  }

  // Without a place of its own a map looks where another choice of the form lies.
  function centre(place, { lat, lon }) {
    return [place, ...document.querySelectorAll(".place")].map(typed).find(Boolean) || [Number(lat), Number(lon)];
  }

  function draw(place) {
    const element = place.querySelector(".city-map");
    const [lat, lon] = fields(place);
    const at = centre(place, element.dataset);
    // Without streets, as close as there is something to see.
    const map = L.cityMap(element).setView(at, L.cityMap.isCity(element, at) ? 14 : 7);
    // The fields do for the keyboard what dragging does for the mouse.
    const pin = L.marker(map.getCenter(), { icon: L.cityMap.pin("leader"), draggable: true, keyboard: false });

    map.on("click", ({ latlng }) => write(latlng));
    pin.on("dragend", () => write(pin.getLatLng()));
    lat.addEventListener("input", read);
    lon.addEventListener("input", read);
    read();

    function write(latlng) {
      const { lat: north, lng: east } = latlng.wrap();
      lat.value = north.toFixed(6);
      lon.value = east.toFixed(6);
      read();
    }

    function read() {
      const at = typed(place);
      if (!at) {
        pin.remove();
        return;
      }
      pin.setLatLng(at).addTo(map);
      if (!map.getBounds().contains(pin.getLatLng())) map.panTo(pin.getLatLng());
    }
  }
})();
