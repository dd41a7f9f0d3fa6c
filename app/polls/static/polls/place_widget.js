// A click on the map writes its place into the two number fields. Without this
// script the fields still take what is typed. One listener for the whole page,
// because the admin adds inline rows later.
document.addEventListener("click", (event) => {
  const svg = event.target.closest(".place svg");
  if (!svg) return;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const place = svg.closest(".place");
  const { width, height } = svg.viewBox.baseVal;
  const { centreLon, centreLat, degreesLon, degreesLat } = place.dataset;
  const lon = Number(centreLon) + (at.x - width / 2) * Number(degreesLon);
  const lat = Number(centreLat) - (at.y - height / 2) * Number(degreesLat);
  place.querySelector("[name$=_lon]").value = lon.toFixed(6);
  place.querySelector("[name$=_lat]").value = lat.toFixed(6);
  const spot = svg.querySelector(".spot");
  spot.setAttribute("cx", at.x);
  spot.setAttribute("cy", at.y);
  spot.removeAttribute("visibility");
});
