// The keyboard on a clip's page. A key never fires while somebody types, nor with Ctrl, Alt or Meta.
(() => {
  const STEP_SECONDS = 1 / 24;
  const typing = (target) => target.isContentEditable || target.matches("textarea, select, input:not([type=hidden])");
  const video = () => document.querySelector("#status video");
  const toggle = () => (video().paused ? video().play() : video().pause());
  const step = (by) => {
    video().pause();
    video().currentTime = Math.max(0, video().currentTime + by);
  };
  const KEYS = {
    " ": () => toggle(),
    ",": () => step(-STEP_SECONDS),
    ".": () => step(STEP_SECONDS),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : video().requestFullscreen()),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector(":popover-open, dialog[open]") || document.fullscreenElement) {
      if (event.key !== "f") return;
    }
    if (event.key === "?") return document.getElementById("help")?.togglePopover();
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      return link.click();
    }
    // The player's own keys, and those of buttons and links, stay as they are.
    if (event.key === " " && event.target.closest("a, button, summary, video")) return;
    const act = video() && KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
