// What every page has: toasts, the focus and place after a poll, the texts for failed requests, names
// that have changed, clocks, the theme, small form help, and the rule for keyboard shortcuts.
(() => {
  const root = document.documentElement;
  const texts = document.getElementById("texts").dataset;
  const fill = (name, value) => texts[name].replace("{n}", value);

  // --- toasts ---------------------------------------------------------------------------------
  const STAY_MS = { info: 7000, undo: 15000 };
  const timers = new WeakMap();

  const STAYS = ".toast-error, .toast-warning, [data-stay]";
  const MOST = 3; // After many decisions, only the last few are shown.

  const rest = (toast) => {
    clearTimeout(timers.get(toast));
    const passing = [...document.querySelectorAll(`[data-toast]:not(${STAYS})`)];
    for (const old of passing.slice(0, -MOST)) old.remove();
    if (toast.matches(STAYS)) return;
    const stay = toast.querySelector("form") ? STAY_MS.undo : STAY_MS.info;
    timers.set(
      toast,
      setTimeout(() => toast.remove(), stay),
    );
  };
  const hold = (event) => {
    const toast = event.target.closest?.("[data-toast]");
    if (!toast) return;
    const leaves = event.type === "mouseout" || event.type === "focusout";
    if (leaves) rest(toast);
    else clearTimeout(timers.get(toast));
  };
  const say = (text, level = "error", key = "") => {
    const region = document.getElementById("toasts");
    if (!region || (key && region.querySelector(`[data-key="${key}"]`))) return;
    const toast = document.createElement("div");
    toast.className = `toast toast-${level}`;
    Object.assign(toast.dataset, { toast: "", key });
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    Object.assign(close, { className: "btn", type: "button", textContent: texts.dismiss });
    close.dataset.toastClose = "";
    toast.append(words, close);
    region.append(toast);
  };
  const region = document.getElementById("toasts");
  if (region) {
    region.querySelectorAll("[data-toast]").forEach(rest);
    new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) rest(node);
    }).observe(region, { childList: true });
    for (const name of ["mouseover", "mouseout", "focusin", "focusout"])
      region.addEventListener(name, hold);
  }

  // After a deletion, Undo is the next stop of Tab; Shift and Tab lead back from it.
  let undo = region?.querySelector(".toast-undo");
  let before = null;
  document.addEventListener("pointerdown", () => (undo = null));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    if (undo?.isConnected && !event.shiftKey) {
      event.preventDefault();
      before = document.activeElement;
      undo.focus();
    } else if (event.shiftKey && before?.isConnected && event.target.matches(".toast-undo")) {
      event.preventDefault();
      before.focus({ preventScroll: true });
    }
    undo = null;
  });

  // --- focus ----------------------------------------------------------------------------------
  // A poll replaces whole pieces of the page. What had the focus in one has it again afterwards: the
  // same button or link, wherever it is now, if it still exists.
  const STOPS = "a[href], button, input, select, textarea, summary, video, [tabindex]";
  const stopsIn = (box) => [...box.querySelectorAll(STOPS)];
  const marksOf = (stop) => {
    const marks = ["id", "name", "value", "type", "formaction", "aria-label"].map((name) =>
      stop.getAttribute(name),
    );
    const href = stop.getAttribute("href")?.split("?")[0];
    return JSON.stringify([stop.tagName, href, stop.textContent.trim(), ...marks]);
  };
  let focused = null;
  const note = (event) => {
    const at = document.activeElement;
    if (!event.detail.target?.contains?.(at) || at === document.body) return;
    const box = at.parentElement.closest("[id]");
    if (!box) return;
    const marks = marksOf(at);
    const alike = stopsIn(box).filter((stop) => marksOf(stop) === marks);
    focused = { at, id: box.id, marks, index: alike.indexOf(at) };
  };
  const giveBack = () => {
    if (!focused || focused.at.isConnected) return;
    const box = document.getElementById(focused.id);
    const alike = box ? stopsIn(box).filter((stop) => marksOf(stop) === focused.marks) : [];
    const isFree = !document.activeElement || document.activeElement === document.body;
    if (isFree) (alike[focused.index] ?? alike[0])?.focus({ preventScroll: true });
    focused = null;
  };
  for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"])
    document.addEventListener(name, note);
  for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"])
    document.addEventListener(name, giveBack);

  // --- place ----------------------------------------------------------------------------------
  // What a poll, or the button for new clips, adds above does not move what the viewer looks at:
  // where the focus is, or else what stands in the upper half of the window.
  const inView = (box) => box.top >= 0 && box.bottom <= innerHeight;
  const looked = () => {
    const at = document.activeElement;
    const isOfPage = at && at !== document.body && !at.matches(".pill");
    const isHere = isOfPage && inView(at.getBoundingClientRect());
    return (isHere ? at : document.elementFromPoint(innerWidth / 2, innerHeight / 3))?.closest(
      "[id]",
    );
  };
  let place = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.requestConfig?.elt?.matches("[data-poll], .pill") || scrollY === 0) return;
    const box = looked();
    place = box && { id: box.id, top: box.getBoundingClientRect().top };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!place) return;
    const { id, top } = place;
    place = null;
    requestAnimationFrame(() => {
      const now = document.getElementById(id)?.getBoundingClientRect().top ?? top;
      if (Math.abs(now - top) >= 1) scrollBy({ top: now - top, behavior: "instant" });
    });
  });

  // --- requests that failed -------------------------------------------------------------------
  const isPoll = (event) => event.target.matches?.("[data-poll]");

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (isPoll(event)) return say(texts.silent, "warning", "offline");
    say(texts[status] ?? texts.failed);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (isPoll(event)) return say(texts.offline, "warning", "offline");
    say(texts.unsent);
  });
  document.addEventListener("htmx:afterOnLoad", () => {
    document.querySelector('[data-key="offline"]')?.remove();
  });
  // A hidden tab doesn't poll.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isPoll(event) && document.hidden) event.preventDefault();
  });

  // An answer to choices that have changed since would take the later one back. It is left out: the
  // later change waits in htmx's queue, and is asked for next.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    if (!target?.matches?.("[data-choices]")) return;
    const changed = (select) => requestConfig.formData.get(select.name) !== select.value;
    if ([...target.querySelectorAll("select")].some(changed)) event.detail.shouldSwap = false;
  });

  // --- names ----------------------------------------------------------------------------------
  // Members who have another name since the page was loaded: it is written wherever the page names
  // them, and in the filters.
  document.addEventListener("htmx:afterSettle", () => {
    for (const { dataset, textContent } of document.querySelectorAll("[data-renamed]"))
      for (const name of document.querySelectorAll(
        `[data-member="${CSS.escape(dataset.renamed)}"],
        #filters [name="maker"] option[value="${CSS.escape(dataset.username)}"]`,
      ))
        if (name.textContent !== textContent) name.textContent = textContent;
  });

  // --- clocks ---------------------------------------------------------------------------------
  const UNITS = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
  ];
  const span = (seconds) => {
    for (const [size, name] of UNITS)
      if (seconds >= size) return fill(name, Math.floor(seconds / size));
    return fill("s", Math.floor(seconds));
  };
  // Times are the viewer's own; zone and year are shown on hover. They are written in the page's
  // language, as the viewer's country writes it where the browser says so.
  const isOfPage = (tag) => tag.split("-")[0] === root.lang.split("-")[0];
  const LOCALE = navigator.languages.find(isOfPage) ?? root.lang;
  const FULL = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" });
  const local = (moment, withSeconds) => {
    const style = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
    if (moment.getFullYear() !== new Date().getFullYear()) style.year = "numeric";
    if (withSeconds) style.second = "2-digit";
    return new Intl.DateTimeFormat(LOCALE, style).format(moment);
  };
  const tick = () => {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.getTime())) continue;
      const isFresh = !time.title;
      if (isFresh) time.title = FULL.format(moment);
      const past = (Date.now() - moment) / 1000;
      let text = time.textContent;
      if ("until" in time.dataset) text = past >= 0 ? texts.expired : fill("until", span(-past));
      else if ("ago" in time.dataset) text = past < 45 ? texts.now : fill("ago", span(past));
      else if (isFresh) text = local(moment, "seconds" in time.dataset);
      if (time.textContent !== text) time.textContent = text;
    }
  };
  tick();
  setInterval(tick, 10000);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("htmx:oobAfterSwap", tick);

  // --- theme ----------------------------------------------------------------------------------
  const showTheme = () => {
    const now = root.dataset.theme ?? "auto";
    for (const button of document.querySelectorAll("[data-theme-set]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === now));
  };
  const setTheme = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Without storage the choice holds for this page.
    }
    showTheme();
  };
  showTheme();

  // --- copying --------------------------------------------------------------------------------
  const select = (source) => {
    if (source.select) {
      source.focus();
      source.select();
    } else getSelection().selectAllChildren(source);
  };
  // Without HTTPS, on another machine than this, browsers have no clipboard for scripts.
  const copyOld = (source, trigger) => {
    select(source);
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch {
      // Nothing was copied; the selection stays for the person.
    }
    if (!copied) return say(texts.copyByHand, "warning", "copy");
    getSelection().removeAllRanges();
    trigger.focus();
    say(texts.copied, "info");
  };
  const copy = (source, trigger) => {
    if (!navigator.clipboard?.writeText) return copyOld(source, trigger);
    const text = source.value ?? source.textContent.trim();
    navigator.clipboard.writeText(text).then(
      () => say(texts.copied, "info"),
      () => copyOld(source, trigger),
    );
  };

  // --- clicks and files -----------------------------------------------------------------------
  const showFile = (input) => {
    const box = input.parentElement;
    const label = box.querySelector("[data-filename]");
    if (!label) return;
    label.dataset.empty ??= label.textContent;
    label.textContent = input.files[0]?.name ?? label.dataset.empty;
    box.classList.toggle("has-file", input.files.length > 0);
    box.querySelector("[data-file-clear]").hidden = !input.files.length;
  };
  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-theme-set]")) setTheme(on("[data-theme-set]").dataset.themeSet);
    if (on("[data-toast-close]")) on("[data-toast]").remove();
    if (on("[data-copy]")) {
      const trigger = on("[data-copy]");
      copy(document.getElementById(trigger.dataset.copy), trigger);
    }
    if (on("[data-file-clear]")) {
      const input = on("[data-file-clear]").parentElement.querySelector("input[type=file]");
      input.value = "";
      showFile(input);
      input.focus();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") showFile(event.target);
  });
})();

