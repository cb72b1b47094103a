// Reviewing a clip: decisions by key that go on to the next clip, comments at a moment, preloading.
(() => {
  const player = window.ClipPlayer;
  const strip = document.getElementById("strip");

  // --- on to the next clip ----------------------------------------------------------------------
  const box = document.querySelector("[data-advance]");
  const goesOn = () =>
    (player.store.get("advance") ?? (strip && "fromList" in strip.dataset ? "on" : "off")) === "on";
  if (box) {
    box.checked = goesOn();
    box.addEventListener("change", () => player.store.set("advance", box.checked ? "on" : "off"));
  }
  // A second key, pressed while the next clip is on its way, is not meant for this one.
  let isDeciding = false;
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target.closest?.("[data-decide-clip]"))
      isDeciding = Boolean(detail.xhr.getResponseHeader("HX-Redirect"));
  });
  window.addEventListener("pageshow", () => (isDeciding = false));
  document.addEventListener("clip:decide", ({ detail: button }) => {
    if (isDeciding) return;
    isDeciding = true;
    const form = button.form;
    form.elements.advance.value = box?.checked ? "1" : "";
    // htmx sends the value of a button that was clicked, not of one that only submits.
    button.click();
    form.elements.advance.value = "";
  });

  // A clip that was reached from its neighbour plays at once, where motion is welcome.
  const session = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null; // Storage may be forbidden.
    }
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.addEventListener("click", (event) => {
    if (event.target.closest(".list-position [rel], .filmstrip a"))
      session((kept) => kept.setItem("play", "1"));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.("[data-decide-clip]");
    if (form?.elements.advance.value === "1") session((kept) => kept.setItem("play", "1"));
  });
  if (session((kept) => kept.getItem("play"))) {
    session((kept) => kept.removeItem("play"));
    if (!still) player.play();
  }

  // --- the clips beside this one are fetched before they are wanted, the next one first -----------
  const beside = ["next", "previous"]
    .map((side) => document.querySelector(`[data-beside=${side}]`))
    .filter(Boolean);
  const spares =
    navigator.connection?.saveData || !matchMedia("(hover: hover) and (min-width: 60rem)").matches;
  const preload = async () => {
    for (const { dataset } of beside)
      for (const url of [dataset.poster, dataset.video])
        if (url)
          await fetch(url, { priority: "low" })
            .then((answer) => answer.blob())
            .catch(() => {});
  };
  const onceLoaded = () => setTimeout(preload, 500);
  if (beside.length && !spares) {
    if (document.readyState === "complete") onceLoaded();
    else window.addEventListener("load", onceLoaded, { once: true });
  }
  // The strip may be wider than the screen.
  const here = strip?.querySelector("[aria-current]");
  if (here) strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;

  // --- what others say ---------------------------------------------------------------------------
  // It comes by itself, but not while a reply or a reason is being written.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const isOpen = document.querySelector("#threads details[open], #decision details[open]");
    if (event.target.id === "said-poll" && isOpen) event.preventDefault();
  });

  // --- comments ---------------------------------------------------------------------------------
  const form = () => document.getElementById("comment-form");
  const anchor = (start, end) => {
    if (!form()) return;
    form().elements.start.value = start === null ? "" : exact(start);
    form().elements.end.value = end === null ? "" : exact(end);
  };
  // To the thousandth: the tenth that is shown would be another frame.
  const exact = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    const rest = (seconds - 60 * minutes).toFixed(3).padStart(6, "0");
    return `${minutes}:${rest.replace(/00?$/, "")}`;
  };
  const anchorNow = () => {
    const { start, end } = player.range();
    if (start !== null || end !== null) anchor(start ?? 0, end);
    else anchor(player.now(), null);
  };
  document.addEventListener("clip:range", ({ detail }) => {
    if (detail.start !== null || detail.end !== null) anchor(detail.start ?? 0, detail.end);
  });
  document.addEventListener("clip:comment", () => {
    if (!form()) return;
    player.pause();
    if (player.has()) anchorNow();
    form().elements.text.focus();
  });
  document.addEventListener("clip:thread", ({ detail: id }) => {
    const thread = document.getElementById(id);
    const folded = thread?.closest("details:not([open])");
    if (folded) folded.open = true;
    thread?.scrollIntoView({ block: "nearest" });
    thread?.classList.remove("is-found");
    requestAnimationFrame(() => thread?.classList.add("is-found"));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-at-now]")) {
      anchorNow();
      form().elements.text.focus();
    }
    const time = event.target.closest("a[data-seek]");
    if (!time || !player.has() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    player.show(Number(time.dataset.seek), Number(time.dataset.seekEnd) || 0);
  });
  // Ctrl or ⌘ with Enter posts, as in the composer.
  document.addEventListener("keydown", (event) => {
    const own = event.target.closest?.(".comment-form");
    if (!own || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    own.requestSubmit();
  });
})();
