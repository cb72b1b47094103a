// The keyboard on a clip's page. Which presses count: see Shortcuts in ui.js.
(() => {
  const player = window.ClipPlayer;
  const VIDEO_KEYS = {
    " ": () => player.act("toggle"),
    ",": () => player.act("back"),
    ".": () => player.act("forward"),
    "<": () => player.speed(-1),
    ">": () => player.speed(1),
    ArrowLeft: () => player.skip(-1),
    ArrowRight: () => player.skip(1),
    i: () => player.act("in"),
    "[": () => player.act("in"),
    o: () => player.act("out"),
    "]": () => player.act("out"),
    l: () => player.act("loop"),
    m: () => player.act("sound"),
    f: () => player.act("fullscreen"),
  };
  // Other keys for what stands on the page as a link with `data-key`.
  const SAME = { n: "j", p: "k" };

  const press = (event, target) => {
    event.preventDefault();
    target.click();
  };

  document.addEventListener("keydown", (event) => {
    if (!Shortcuts.allows(event) || Shortcuts.isCovered()) return;
    const isFull = Boolean(document.fullscreenElement);
    const link = document.querySelector(`[data-key="${CSS.escape(SAME[event.key] ?? event.key)}"]`);
    if (link && !isFull) return press(event, link);
    const verdict = document.querySelector(
      `#decision [data-verdict-key="${CSS.escape(event.key)}"]`,
    );
    if (verdict && !event.repeat) {
      event.preventDefault();
      return document.dispatchEvent(new CustomEvent("clip:decide", { detail: verdict }));
    }
    if (event.key === "c" && !isFull) {
      event.preventDefault();
      return document.dispatchEvent(new CustomEvent("clip:comment"));
    }
    // The keys of buttons, links and the seek bar stay as they are.
    if (event.key === " " && event.target.closest("a, button, summary")) return;
    if (
      event.key.startsWith("Arrow") &&
      event.target.closest("[role=tablist], input, .filmstrip, pre")
    )
      return;
    const act = player?.has() && VIDEO_KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
