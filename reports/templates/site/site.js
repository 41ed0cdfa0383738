"use strict";
// The search: every word must be in the title or the words beside it. All other pages need no script.
(() => {
  const entries = JSON.parse(document.getElementById("index").textContent)
    .map(([title, words, path]) => ({ title, words, path, text: `${title} ${words}`.toLowerCase() }));
  const input = document.getElementById("search"), list = document.getElementById("results");
  const found = document.getElementById("found"), most = 200;

  function show() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.length ? entries.filter(entry => words.every(word => entry.text.includes(word))) : [];
    list.replaceChildren(...hits.slice(0, most).map(entry => {
      const item = document.createElement("li"), link = document.createElement("a"), small = document.createElement("small");
      link.href = entry.path;
      link.textContent = entry.title;
      small.textContent = ` ${entry.words}`;
      item.append(link, small);
      return item;
    }));
    found.textContent = words.length ? `${hits.length} of ${entries.length}${hits.length > most ? `, the first ${most} shown` : ""}` : "";
  }

  document.getElementById("search-form").hidden = false;
  document.getElementById("search-form").addEventListener("submit", event => event.preventDefault());
  input.addEventListener("input", () => {
    show();
    history.replaceState(null, "", input.value ? `#${encodeURIComponent(input.value)}` : location.pathname);
  });
  if (location.hash.length > 1) input.value = decodeURIComponent(location.hash.slice(1));
  show();
  input.focus();
})();
