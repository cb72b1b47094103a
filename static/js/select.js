// Selecting clips: the count, all, none. The checkboxes are plain form fields and work without this.
(() => {
  const form = document.querySelector("[data-selection]");
  if (!form) return;
  const boxes = () => [...document.querySelectorAll('input[name="ids"][form="selection"]')];

  const count = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    const output = form.querySelector("[data-selected-count]");
    output.textContent = output.dataset.selectedCount.replace("{n}", chosen);
    // What was said of stacks was said of this selection alone.
    const whole = form.querySelector('[name="whole_stacks"]');
    if (whole && !document.querySelector(".card.is-stack .pick :checked")) whole.checked = false;
    for (const all of document.querySelectorAll("[data-select-all]")) {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && !all.checked;
    }
  };
  const set = (checked) => {
    for (const box of boxes()) box.checked = checked;
    count();
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
    count();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) set(event.target.checked);
    else if (event.target.name === "ids") count();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.matches("textarea, input:not([type=checkbox])"))
      return;
    if (!document.querySelector(":popover-open, dialog[open]")) set(false);
  });

  // A poll replaces a whole card; what was chosen stays chosen.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const before = event.detail.target?.querySelector?.('input[name="ids"]');
    const after = event.detail.fragment?.querySelector?.('input[name="ids"]');
    if (before && after) after.checked = before.checked;
  });
  // What was decided is no longer selected: the next key is for other clips.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.target.closest?.("[data-decide]")) set(false);
  });
  document.addEventListener("htmx:afterSettle", count);
  // The back button brings checked boxes with it.
  window.addEventListener("pageshow", count);
  count();
})();
