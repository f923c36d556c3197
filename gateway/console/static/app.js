"use strict";
// Two things pages cannot do by themselves: ring for the lists that refresh, and tell when the console is away.
(() => {
  const EVERY_MS = 5000;
  const live = () => document.getElementById("live");
  const isReading = (list) => list.querySelector(":focus-visible") !== null;

  setInterval(() => {
    if (live()?.checked && !document.hidden && window.htmx) htmx.trigger(document.body, "tick");
  }, EVERY_MS);

  // A list somebody stands in with the keyboard, or has marked text in, stays as it is.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const list = event.detail.elt;
    if (isReading(list) || String(window.getSelection())) event.preventDefault();
  });

  const tell = (isLost) => () => { document.getElementById("lost").hidden = !isLost; };
  document.addEventListener("htmx:sendError", tell(true));
  document.addEventListener("htmx:responseError", tell(true));
  document.addEventListener("htmx:afterSwap", tell(false));

  // "/" goes to the search field, as everywhere.
  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("search");
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "/" && search && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  // One click is one order: a form goes out once.
  document.addEventListener("submit", (event) => {
    const button = event.target.method === "post" && event.target.querySelector("button");
    if (button) setTimeout(() => { button.disabled = true; });
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });
})();
