// A click on the map writes its place into the two number fields, and what is typed there moves the
// pin. Without this script the fields still take what is typed.
"use strict";
(() => {
  document.addEventListener("DOMContentLoaded", () => start(document));
  // The admin adds inline rows later.
  document.addEventListener("formset:added", ({ target }) => start(target));

  function start(root) {
    for (const place of root.querySelectorAll(".place")) {
      if (!place.closest(".empty-form")) connect(place);
    }
  }

  function connect(place) {
    const element = place.querySelector(".city-map");
    const lat = place.querySelector("[name$=_lat]");
    const lon = place.querySelector("[name$=_lon]");
    const map = L.cityMap(element).setView([element.dataset.lat, element.dataset.lon], 14);
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
      if (!lat.value || !lon.value || !lat.validity.valid || !lon.validity.valid) {
        pin.remove();
        return;
      }
      pin.setLatLng([lat.value, lon.value]).addTo(map);
      if (!map.getBounds().contains(pin.getLatLng())) map.panTo(pin.getLatLng());
    }
  }
})();
