// The keyboard in the gallery. Which presses count: see Shortcuts in ui.js.
(() => {
  const links = () => [...document.querySelectorAll(".card-name a")];
  const here = () =>
    links().indexOf(document.activeElement?.closest(".card")?.querySelector(".card-name a"));

  const go = (index) => {
    const all = links();
    const link = all[Math.min(all.length - 1, Math.max(0, index))];
    link?.focus({ preventScroll: true });
    link?.closest(".card").scrollIntoView({ block: "nearest" });
  };

  // Up and down: the card in the next row whose middle is nearest.
  const row = (step) => {
    const all = links();
    const from = all[here()]?.closest(".card").getBoundingClientRect();
    if (!from) return go(0);
    const middle = from.left + from.width / 2;
    let best = null;
    for (const [index, link] of all.entries()) {
      const box = link.closest(".card").getBoundingClientRect();
      const down = (box.top - from.top) * step;
      if (down < 8) continue;
      const off = down * 10 + Math.abs(box.left + box.width / 2 - middle);
      if (!best || off < best.off) best = { off, index };
    }
    if (best) go(best.index);
  };

  const focus = (selector) => {
    const field = document.querySelector(selector);
    field?.focus();
    return Boolean(field);
  };
  // The selection's decision; without a selection that of the focused card.
  const decide = (verdict) => {
    const button = document.querySelector(`#selection [data-verdict-key="${verdict}"]`);
    if (!button) return;
    if (document.querySelector(".pick input:checked, [data-elsewhere] > input"))
      return button.click();
    const ids = links()[here()]?.closest(".card").id.replace("card-", "");
    if (!ids) return;
    const values = { ids, verdict: button.value };
    htmx.ajax("POST", button.formAction, {
      source: document.body,
      target: "#grid",
      swap: "none",
      values,
    });
  };
  // With Shift, from the clip that was selected last up to this one.
  const select = (shiftKey) => {
    const box = links()[here()]?.closest(".card").querySelector(".pick input");
    box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey }));
  };
  const KEYS = {
    n: () => focus("#composer textarea"),
    "/": () => focus('[role="search"] input') || focus("#composer textarea"),
    j: () => go(here() + 1),
    k: () => go(here() - 1),
    ArrowRight: () => here() >= 0 && go(here() + 1),
    ArrowLeft: () => here() >= 0 && go(here() - 1),
    ArrowDown: () => here() >= 0 && row(1),
    ArrowUp: () => here() >= 0 && row(-1),
    s: () => links()[here()]?.closest(".card").querySelector(".card-stack")?.click(),
    x: () => select(false),
    X: () => select(true),
    1: () => decide(1),
    2: () => decide(2),
    3: () => decide(3),
    0: () => decide(0),
  };

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("#composer");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return form.requestSubmit();
    }
    // In a field of a sheet, Enter presses the button beside it.
    const field = event.target.closest?.('.sheet input[form="selection"]');
    if (field && event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      return field.closest(".field-row")?.querySelector("button").click();
    }
    if (!Shortcuts.allows(event) || (event.repeat && "0123".includes(event.key))) return;
    const act = KEYS[event.key];
    if (!act || (event.key.startsWith("Arrow") && here() < 0)) return;
    event.preventDefault();
    act();
  });

  // Reused settings are here to be changed: the caret goes behind the prompt.
  const reused = document.querySelector("#composer textarea[autofocus]");
  if (reused) {
    reused.focus();
    reused.setSelectionRange(reused.value.length, reused.value.length);
  }

  // An unsent prompt outlives a reload of this tab, and nothing else.
  const KEY = "draft";
  const field = () => document.querySelector("#composer textarea");
  const store = (text) => {
    try {
      if (text) sessionStorage.setItem(KEY, text);
      else sessionStorage.removeItem(KEY);
    } catch {
      // Without storage there is no draft.
    }
  };
  try {
    if (field() && !field().value) field().value = sessionStorage.getItem(KEY) ?? "";
  } catch {
    // As above.
  }
  document.addEventListener(
    "input",
    (event) => event.target === field() && store(event.target.value),
  );
  document.addEventListener("submit", (event) => event.target.id === "composer" && store(""));
})();
