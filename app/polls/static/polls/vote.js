// One click too many is no second vote, and a ballot that one comes back to is empty again. Without this script a vote
// counts all the same.
"use strict";
(() => {
  const PATIENCE = 10000; // milliseconds, after which a visitor who stopped the page from loading may try again
  const ballot = document.getElementById("ballot");
  let sent = -PATIENCE;
  ballot.addEventListener("submit", (event) => {
    if (event.timeStamp - sent < PATIENCE) event.preventDefault();
    else sent = event.timeStamp;
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    sent = -PATIENCE;
    ballot.reset();
  });
})();
