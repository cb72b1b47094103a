// Selecting clips: the count, all, none. The checkboxes are plain form fields and work without this.
(() => {
  // The menu of a card is fetched when it opens; it is emptied when it closes.
  const menu = document.getElementById("card-menu");
  menu?.addEventListener("toggle", (event) => {
    if (event.newState === "closed") menu.replaceChildren();
  });

  const form = document.querySelector("[data-selection]");
  if (!form) return;
  const STACKS = ".card.is-stack:not(#stack-row *) .pick :checked";
  const boxes = () => [...document.querySelectorAll('input[name="ids"][form="selection"]')];

  // All that match the filters, on every page: only for these filters, and only while every clip
  // on the page is selected.
  const all = form.querySelector("[data-all-matching]");
  const matching = form.querySelector("[data-matching]");
  const query = () => document.querySelector("#matching-query")?.value;
  let asked = null;
  let first = null;

  // What is selected stays so on the other pages of the list, after a reload and on the way back
  // from a clip: until it is cleared, something is done to it, or the filters are others.
  const STORE = "selection";
  const elsewhere = form.querySelector("[data-elsewhere]");
  const list = () => `${location.pathname}?${query() ?? ""}`;
  let listed = list();
  const stored = () => {
    try {
      const { of, ids } = JSON.parse(sessionStorage.getItem(STORE)) ?? {};
      return of === list() ? ids : [];
    } catch {
      return null; // Without storage, a selection lasts as long as its page.
    }
  };
  const store = () => {
    if (!elsewhere) return;
    const chosen = [...boxes().filter((box) => box.checked), ...elsewhere.children];
    const ids = chosen.map((each) => each.value);
    try {
      if (ids.length) sessionStorage.setItem(STORE, JSON.stringify({ of: list(), ids }));
      else sessionStorage.removeItem(STORE);
    } catch {
      // As above.
    }
  };
  // Clips that this page doesn't show are sent along by hidden fields.
  const hide = (id) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "ids", value: id });
    return input;
  };
  const restore = () => {
    const ids = elsewhere && stored();
    if (!ids) return;
    const left = new Set(ids);
    for (const box of boxes()) box.checked = left.delete(box.value);
    elsewhere.replaceChildren(...[...left].map(hide));
  };
  // Cards that came later show what is selected of them.
  const arrive = () => {
    if (!elsewhere) return;
    if (listed !== list()) elsewhere.replaceChildren();
    listed = list();
    for (const input of [...elsewhere.children]) {
      const box = boxes().find((each) => each.value === input.value);
      if (!box) continue;
      box.checked = true;
      input.remove();
    }
  };

  const count = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    const others = elsewhere?.children.length ?? 0;
    const output = form.querySelector("[data-selected-count]");
    const words = others ? output.dataset.selectedElsewhere : output.dataset.selectedCount;
    output.textContent = all?.checked
      ? output.dataset.allSelected
      : words.replace("{n}", chosen + others).replace("{m}", others);
    store();
    // What was said of stacks was said of this selection alone.
    const whole = form.querySelector('[name="whole_stacks"]');
    if (whole && !document.querySelector(STACKS)) whole.checked = false;
    for (const box of document.querySelectorAll("[data-select-all]")) {
      box.checked = chosen > 0 && chosen === boxes().length;
      box.indeterminate = chosen > 0 && !box.checked;
    }
  };
  const set = (checked) => {
    for (const box of boxes()) box.checked = checked;
    if (!checked) elsewhere?.replaceChildren();
    if (all && !checked) all.checked = false;
    count();
    ask();
  };

  // The server counts the matches when a selection begins, and again for other filters.
  const ask = () => {
    if (!matching || !boxes().some((box) => box.checked)) return;
    if (asked === query() && first === boxes()[0]?.value) return;
    asked = query();
    first = boxes()[0]?.value;
    htmx.trigger(matching, "matching");
  };
  const keepAll = () => {
    if (!all?.checked) return;
    // Other filters, or clips that arrived since: what was ticked didn't include them.
    if (asked !== query() || first !== boxes()[0]?.value) set(false);
    // Cards at the end of the wall are among those that match; those in the row of an opened stack
    // are not.
    for (const box of boxes()) box.checked = all.checked && !box.closest("#stack-row");
  };

  // Shift extends from the last box that was clicked, as in every file manager.
  let last = null;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-selection-all]")) set(true);
    if (event.target.closest("[data-selection-clear]")) set(false);
    const box = event.target.closest('input[name="ids"]');
    if (!box) return;
    const row = boxes();
    if (event.shiftKey && last && row.includes(last)) {
      const [from, to] = [row.indexOf(last), row.indexOf(box)].sort((a, b) => a - b);
      for (const other of row.slice(from, to + 1)) other.checked = box.checked;
    }
    last = box;
    if (all && !box.checked) all.checked = false;
    count();
    ask();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all], [data-all-matching]")) set(event.target.checked);
    else if (event.target.name === "ids") count();
    else if (event.target.name === "whole_stacks") {
      asked = null;
      ask();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.matches("textarea, input:not([type=checkbox])"))
      return;
    if (!document.querySelector(":popover-open, dialog[open]")) set(false);
  });

  // So does what was chosen among cards that leave the page, such as those of an opened stack.
  document.addEventListener("cards:leave", ({ detail }) => {
    for (const box of detail.querySelectorAll(".pick :checked")) {
      if (!all?.checked) elsewhere?.append(hide(box.value));
      box.checked = false;
    }
    count();
  });
  // A poll replaces a whole card; what was chosen stays chosen.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const before = event.detail.target?.querySelector?.('input[name="ids"]');
    const after = event.detail.fragment?.querySelector?.('input[name="ids"]');
    if (before && after && before.value === after.value) after.checked = before.checked;
  });
  // What was decided is no longer selected: the next key is for other clips. Many clips are decided
  // in the background: the answer is the way to the page that says so.
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const isDone = detail.successful || detail.xhr.getResponseHeader("HX-Redirect");
    if (isDone && target.closest?.("[data-decide]")) set(false);
  });
  document.addEventListener("htmx:afterSettle", () => {
    arrive();
    keepAll();
    count();
  });
  // What was organised or deleted is no longer selected; what was downloaded or compared still is.
  form.addEventListener("submit", ({ submitter }) => {
    if (!submitter?.matches('[name="do"], .btn-bad')) return;
    // Its values are sent first.
    setTimeout(() => set(false));
  });
  // The browser brings checked boxes back by their place, where other clips may be by now.
  window.addEventListener("pageshow", () => {
    restore();
    count();
  });
  restore();
  count();
})();
