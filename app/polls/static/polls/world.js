// L.world(map, url): coasts and borders (Natural Earth) beneath all else. They are read from the SVG that the pages
// without JavaScript show as an image: its paths are "Mx,yl" and then steps, in hundredths of a degree.
"use strict";
(() => {
  const UNITS_PER_DEGREE = 100;
  // The map goes on to the left and right of the world.
  const TURNS = [-360, 0, 360];

  L.world = async (map, url) => {
    const answer = await fetch(url);
    if (!answer.ok) return false;
    const svg = await answer.text();
    // By hand: a parser would apply the page's policy to the image's style, and complain.
    const [land, borders] = ["land", "borders"].map((id) => courses(svg.split(`id="${id}" d="`)[1].split('"')[0]));
    const options = { pane: "world", renderer: L.svg({ pane: "world", padding: 0.5 }), interactive: false };
    // All land before all borders: what reaches over the antimeridian is there twice, and would hide them.
    for (const turn of TURNS) L.polygon(turned(land, turn), { ...options, className: "coast", stroke: false }).addTo(map);
    for (const turn of TURNS) L.polyline(turned(borders, turn), { ...options, className: "border", weight: 1 }).addTo(map);
    return true;
  };

  function courses(path) {
    return path.split("M").slice(1).map((course) => {
      const [start, steps] = course.split("l");
      let [x, y] = start.split(",").map(Number);
      return [[x, y], ...steps.trim().split(" ").map((step) => {
        const [east, south] = step.split(",").map(Number);
        return [(x += east), (y += south)];
      })];
    });
  }

  function turned(lines, degrees) {
    return lines.map((line) => line.map(([x, y]) => [-y / UNITS_PER_DEGREE, x / UNITS_PER_DEGREE + degrees]));
  }
})();
