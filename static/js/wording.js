// A draft of a questionnaire: how long it is, and hints on a statement while it is typed. The rules of the hints are the server's.
"use strict";
(() => {
  const form = document.querySelector("form[data-draft]");
  const length = form.querySelector("[data-length]");
  const PAUSE = 600;
  const timers = new Map();

  const field = (code, name) => form.elements[code ? `${code}-${name}` : name];

  function count() {
    const chosen = form.querySelectorAll("[type=checkbox]:checked").length;
    const minutes = Math.max(1, Math.round((chosen * form.dataset.seconds) / 60));
    length.textContent = length.dataset.say.replace("[count]", chosen).replace("[minutes]", minutes);
  }

  async function ask(place) {
    const code = place.dataset.hintsFor;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const name of ["team", "manager"]) body.set(name, field(code, name).value);
    try {
      const answer = await fetch(form.dataset.hints, { method: "POST", body, redirect: "manual" });
      if (answer.ok) place.innerHTML = await answer.text();
    } catch {
      // Without a connection there are no hints; saving says what is wrong.
    }
  }

  form.addEventListener("input", (event) => {
    const place = [...form.querySelectorAll("[data-hints-for]")].find((one) =>
      ["team", "manager"].some((name) => field(one.dataset.hintsFor, name) === event.target));
    if (!place) return;
    clearTimeout(timers.get(place));
    timers.set(place, setTimeout(() => ask(place), PAUSE));
  });
  if (length) form.addEventListener("change", count);
})();
