// What swapping the heat map leaves to do: to say what has changed, to keep the place, and to ask for the whole page where there is
// no map in the answer.
"use strict";
(() => {
  const told = document.getElementById("told");
  const map = () => document.getElementById("map");
  const frame = () => map().querySelector(".cs-scroll");
  const wholePage = (event) => location.assign(event.detail.pathInfo.finalRequestPath);
  let place = { left: 0, top: 0 };

  // Where, in which order, how many: for those who cannot see that it changed.
  function tell() {
    const parts = [...map().querySelectorAll("h1, .cs-lead")].map((part) => part.textContent.trim().replace(/\s+/g, " "));
    told.textContent = [`${parts.shift() ?? ""}.`, ...parts, map().dataset.told ?? ""].join(" ");
  }

  document.addEventListener("htmx:configRequest", (event) => {
    // The row in the fragment is for browsers without script: the place is kept here.
    event.detail.path = event.detail.path.split("#")[0];
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.serverResponse.includes('id="map"')) {
      // Signed out meanwhile, or an error: the page itself says what is wrong.
      event.detail.shouldSwap = false;
      wholePage(event);
      return;
    }
    const folds = event.detail.requestConfig.elt.matches(".cs-heat__toggle");
    place = { left: frame()?.scrollLeft ?? 0, top: folds ? frame()?.scrollTop ?? 0 : 0 };
  });

  document.addEventListener("htmx:afterSettle", () => {
    frame()?.scrollTo(place);
    if (document.activeElement === document.body) (frame() ?? map()).focus({ preventScroll: true });
    tell();
  });

  document.addEventListener("htmx:sendError", wholePage);
})();
