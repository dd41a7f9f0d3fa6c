// A button that asks the browser where it is. Without this script the form still takes what is typed.
"use strict";
(() => {
  const button = document.getElementById("locate");
  const status = document.getElementById("located");
  const { lat, lon } = button.form.elements;
  const REASONS = {
    1: "The browser may not tell your position. Allow it for this page, or type one.",
    2: "Your position is not known. Type one.",
    3: "Your position took too long to find. Try again, or type one.",
  };
  button.hidden = !navigator.geolocation;
  button.addEventListener("click", () => {
    status.textContent = "Looking for you…";
    navigator.geolocation.getCurrentPosition(found, failed, { timeout: 10000, maximumAge: 60000 });
  });

  function found({ coords }) {
    // To a metre.
    lat.value = coords.latitude.toFixed(5);
    lon.value = coords.longitude.toFixed(5);
    status.textContent = "";
    button.form.requestSubmit();
  }

  function failed({ code }) {
    status.textContent = REASONS[code];
  }
})();
