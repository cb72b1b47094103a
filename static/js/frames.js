// "Use this frame" means the frame on screen: where the player runs, its time needn't be typed.
(() => {
  const start = () => {
    const when = document.querySelector("[data-frames] .frames-when");
    if (when) when.hidden = Boolean(window.ClipPlayer?.has());
  };
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("[data-frames]");
    const field = form?.querySelector(".frames-when input, [data-frame]");
    if (field && window.ClipPlayer?.has()) field.value = window.ClipPlayer.now().toFixed(3);
  });
  start();
  document.addEventListener("htmx:afterSettle", start);
})();
