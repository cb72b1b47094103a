// The bell: its number in the tab's title, and a notice that was followed is read.
(() => {
  const retitle = () => {
    const unread = document.getElementById("bell")?.dataset.unread ?? "";
    const bare = document.title.replace(/^\(\d+\+?\) /, "");
    document.title = unread ? `(${unread}) ${bare}` : bare;
  };
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target?.id === "bell") retitle();
  });

  // The poll of the gallery asks whether the bell has changed, too.
  document.addEventListener("htmx:configRequest", (event) => {
    const mark = document.getElementById("bell")?.dataset.mark;
    if (mark && /\/news\?/.test(event.detail.path)) event.detail.parameters.bell = mark;
  });

  const read = (event) => {
    const link = event.target.closest?.("[data-notice]");
    if (!link || event.button > 1) return;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch(link.dataset.notice, { method: "POST", headers, keepalive: true, redirect: "manual" });
  };
  document.addEventListener("click", read);
  document.addEventListener("auxclick", read);
})();
