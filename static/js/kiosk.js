// A shared device: goes back to the empty code page after thanks or a minute without a touch. Stores nothing.
"use strict";
(() => {
  const kiosk = document.querySelector("[data-kiosk]");
  const notice = kiosk.querySelector("[data-notice]");
  const start = kiosk.dataset.kiosk;
  const silence = kiosk.dataset.seconds * 1000;
  const warning = 20000;
  let touched = Date.now();

  // Every entry of the history becomes the code page, and the browser forgets what was posted to reach this one:
  // neither Back nor loading again shows or sends anything.
  const forget = () => history.replaceState(null, "", start);
  const leave = () => location.replace(start);

  // The code page with an empty field waits without asking the server; typing begins the minute.
  const resting = () => document.querySelector("form[data-code] [name=code]")?.value === "";

  const touch = () => {
    touched = Date.now();
    notice.hidden = true;
  };

  // By the clock: a device that slept goes back as soon as it wakes.
  const look = () => {
    const left = touched + silence - Date.now();
    if (resting()) touch();
    else if (left <= 0) leave();
    else if (silence > warning) notice.hidden = left > warning;
  };

  forget();
  addEventListener("hashchange", forget);
  addEventListener("pageshow", (event) => {
    if (event.persisted) leave();
  });
  for (const kind of ["pointerdown", "pointermove", "keydown", "input", "scroll"]) addEventListener(kind, touch, { passive: true });
  for (const link of document.querySelectorAll("a[href]")) {
    if (link.origin === location.origin && link.pathname !== start && !link.hash) link.search = "?kiosk=1";
  }
  setInterval(look, 1000);
})();
