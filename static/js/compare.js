// Several clips play as one: one play button, one seek bar, one clock. Without this they have the
// browser's own controls.
(() => {
  const root = document.querySelector("[data-compare]");
  const videos = [...(root?.querySelectorAll("video") ?? [])];
  if (!videos.length) return;
  const part = (name) => root.querySelector(`[data-${name}]`);
  const stage = part("stage");
  const playButton = part("play");
  const seekBar = part("seek");
  const loop = part("loop");
  const rate = Math.max(...videos.map((video) => Number(video.dataset.rate) || 24));
  // Drift in seconds: above the first, a clip runs a little faster or slower; above the second, it
  // jumps.
  const [NOTICEABLE, FAR] = [0.02, 0.25];
  let playing = false;
  let request = 0;

  const lengthOf = (video) => (Number.isFinite(video.duration) ? video.duration : 0);
  // The longest clip is the clock. Shorter ones wait at their last frame.
  const clock = () =>
    videos.reduce((longest, video) => (lengthOf(video) > lengthOf(longest) ? video : longest));
  const total = () => lengthOf(clock());
  const isAtEnd = (video) => video.ended || video.currentTime >= lengthOf(video) - 0.001;
  const isReady = (video) =>
    video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || isAtEnd(video) || video.error;

  const text = (seconds) => {
    const whole = Math.floor(seconds);
    const hundredths = Math.floor((seconds - whole) * 100);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}.${String(hundredths).padStart(2, "0")}`;
  };
  const show = () => {
    const at = clock().currentTime;
    seekBar.max = total() || 1;
    seekBar.step = 1 / rate;
    seekBar.value = at;
    seekBar.setAttribute("aria-valuetext", text(at));
    part("time").textContent = `${text(at)} / ${text(total())}`;
  };

  const seek = (seconds) => {
    const at = Math.min(Math.max(0, seconds), total());
    for (const video of videos) video.currentTime = Math.min(at, lengthOf(video));
    show();
  };
  const labels = {
    true: playButton.dataset.pauseLabel,
    false: playButton.getAttribute("aria-label"),
  };
  const mark = () => {
    playButton.classList.toggle("is-playing", playing);
    playButton.setAttribute("aria-label", labels[playing]);
  };
  const hold = () => {
    for (const video of videos) video.pause();
  };
  const pause = () => {
    playing = false;
    hold();
    for (const video of videos) video.playbackRate = 1;
    seek(clock().currentTime);
    mark();
  };
  // Start only when all clips can play.
  const resume = () => {
    if (!playing || !videos.every(isReady)) return;
    for (const video of videos) if (!isAtEnd(video)) video.play().catch(() => {});
    cancelAnimationFrame(request);
    request = requestAnimationFrame(tick);
  };
  const play = () => {
    playing = true;
    if (isAtEnd(clock())) seek(0);
    mark();
    resume();
  };
  const toggle = () => (playing ? pause() : play());
  const align = (video, at) => {
    const drift = video.currentTime - at;
    if (Math.abs(drift) > FAR) video.currentTime = at;
    video.playbackRate = Math.abs(drift) < NOTICEABLE ? 1 : drift > 0 ? 0.94 : 1.06;
  };
  const tick = () => {
    if (!playing) return;
    const leader = clock();
    for (const video of videos)
      if (video !== leader && !isAtEnd(video)) align(video, leader.currentTime);
    show();
    request = requestAnimationFrame(tick);
  };

  const step = (by) => {
    pause();
    const frame = Math.floor(clock().currentTime * rate + 0.01);
    // A hair behind its beginning, where rounding can't show the frame before.
    seek((frame + by) / rate + 0.001);
  };

  for (const video of videos) {
    video.controls = false;
    video.addEventListener("loadedmetadata", show);
    video.addEventListener("durationchange", show);
    video.addEventListener("canplay", resume);
    video.addEventListener("waiting", () => {
      if (playing && !isAtEnd(video)) hold();
    });
    video.addEventListener("ended", () => {
      if (!playing || video !== clock()) return;
      if (!loop.checked) return pause();
      seek(0);
      resume();
    });
    video.addEventListener("click", toggle);
  }
  playButton.addEventListener("click", toggle);
  seekBar.addEventListener("input", () => seek(Number(seekBar.value)));
  for (const button of root.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
  part("sound").addEventListener("change", (event) => {
    const chosen =
      event.target.value === "" ? null : root.querySelectorAll(".compare-pane")[event.target.value];
    for (const video of videos) video.muted = !chosen?.contains(video);
  });
  for (const radio of root.querySelectorAll("[data-mode]")) {
    radio.addEventListener("change", () => {
      stage.classList.toggle("is-wipe", radio.value === "wipe");
      stage.classList.toggle("is-difference", radio.value === "difference");
    });
  }
  part("wipe")?.addEventListener("input", (event) =>
    stage.style.setProperty("--wipe", `${event.target.value}%`),
  );
  // Space plays and arrows step, except where a control has them for itself.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (
      event.target.closest?.(
        "input, select, textarea, button, a, summary, [contenteditable], .scroll",
      )
    )
      return;
    if (event.key === " ") toggle();
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else return;
    event.preventDefault();
  });
  show();
})();