// Which key presses are shortcuts? None while typing, nor with Ctrl, Alt or Meta; those of a
// single character only where the member has not switched them off (WCAG 2.1.4).
window.Shortcuts = (() => {
  const FIELDS =
    "textarea, select, input:not([type=hidden], [type=checkbox], [type=radio], [type=range])";
  const isTyping = (target) => target.isContentEditable || target.matches?.(FIELDS);
  const isCharacter = (key) => key.length === 1 && key !== " ";
  const areOn = () => "keys" in document.body.dataset;
  const allows = (event) =>
    !(
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.isComposing ||
      isTyping(event.target)
    ) &&
    (areOn() || !isCharacter(event.key));
  const isCovered = () => Boolean(document.querySelector(":popover-open, dialog[open]"));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
    if (event.key !== "?" || !allows(event)) return;
    event.preventDefault();
    document.getElementById("help")?.togglePopover();
  });

  // R goes to the reasons that the newest message offers, and Escape back. Once one is chosen, the
  // focus is where it was.
  let left = null;
  const giveBack = () => {
    const now = left?.isConnected ? left : document.getElementById(left?.id);
    now?.focus({ preventScroll: true });
    left = null;
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && event.target.closest?.(".toast-reasons")) {
        event.stopImmediatePropagation();
        return left ? giveBack() : event.target.blur();
      }
      if (event.key !== "r" || !allows(event)) return;
      const reasons = [...document.querySelectorAll(".toast-reasons")].at(-1);
      if (!reasons) return;
      event.preventDefault();
      left = document.activeElement;
      reasons.querySelector("button").focus();
    },
    true,
  );
  document.addEventListener("htmx:afterSwap", (event) => {
    if (left && event.detail.requestConfig?.elt?.matches(".toast-reasons")) giveBack();
  });

  return { allows, isCovered, isTyping };
})();
