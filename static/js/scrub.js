// Scrubbing: ten frames of the clip lie side by side in one picture; the pointer's place picks one.
// Where the pointer or the focus rests, they play as a loop. No video is loaded for it. What the
// quality check found has a mark; over its word, and on focus, the frame that shows it stands still.
(() => {
  const FRAMES = 10;
  const DWELL_MS = 90; // A pointer that only passes over a card asks for nothing.
  const REST_MS = 600; // How long it rests before the frames play.
  const FRAME_MS = 250;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");

  const code = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    return `${two(Math.floor(whole / 60))}:${two(whole % 60)}.${Math.floor((seconds - whole) * 10)}`;
  };

  const evidenceOf = (frame) => frame.querySelector("[data-evidence]");
  const placeOf = (frame) => {
    const at = evidenceOf(frame).dataset.evidence / frame.dataset.seconds;
    return Number.isFinite(at) ? Math.min(0.999, at) : 0;
  };
  const isOver = (event, part) => {
    const box = part?.getBoundingClientRect();
    const isBeside = (at, from, to) => at < from || at > to;
    return (
      box &&
      !isBeside(event.clientX, box.left, box.right) &&
      !isBeside(event.clientY, box.top, box.bottom)
    );
  };

  const dress = (frame) => {
    if (frame.strip) return frame;
    frame.strip = document.createElement("div");
    frame.strip.className = "strip";
    frame.head = document.createElement("div");
    frame.head.className = "playhead";
    frame.code = document.createElement("span");
    frame.code.className = "chip chip-code";
    for (const part of [frame.strip, frame.head, frame.code])
      part.setAttribute("aria-hidden", "true");
    frame.head.hidden = frame.code.hidden = true;
    frame.append(frame.strip, frame.head, frame.code);
    if (evidenceOf(frame)) {
      const mark = document.createElement("div");
      mark.className = "evidence-mark";
      mark.style.left = `${placeOf(frame) * 100}%`;
      frame.append(mark);
    }
    const sheet = new Image();
    sheet.onload = () => {
      frame.strip.style.backgroundImage = `url("${sheet.src}")`;
      frame.ready = true;
      if (frame.at !== undefined) show(frame, frame.at);
    };
    sheet.src = frame.dataset.sheet;
    return frame;
  };

  const show = (frame, at) => {
    frame.at = Math.min(0.999, Math.max(0, at));
    if (!frame.ready) return;
    const cell = Math.floor(frame.at * FRAMES);
    frame.strip.style.backgroundPositionX = `${(cell / (FRAMES - 1)) * 100}%`;
    frame.head.style.left = `${frame.at * 100}%`;
    frame.code.textContent = code(frame.at * Number(frame.dataset.seconds || 0));
    frame.strip.classList.add("is-on");
    frame.head.hidden = frame.code.hidden = false;
  };

  let playing = 0;
  const stop = () => clearTimeout(playing);
  const play = (frame, after = REST_MS) => {
    stop();
    if (isStill.matches) return;
    playing = setTimeout(() => {
      if (!frame.isConnected || document.hidden) return;
      show(dress(frame), ((frame.at ?? 0) + 1 / FRAMES) % 1);
      play(frame, FRAME_MS);
    }, after);
  };

  const hide = (frame) => {
    stop();
    frame.at = undefined;
    if (!frame.strip) return;
    frame.strip.classList.remove("is-on");
    frame.head.hidden = frame.code.hidden = true;
  };

  const frameOf = (card) => card?.querySelector("[data-sheet]");
  let current = null;
  let dwell = 0;

  const follow = (event) => {
    const card = event.target.closest?.(".card");
    const frame = frameOf(card);
    if (frame !== current) {
      clearTimeout(dwell);
      if (current) hide(current);
      current = frame ?? null;
      if (frame) dwell = setTimeout(() => dress(frame), DWELL_MS);
    }
    if (!frame) return;
    const box = frame.getBoundingClientRect();
    const isEvidence = isOver(event, evidenceOf(frame));
    const at = isEvidence ? placeOf(frame) : (event.clientX - box.left) / box.width;
    if (frame.strip) show(frame, at);
    else frame.at = at;
    if (isEvidence) stop();
    else if (event.pointerType !== "touch") play(frame);
  };
  document.addEventListener("pointermove", follow, { passive: true });
  document.addEventListener("pointerleave", () => current && hide(current));
  document.addEventListener("pointercancel", () => current && hide(current));

  // A finger that moves sideways over a frame scrubs; one that moves up or down scrolls.
  document.addEventListener("pointerup", (event) => {
    if (event.pointerType !== "touch" || !current) return;
    hide(current);
    current = null;
  });

  // From the keyboard: `,` and `.` step through the focused card.
  document.addEventListener("keydown", (event) => {
    if ((event.key !== "," && event.key !== ".") || !Shortcuts.allows(event)) return;
    const frame = frameOf(document.activeElement?.closest(".card"));
    if (!frame) return;
    const step = event.key === "." ? 1 : -1;
    stop();
    show(dress(frame), frame.at === undefined ? 0.05 : frame.at + step / FRAMES);
  });
  document.addEventListener("focusin", (event) => {
    const frame = frameOf(event.target.closest?.(".card"));
    if (!frame || !event.target.matches(":focus-visible")) return;
    if (evidenceOf(frame)) show(dress(frame), placeOf(frame));
    else play(frame);
  });
  document.addEventListener("focusout", (event) => {
    const frame = frameOf(event.target.closest?.(".card"));
    if (frame && frame !== current) hide(frame);
  });
})();
