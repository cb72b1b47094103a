// The page of a share link: one big player on laptops, arrow keys, and the moment of a comment.
(() => {
  const root = document.querySelector("[data-shared]");
  if (!root) return;
  const isWide = matchMedia("(width >= 60rem)");
  const clips = [...root.querySelectorAll(".shared-clip")];
  const clipOf = (element) => element.closest(".shared-clip");
  const videoOf = (clip) => clip.querySelector("video");
  const current = () => clips.find((clip) => clip.classList.contains("is-current")) ?? clips[0];
  const typing = (target) =>
    target.isContentEditable || target.matches("textarea, select, input:not([type=hidden])");

  // --- which clip is shown --------------------------------------------------------------------
  const mark = (clip) => {
    for (const each of clips) each.classList.toggle("is-current", each === clip);
    for (const link of root.querySelectorAll("[data-show]")) {
      if (link.dataset.show === clip.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    history.replaceState(null, "", `?clip=${clip.id}`);
  };
  const show = (clip) => {
    if (clip !== current()) videoOf(current()).pause();
    videoOf(clip).preload = "metadata";
    mark(clip);
    if (!isWide.matches) clip.scrollIntoView({ block: "start" });
  };
  const step = (by) => {
    const clip = clips[clips.indexOf(current()) + by];
    if (clip) show(clip);
    else root.querySelector(by > 0 ? "a[rel=next]" : "a[rel=prev]")?.click();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-show]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      show(document.getElementById(link.dataset.show));
    }
    const at = event.target.closest?.("[data-seek]");
    if (at) {
      event.preventDefault();
      seek(videoOf(clipOf(at)), Number(at.dataset.seek));
    }
  });
  // Arrow keys belong to the player while it has the focus, and to a text field while typing.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target))
      return;
    if (event.target.matches("video") || !clips.length) return;
    if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else if (event.key === " " && !event.target.closest("a, button, summary")) {
      const video = videoOf(current());
      if (video.paused) video.play();
      else video.pause();
    } else return;
    event.preventDefault();
  });

  // --- one clip plays at a time ---------------------------------------------------------------
  root.addEventListener(
    "play",
    (event) => {
      for (const clip of clips) if (videoOf(clip) !== event.target) videoOf(clip).pause();
      mark(clipOf(event.target));
    },
    true,
  );

  // --- a clip that this browser can't play ------------------------------------------------------
  const { MEDIA_ERR_DECODE, MEDIA_ERR_SRC_NOT_SUPPORTED } = MediaError;
  const explain = async (video) => {
    const place = video.parentElement.querySelector(".shared-trouble");
    const words = video.parentElement.querySelector("template");
    if (place.childElementCount) return;
    // For the browser, a file that doesn't arrive is the same error.
    const answer = await fetch(video.src, { method: "HEAD" }).catch(() => null);
    if (answer?.ok) place.replaceChildren(words.content.cloneNode(true));
  };
  const check = (video) => {
    const failed = [MEDIA_ERR_DECODE, MEDIA_ERR_SRC_NOT_SUPPORTED].includes(video.error?.code);
    // Of a clip with sound, browsers play the sound alone.
    const isBlind = video.readyState >= HTMLMediaElement.HAVE_METADATA && !video.videoWidth;
    if (failed || isBlind) explain(video);
  };
  for (const name of ["error", "loadedmetadata"])
    root.addEventListener(
      name,
      (event) => event.target.matches("video") && check(event.target),
      true,
    );
  for (const clip of clips) check(videoOf(clip));

  // --- the moment of a comment ----------------------------------------------------------------
  const seek = (video, seconds) => {
    video.pause();
    video.preload = "metadata";
    const go = () => (video.currentTime = seconds);
    if (video.readyState > 0) go();
    else video.addEventListener("loadedmetadata", go, { once: true });
    video.scrollIntoView({ block: "nearest" });
  };
  const timecode = (seconds) => {
    const tenths = Math.floor(seconds * 10 + 0.001);
    const rest = (tenths % 600) / 10;
    return `${Math.floor(tenths / 600)}:${rest < 10 ? "0" : ""}${rest.toFixed(1)}`;
  };
  const follow = (event) => {
    const moment = clipOf(event.target)?.querySelector("[data-moment]");
    const text = moment?.form.elements.text;
    // Keep what was typed.
    if (!moment || moment.dataset.typed || (text.value && moment.value)) return;
    moment.value = event.target.currentTime > 0 ? timecode(event.target.currentTime) : "";
  };
  for (const name of ["timeupdate", "seeked", "pause"]) root.addEventListener(name, follow, true);
  root.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea")) videoOf(clipOf(event.target)).pause();
  });
  root.addEventListener("input", (event) => {
    if (event.target.matches("[data-moment]")) event.target.dataset.typed = "1";
    if (!event.target.matches("[data-guest]")) return;
    // The name is asked once.
    for (const input of root.querySelectorAll("[data-guest]")) input.value = event.target.value;
  });

  // The link was closed, or the clip taken out of it: the page says so.
  document.addEventListener("htmx:responseError", (event) => {
    if ([403, 404].includes(event.detail.xhr.status)) location.reload();
  });
})();
