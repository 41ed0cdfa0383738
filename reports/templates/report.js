"use strict";
// Filters, keys and copy buttons. The page is complete without them.
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const search = $("#search"), byOutcome = $("#by-outcome"), byColumn = $("#by-column"), byLevel = $("#by-level");
  const plain = text => text.toLowerCase();
  const counted = number => number === 1 ? "1 outcome" : `${number} outcomes`;

  // Text is read from the page on the first search, not before: most readers never search.
  const checks = $$("details.check").map(element => ({
    element,
    row: element.closest(".row"),
    level: element.dataset.level,
    outcomes: $$("details.outcome", element).map(outcome => ({
      element: outcome,
      column: outcome.dataset.column,
      state: outcome.dataset.state,
      attention: "attention" in outcome.dataset,
      wording: "wording" in outcome.dataset,
      chip: null,
      text: null,
    })),
    text: null,
  }));
  for (const check of checks)
    for (const outcome of check.outcomes)
      outcome.chip = $(`[data-chip="${CSS.escape(outcome.column)}"]`, check.element);
  const total = checks.reduce((sum, check) => sum + check.outcomes.length, 0);
  const gridRows = new Map($$("tr[data-row]").map(element => [element.dataset.row, element]));

  function textOf(check) {
    if (check.text === null) {
      check.text = plain($("summary", check.element).textContent + " " + $(".about", check.element).textContent
        + " " + $("h3", check.row).textContent);
      for (const outcome of check.outcomes) outcome.text = plain(outcome.element.textContent);
    }
    return check.text;
  }

  function apply() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const shownRows = new Set();
    let shown = 0;
    for (const check of checks) {
      const rightLevel = !byLevel.value || check.level === byLevel.value;
      const about = words.length ? textOf(check) : "";
      let any = false;
      for (const outcome of check.outcomes) {
        const right = rightLevel
          && (!byColumn.value || outcome.column === byColumn.value)
          && (!byOutcome.value || (["attention", "wording"].includes(byOutcome.value) ? outcome[byOutcome.value] : outcome.state === byOutcome.value))
          && words.every(word => about.includes(word) || outcome.text.includes(word));
        outcome.element.hidden = !right;
        if (outcome.chip) outcome.chip.hidden = !right;
        if (right) { any = true; shown += 1; }
      }
      check.element.hidden = !any;
      if (any) shownRows.add(check.row.dataset.row);
    }
    for (const row of $$("section.row")) row.hidden = !shownRows.has(row.dataset.row);
    for (const [name, element] of gridRows) element.hidden = words.length > 0 && !shownRows.has(name);
    const filtered = words.length || byOutcome.value || byColumn.value || byLevel.value;
    $("#shown").textContent = filtered ? `${shown} of ${counted(total)}` : counted(total);
    $("#clear").hidden = !filtered;
    $("#nothing").hidden = shown > 0 || total === 0;
  }

  function clear() {
    search.value = byOutcome.value = byColumn.value = byLevel.value = "";
    apply();
  }

  function reveal(target, open = true) {
    if (target.closest("[hidden]")) clear();
    for (let element = open ? target : target.parentElement; element; element = element.parentElement)
      if (element.tagName === "DETAILS") element.open = true;
    // The check's title stays in sight where the outcome is near enough to it.
    const check = target.closest("details.check");
    const near = check && target.getBoundingClientRect().top - check.getBoundingClientRect().top < innerHeight / 3;
    (near ? check : target).scrollIntoView({ block: "start" });
    const focusable = target.tagName === "DETAILS" ? $("summary", target) : target;
    focusable.focus({ preventScroll: true });
  }

  function follow() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && $("#evidence").contains(target)) reveal(target);
  }

  // From a cell of the grid: its row, with this column only.
  $(".grid").addEventListener("click", event => {
    const link = event.target.closest("a[data-column]");
    if (!link) return;
    clear();
    byColumn.value = link.dataset.column;
    apply();
    const row = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const first = row && ($("details.check:not([hidden]) details.outcome[data-attention]:not([hidden])", row));
    if (first) { event.preventDefault(); history.pushState(null, "", link.hash); reveal(first); }
  });

  function step(list, forward) {
    const visible = list.filter(element => !element.closest("[hidden]"));
    if (!visible.length) return;
    const here = document.activeElement ? visible.findIndex(e => e === document.activeElement.closest("details")) : -1;
    const after = visible.findIndex(e => e.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_PRECEDING);
    let next = here >= 0 ? here + (forward ? 1 : -1) : forward ? after : after - 1;
    if (next < 0) next = forward ? 0 : visible.length - 1;
    reveal(visible[next % visible.length], list !== everyCheck);
  }
  const everyCheck = checks.map(check => check.element);
  const everyFailure = $$("details.outcome[data-attention]");

  const keys = {
    "/": () => { search.scrollIntoView({ block: "nearest" }); search.focus(); search.select(); },
    n: () => step(everyFailure, true),
    p: () => step(everyFailure, false),
    j: () => step(everyCheck, true),
    k: () => step(everyCheck, false),
    g: () => $("#grid").scrollIntoView(),
    "?": () => $("#keys").showModal(),
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("#keys").open) return;
    if (event.key === "Escape") { clear(); document.activeElement.blur(); return; }
    if (event.target.closest("input, select, textarea")) return;
    const action = keys[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  function copyText(element) {
    const copy = element.cloneNode(true);
    for (const extra of $$(".tag, .copy", copy)) extra.remove();
    return copy.textContent;
  }
  async function copy(button) {
    const source = button.closest("[data-copy]") || button.previousElementSibling;
    const text = copyText(source);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      button.textContent = "selected";
      return;
    }
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  }
  // Buttons appear where they can be seen: when the block round them is opened.
  function buttons(within) {
    for (const element of $$("[data-copy]:not([data-ready])", within)) {
      element.dataset.ready = "";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "copy";
      button.setAttribute("aria-label", "Copy " + (element.querySelector(".tag")?.textContent || "this"));
      if (element.tagName === "PRE") element.append(button);
      else element.after(button);
    }
  }
  document.addEventListener("toggle", event => {
    if (event.target.open && event.target.tagName === "DETAILS") buttons(event.target);
  }, true);
  buttons($(".top"));

  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.classList.contains("copy")) { event.preventDefault(); copy(button); }
    if (button.dataset.do === "clear") clear();
    if (button.dataset.do === "keys") $("#keys").showModal();
  });
  let waiting;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  for (const select of [byOutcome, byColumn, byLevel]) select.addEventListener("change", apply);
  $("#toolbar").addEventListener("submit", event => { event.preventDefault(); apply(); });
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    for (const outcome of everyFailure) { outcome.open = true; outcome.closest("details.check").open = true; }
  });

  $("#toolbar").hidden = false;
  apply();
  follow();
})();
