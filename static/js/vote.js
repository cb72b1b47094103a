// Voting by keyboard: a digit chooses in the current row and goes on to the next one.
(() => {
  const rows = [...document.querySelectorAll("[data-vote-row]")];
  if (!rows.length) return;

  // The row with the focus; without one, the first that reaches below a third of the screen.
  const here = () => {
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    if (focused >= 0) return focused;
    return rows.findIndex((row) => row.getBoundingClientRect().bottom > innerHeight / 3);
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const go = (index) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
  };
  // The first press only shows which row is current.
  const move = (step) => {
    const isInside = rows.some((row) => row.contains(document.activeElement));
    go(here() + (isInside ? step : 0));
  };
  const choose = (key) => {
    const at = Math.max(0, here());
    const button = rows[at].querySelector(`[data-vote-key="${key}"]`);
    if (!button) return;
    button.click();
    go(at + 1);
  };
  const play = () => {
    const videos = [...rows[Math.max(0, here())].querySelectorAll("video")];
    const isPlaying = videos.some((video) => !video.paused);
    for (const video of videos) isPlaying ? video.pause() : video.play().catch(() => {});
  };

  // Load each clip when it comes near the screen: loading all at once would delay the votes.
  const near = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen)
        if (isIntersecting) target.preload = "metadata";
    },
    { rootMargin: "50%" },
  );
  for (const row of rows) for (const video of row.querySelectorAll("video")) near.observe(video);

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    " ": play,
  };
  // The focused element uses these keys itself.
  const isTaken = ({ target, key }) =>
    key.length > 1 || key === " "
      ? target.closest("video, button, a, summary, [popover], [role=region]")
      : target.closest("[popover]");
  document.addEventListener("keydown", (event) => {
    if (!Shortcuts.allows(event) || isTaken(event)) return;
    const isDigit = /^[0-9]$/.test(event.key);
    const act = isDigit ? () => choose(event.key) : KEYS[event.key];
    if (!act || (isDigit && event.repeat)) return;
    event.preventDefault();
    act();
  });
})();
