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

// The reference image in the composer: shown as it will be sent, before anything is sent. It may be
// chosen, dropped or pasted. Without this the plain file field and the choice of fit still work.
(() => {
  const TYPES = ["image/png", "image/jpeg", "image/webp"];
  const composer = () => document.querySelector("form#composer");
  const field = () => document.querySelector("#composer input[type=file]");
  const box = () => document.getElementById("composer-ref");

  const size = () => {
    const own = composer().querySelector('[name="own_size"]')?.value.trim() ?? "";
    const chosen = composer().querySelector('[name="size"]')?.value ?? "";
    const found = /^(\d{1,5})x(\d{1,5})$/.exec(own || chosen);
    return found && Number(found[1]) && Number(found[2])
      ? [Number(found[1]), Number(found[2])]
      : null;
  };

  // The frame has the size's own ratio; within it the picture lies as the server will lay it.
  const lay = () => {
    const shot = box()?.querySelector("[data-shot]");
    const picture = shot?.querySelector("img");
    if (!picture?.naturalWidth) return;
    const wanted = size();
    const [width, height] = wanted ?? [picture.naturalWidth, picture.naturalHeight];
    const padded = Boolean(wanted) && box().querySelector('[name="fit"]').value === "pad";
    shot.style.setProperty("--ratio", width / height);
    shot.classList.toggle("is-padded", padded);
    shot.classList.toggle("is-tall", picture.naturalWidth / picture.naturalHeight < width / height);
    const text = shot.dataset[padded ? "padded" : wanted ? "cropped" : "unchanged"];
    picture.alt = text.replace("{width}", width).replace("{height}", height);
    shot.hidden = false;
  };

  const alertBox = () => box().querySelector("[data-file-error]");
  const complain = (text) => {
    alertBox().replaceChildren();
    if (!text) return;
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.append(Object.assign(document.createElement("li"), { textContent: text }));
    alertBox().append(list);
  };

  const wrong = (file) => {
    const texts = alertBox().dataset;
    // Some systems give no type; then the image itself has to show it.
    if (file.type && !TYPES.includes(file.type))
      return texts.wrongType.replace("{name}", () => file.name);
    if (!file.size) return texts.empty;
    const most = Number(field().dataset.maxBytes);
    return file.size > most ? texts.tooLarge.replace("{n}", Math.floor(most / 1024 / 1024)) : "";
  };

  const show = () => {
    const shot = box()?.querySelector("[data-shot]");
    if (!shot) return;
    shot.replaceChildren();
    shot.hidden = true;
    const file = field().files[0];
    if (!file) return;
    complain(wrong(file));
    if (wrong(file)) return clear();
    const picture = new Image();
    const address = URL.createObjectURL(file);
    picture.onload = () => {
      URL.revokeObjectURL(address);
      lay();
    };
    picture.onerror = () => {
      URL.revokeObjectURL(address);
      if (!picture.isConnected) return;
      complain(alertBox().dataset.unreadable);
      clear();
    };
    shot.append(picture);
    picture.src = address;
  };

  // ui.js shows the name and the button that removes it; it listens for the same event.
  const tell = () => field().dispatchEvent(new Event("change", { bubbles: true }));
  const clear = () => {
    field().value = "";
    tell();
  };
  const take = (file) => {
    const one = new DataTransfer();
    one.items.add(file);
    field().files = one.files;
    tell();
  };

  document.addEventListener("change", (event) => {
    if (event.target === field()) show();
    else if (event.target.closest?.("#composer")) lay();
  });
  document.addEventListener("input", (event) => event.target.name === "own_size" && lay());
  document.addEventListener("click", (event) => {
    // After ui.js, whose click on this button has emptied the field by now.
    if (event.target.closest("#composer [data-file-clear]")) show();
  });
  // The choice of sizes is replaced when the model changes.
  document.addEventListener("htmx:afterSettle", () => composer() && lay());

  // A file dropped beside the composer would replace the page, and what was typed with it.
  const brings = (event) => field() && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    const over = Boolean(event.target.closest("#composer"));
    event.dataTransfer.dropEffect = over ? "copy" : "none";
    composer().classList.toggle("is-over", over);
  });
  document.addEventListener("dragleave", (event) => {
    if (field() && !event.relatedTarget?.closest?.("#composer"))
      composer().classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    composer().classList.remove("is-over");
    if (event.target.closest("#composer") && event.dataTransfer.files[0])
      take(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    if (!field() || !event.target.closest?.("#composer")) return;
    const file = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
    // What comes with words is pasted as words.
    if (!file || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(file);
  });
  // The back button brings the chosen file with it.
  window.addEventListener("pageshow", () => field()?.files.length && tell());
})();
