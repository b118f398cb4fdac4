// Saves the leader's form while it is filled in: only the statements that changed, so that two leaders do not undo each other.
"use strict";
(() => {
  const form = document.querySelector("form[data-autosave]");
  const status = form.querySelector("[data-dock] [role=status]");
  const statements = [...form.querySelectorAll("fieldset")];
  const PAUSE = 800;
  const FIRST_RETRY = 3000;
  const LAST_RETRY = 60000;
  let timer = 0;
  let retry = FIRST_RETRY;
  let running = null;
  let closed = false;
  let leaving = false;

  // The cookie, not the field: signing in again in another tab changes it.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  const tick = (set) => (set ? "on" : "false");

  const typed = (statement) => [...statement.elements].flatMap((field) => {
    if (field.type === "radio") return field.checked ? [[field.name, field.value]] : [];
    if (field.type === "checkbox") return [[field.name, tick(field.checked)]];
    return field.type === "textarea" ? [[field.name, field.value]] : [];
  });

  // What the page came with; a note that the server refused counts as not saved.
  const served = (statement) => [...statement.elements].flatMap((field) => {
    if (field.type === "radio") return field.defaultChecked ? [[field.name, field.value]] : [];
    if (field.type === "checkbox") return [[field.name, tick(field.defaultChecked)]];
    return field.type === "textarea" ? [[field.name, field.hasAttribute("aria-invalid") ? null : field.defaultValue]] : [];
  });

  const saved = new Map(statements.map((statement) => [statement, JSON.stringify(served(statement))]));
  const changed = () => statements.filter((statement) => JSON.stringify(typed(statement)) !== saved.get(statement));

  function say(name, values = {}) {
    status.textContent = (status.dataset[name] ?? name).replace(/\[(\w+)\]/g, (whole, key) => values[key] ?? whole);
    status.classList.toggle("cs-saved--not", name !== "saved" && name !== "saving");
  }

  function count() {
    for (const small of document.querySelectorAll("[data-part]")) {
      const part = [...document.getElementById(small.dataset.part).querySelectorAll("fieldset")];
      const rated = part.filter((statement) => statement.querySelector("[type=radio]:checked")).length;
      small.textContent = small.dataset.say.replace("[rated]", rated).replace("[of]", part.length);
    }
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(() => save(), pause);
  }

  function tryAgain(why) {
    say(why);
    later(retry);
    retry = Math.min(2 * retry, LAST_RETRY);
    return "waiting";
  }

  async function send(parts) {
    const states = new Map(parts.map((statement) => [statement, typed(statement)]));
    const body = new FormData();
    for (const [name, value] of [...states.values()].flat()) body.set(name, value);
    say("saving");
    try {
      const headers = { "X-CSRFToken": token() };
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers, redirect: "manual", keepalive: document.hidden });
      // A redirect leads to the sign-in page.
      if (answer.type === "opaqueredirect" || answer.status === 403) return tryAgain("signedOut");
      const data = await answer.json();
      retry = FIRST_RETRY;
      if (answer.status === 410) {
        closed = true;
        say(data.closed);
        return "closed";
      }
      if (answer.status === 422) {
        say("refused", { reason: Object.values(data.errors).join(" ") });
        return "refused";
      }
      for (const [statement, state] of states) saved.set(statement, JSON.stringify(state));
      say("saved", { time: data.saved, rated: data.filled, of: data.of });
      return "saved";
    } catch {
      return tryAgain("offline");
    }
  }

  // One request at a time; what is typed meanwhile goes with the next.
  async function save({ always = false } = {}) {
    while (running) await running;
    clearTimeout(timer);
    if (closed) return "closed";
    const parts = changed();
    if (!parts.length && !always) return "saved";
    running = send(parts);
    const outcome = await running;
    running = null;
    if (outcome === "saved" && changed().length) later(PAUSE);
    return outcome;
  }

  // Leaves by an ordinary post; a disabled statement is not sent, so an old page does not overwrite a colleague's newer answer.
  function post(action) {
    const open = new Set(changed());
    for (const statement of statements) statement.disabled = !open.has(statement);
    form.elements.csrfmiddlewaretoken.value = token();
    form.action = action;
    leaving = true;
    form.submit();
  }

  form.addEventListener("input", () => {
    count();
    if (!closed) later(PAUSE);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const submits = event.submitter?.hasAttribute("formaction");
    const outcome = await save({ always: !submits });
    if (outcome === "waiting" || (outcome === "saved" && !submits)) return;
    post(submits ? event.submitter.formAction : form.action);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save();
  });
  window.addEventListener("online", () => later(0));
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && !closed && changed().length) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
    for (const statement of statements) statement.disabled = false;
    count();
    if (changed().length) later(PAUSE);
  });
})();
