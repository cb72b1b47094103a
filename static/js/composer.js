// The composer rests on one line, opens for writing, and stays open until the focus leaves it: a choice
// must not move away under the pointer.
(() => {
  document.addEventListener("focusin", (event) => {
    const composer = document.getElementById("composer");
    if (!composer?.contains(event.target)) composer?.classList.remove("is-open");
    else if (event.target.matches("textarea")) composer.classList.add("is-open");
  });
  document.addEventListener("focusout", (event) => {
    const composer = event.target.closest("#composer");
    if (composer && !composer.contains(event.relatedTarget)) composer.classList.remove("is-open");
  });
})();

// The composer's menu of saved and recent prompts. Without this its button leads to their page.
(() => {
  const menu = () => document.getElementById("insert");
  const field = () => document.querySelector("#composer textarea[name=prompt]");
  const VARIABLE = /\{([\p{L}\p{N}_][\p{L}\p{N}_ -]{0,39})\}/gu;

  // At the cursor, or in place of what is selected; the browser's undo takes it back.
  const insert = (text) => {
    menu().hidePopover();
    const prompt = field();
    prompt.focus();
    if (!document.execCommand?.("insertText", false, text)) prompt.setRangeText(text);
    prompt.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const fill = (form) => {
    const values = new Map();
    for (const each of form.querySelectorAll("[data-variable]"))
      values.set(each.dataset.variable, each.value.trim());
    return form.dataset.insert.replace(VARIABLE, (whole, name) => values.get(name) || whole);
  };
  // With settings, the server renders the composer again; what was typed before stays around the text.
  const start = async (form) => {
    const prompt = field();
    const [before, after] = [
      prompt.value.slice(0, prompt.selectionStart),
      prompt.value.slice(prompt.selectionEnd),
    ];
    const text = fill(form);
    const query = new URLSearchParams(new FormData(form));
    menu().hidePopover();
    await htmx.ajax("GET", `${form.dataset.insertStart}?${query}`, {
      target: "#composer .composer-body",
      swap: "innerHTML",
    });
    field().value = before + text + after;
    field().focus();
    field().setSelectionRange(before.length + text.length, before.length + text.length);
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== menu()) return;
    menu().showPopover();
    menu().querySelector("input[type=search], button")?.focus();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-insert-save]")) return draft(form);
    if (!form.matches("form[data-insert]")) return;
    event.preventDefault();
    const box = form.querySelector("[data-insert-variables]");
    if (box?.hidden) {
      for (const other of menu().querySelectorAll("[data-insert-variables]"))
        other.hidden = other !== box;
      return box.querySelector("input").focus();
    }
    const empty = [...form.querySelectorAll("[data-variable]")].find((each) => !each.value.trim());
    if (empty) return empty.focus();
    if (form.dataset.insertStart) start(form);
    else insert(fill(form));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-insert]");
    if (button) insert(button.dataset.insert);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-insert-find]")) return;
    const words = event.target.value.toLowerCase().split(/\s+/);
    for (const item of menu().querySelectorAll("[data-insert-item]")) {
      const text = (item.querySelector("[data-insert]")?.dataset.insert ?? "") + item.textContent;
      item.hidden = !words.every((word) => text.toLowerCase().includes(word));
    }
  });

  // What stands in the composer goes along to the page where it gets a name.
  const draft = (form) => {
    for (const old of form.querySelectorAll("[data-copied]")) old.remove();
    for (const [name, value] of new FormData(document.getElementById("composer"))) {
      if (typeof value !== "string" || name === "csrfmiddlewaretoken" || name === "do") continue;
      const copy = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      copy.dataset.copied = "";
      form.append(copy);
    }
  };
})();
