// The player's own controls, below the picture. Without this script the browser's own stay.
window.ClipPlayer = (() => {
  const FRAMES = 10; // pictures in the sprite
  const SHORT_SECONDS = 15; // clips below are looped
  const ASSUMED_RATE = 24;
  let video = null;
  let bar = null;
  let inPoint = null;
  let outPoint = null;
  let isLent = false; // whether in and out are those of a comment
  let shownAt = null; // time of the frame on screen, where the browser tells it

  const store = {
    get: (name) => {
      try {
        return localStorage.getItem(name);
      } catch {
        return null; // Storage may be forbidden.
      }
    },
    set: (name, value) => {
      try {
        localStorage.setItem(name, value);
      } catch {
        // As above: it holds for this page.
      }
    },
  };
  const find = (selector) => bar?.querySelector(selector);
  const rate = () => Number(video.dataset.rate) || ASSUMED_RATE;
  const length = () =>
    (Number.isFinite(video.duration) ? video.duration : Number(video.dataset.seconds)) || 0;
  const clamp = (seconds) => Math.min(Math.max(0, seconds), length());
  const code = (seconds) => {
    const tenths = Math.floor(seconds * 10 + 1e-6);
    const rest = (tenths % 600) / 10;
    return `${Math.floor(tenths / 600)}:${rest < 10 ? "0" : ""}${rest.toFixed(1)}`;
  };
  const press = (name, isOn) => {
    const button = find(`[data-do="${name}"]`);
    button?.setAttribute("aria-pressed", String(isOn));
  };

  const frame = () => {
    const isExact =
      video.paused && shownAt !== null && Math.abs(shownAt - video.currentTime) < 1 / rate();
    return Math.floor((isExact ? shownAt : video.currentTime) * rate() + 1e-3);
  };

  const paint = () => {
    if (!video || !bar) return;
    const now = video.currentTime;
    const position = find("[data-position]");
    position.max = String(length() || 1);
    if (document.activeElement !== position || !position.matches(":active"))
      position.value = String(now);
    position.setAttribute("aria-valuetext", code(now));
    position.style.setProperty("--at", `${(100 * now) / (length() || 1)}%`);
    find("[data-now]").textContent = code(now);
    find("[data-length]").textContent = code(length());
    find("[data-frame]").textContent = String(frame());
    for (const label of document.querySelectorAll("[data-now-label]"))
      label.textContent = code(now);
  };
  const paintRange = () => {
    const range = find("[data-range]");
    range.hidden = inPoint === null && outPoint === null;
    range.style.left = `${(100 * (inPoint ?? 0)) / length()}%`;
    range.style.right = `${100 - (100 * (outPoint ?? length())) / length()}%`;
    press("in", inPoint !== null);
    press("out", outPoint !== null);
  };
  const ownRange = () => {
    isLent = false;
    paintRange();
    document.dispatchEvent(
      new CustomEvent("clip:range", { detail: { start: inPoint, end: outPoint } }),
    );
  };
  const paintMarks = () => {
    const marks = find("[data-marks]");
    if (!marks || !video) return;
    marks.replaceChildren();
    for (const thread of document.querySelectorAll("#comments [data-start]")) {
      const start = Number(thread.dataset.start);
      const end = Number(thread.dataset.end) || start;
      const mark = document.createElement("button");
      Object.assign(mark, { type: "button", tabIndex: -1, className: "seek-mark" });
      mark.title = thread.querySelector(".comment-text")?.textContent.trim().slice(0, 80) ?? "";
      mark.style.left = `${(100 * start) / (length() || 1)}%`;
      mark.style.width = `max(0.5rem, ${(100 * (end - start)) / (length() || 1)}%)`;
      mark.classList.toggle("is-resolved", Boolean(thread.closest("details")));
      mark.addEventListener("click", () => {
        seek(start);
        document.dispatchEvent(new CustomEvent("clip:thread", { detail: thread.id }));
      });
      marks.append(mark);
    }
  };

  // Without a picture every few milliseconds the hand of the clock would jump.
  const follow = () => {
    if (!video) return;
    keepInRange();
    paint();
    if (!video.paused) requestAnimationFrame(follow);
  };
  const keepInRange = () => {
    const isPast = outPoint !== null && video.currentTime >= outPoint - 0.5 / rate();
    if (!isPast || video.paused) return;
    if (video.loop || isLent) video.currentTime = inPoint ?? 0;
    else {
      video.pause();
      video.currentTime = outPoint;
    }
  };
  const watchFrames = () => {
    if (!video?.requestVideoFrameCallback) return;
    const watched = video;
    const note = (_now, { mediaTime }) => {
      shownAt = mediaTime;
      if (watched !== video) return;
      if (watched.paused) paint();
      watched.requestVideoFrameCallback(note);
    };
    watched.requestVideoFrameCallback(note);
  };

  const seek = (seconds) => {
    video.currentTime = clamp(seconds);
    paint();
  };
  // A comment about a range plays it again and again; one about a moment shows its frame.
  const show = (start, end) => {
    const isRange = end > start;
    if (isRange || isLent) {
      [inPoint, outPoint] = isRange ? [start, Math.min(end, length())] : [null, null];
      isLent = isRange;
      paintRange();
    }
    seek(start);
    if (isRange) video.play().catch(() => {});
    else video.pause();
    video.scrollIntoView({ block: "nearest" });
  };
  const skip = (seconds) => seek(video.currentTime + seconds);
  // To the middle of a frame: its edges are rounded to either side.
  const step = (by) => {
    video.pause();
    seek((Math.max(0, frame() + by) + 0.5) / rate());
  };
  const toggle = () => {
    if (!video.paused) return video.pause();
    if (outPoint !== null && video.currentTime >= outPoint - 1 / rate())
      video.currentTime = inPoint ?? 0;
    video.play().catch(() => {});
  };
  const setLoop = (isOn) => {
    video.loop = isOn;
    press("loop", isOn);
  };
  const setSound = (isOn) => {
    video.muted = !isOn;
    press("sound", isOn);
  };
  const setIn = () => {
    inPoint =
      inPoint !== null && Math.abs(inPoint - video.currentTime) < 0.5 / rate()
        ? null
        : video.currentTime;
    if (outPoint !== null && inPoint !== null && outPoint <= inPoint) outPoint = null;
    ownRange();
  };
  const setOut = () => {
    outPoint =
      outPoint !== null && Math.abs(outPoint - video.currentTime) < 0.5 / rate()
        ? null
        : video.currentTime;
    if (inPoint !== null && outPoint !== null && outPoint <= inPoint) inPoint = null;
    ownRange();
  };
  const fullscreen = () => {
    const stage = document.getElementById("status");
    if (document.fullscreenElement) return document.exitFullscreen();
    if (stage.requestFullscreen) return stage.requestFullscreen();
    video.webkitEnterFullscreen?.(); // iPhones show only the picture.
  };
  const sound = () => {
    setSound(video.muted);
    store.set("sound", video.muted ? "off" : "on");
  };
  const speed = (by) => {
    const select = find("[data-speed]");
    select.selectedIndex = Math.min(
      select.options.length - 1,
      Math.max(0, select.selectedIndex + by),
    );
    video.playbackRate = Number(select.value);
  };
  const ACTIONS = {
    toggle,
    back: () => step(-1),
    forward: () => step(1),
    in: setIn,
    out: setOut,
    loop: () => setLoop(!video.loop),
    sound,
    fullscreen,
  };

  const preview = (event) => {
    const box = find("[data-seek-bar]").getBoundingClientRect();
    const at = Math.min(0.999, Math.max(0, (event.clientX - box.left) / box.width));
    const place = find("[data-preview]");
    const picture = find("[data-picture]");
    if (video.dataset.sheet) {
      picture.style.backgroundImage = `url("${video.dataset.sheet}")`;
      picture.style.backgroundPositionX = `${(Math.floor(at * FRAMES) / (FRAMES - 1)) * 100}%`;
    }
    picture.hidden = !video.dataset.sheet;
    find("[data-preview-time]").textContent = code(at * length());
    place.hidden = false;
    const half = place.offsetWidth / 2;
    place.style.left = `${Math.min(box.width - half, Math.max(half, at * box.width))}px`;
  };

  const listen = () => {
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) ACTIONS[button.dataset.do]();
    });
    find("[data-position]").addEventListener("input", (event) => seek(Number(event.target.value)));
    find("[data-speed]").addEventListener(
      "change",
      (event) => (video.playbackRate = Number(event.target.value)),
    );
    const line = find("[data-seek-bar]");
    line.addEventListener("pointermove", preview);
    line.addEventListener("pointerleave", () => (find("[data-preview]").hidden = true));
    const showState = () => {
      const button = find('[data-do="toggle"]');
      button.classList.toggle("is-on", !video.paused);
      button.setAttribute(
        "aria-label",
        video.paused ? button.dataset.labelOff : button.dataset.labelOn,
      );
      follow();
    };
    for (const name of ["play", "pause", "seeked", "timeupdate"])
      video.addEventListener(name, showState);
    for (const name of ["loadedmetadata", "durationchange"])
      video.addEventListener(name, () => {
        paint();
        paintMarks();
      });
    video.addEventListener("click", toggle);
    video.addEventListener("volumechange", () => press("sound", !video.muted));
  };

  const start = () => {
    const found = document.querySelector("#status video");
    if (!found || found === video) return;
    video = found;
    bar = document.querySelector("#status [data-player]");
    if (!bar) return;
    inPoint = outPoint = shownAt = null;
    video.controls = false;
    bar.hidden = false;
    listen();
    setLoop((Number(video.dataset.seconds) || 0) < SHORT_SECONDS);
    setSound(store.get("sound") === "on");
    find("[data-frame-label]").hidden = !video.dataset.rate;
    const picture = find("[data-picture]");
    picture.style.aspectRatio = `${video.getAttribute("width") || 16} / ${video.getAttribute("height") || 9}`;
    paint();
    paintRange();
    paintMarks();
    watchFrames();
    for (const button of document.querySelectorAll("[data-at-now]")) button.hidden = false;
  };

  start();
  document.addEventListener("htmx:afterSettle", () => {
    start();
    if (video?.isConnected) {
      paintMarks();
      paint();
      for (const button of document.querySelectorAll("[data-at-now]")) button.hidden = false;
    }
  });

  return {
    act: (name) => video?.isConnected && ACTIONS[name]?.(),
    code,
    has: () => Boolean(video?.isConnected && bar),
    now: () => (video ? video.currentTime : 0),
    pause: () => video?.pause(),
    play: () => video?.play().catch(() => {}),
    range: () => ({ start: inPoint, end: outPoint }),
    show: (start, end) => video && show(start, end),
    skip: (seconds) => video && skip(seconds),
    speed: (by) => video && speed(by),
    store,
  };
})();
