// A finding's moment: the player on the page goes there, in place of the bare file.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-seek]");
  const video = document.querySelector("#status video");
  if (!link || !video || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  video.pause();
  video.currentTime = Number(link.dataset.seek);
  video.focus({ preventScroll: true });
  video.scrollIntoView({ block: "nearest" });
});
