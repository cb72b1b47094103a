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

  const read = (event) => {
    const link = event.target.closest?.("[data-notice]");
    if (!link || event.button > 1) return;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch(link.dataset.notice, { method: "POST", headers, keepalive: true, redirect: "manual" });
  };
  document.addEventListener("click", read);
  document.addEventListener("auxclick", read);
})();

// Notifications of the browser, where this member turned them on in this browser: for unread notices
// that arrive while a tab of Dailies is open and hidden. Such a tab asks once a minute.
(() => {
  const EVERY_MS = 60_000;
  const bell = document.getElementById("bell");
  if (!bell) return;
  const { member, news } = bell.dataset;
  const CHOICE = `notify-${member}`;
  // The key of the newest notice that any tab of this browser has shown.
  const SHOWN = `notified-${member}`;

  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // Storage may be forbidden; nothing is turned on then.
    }
  };
  const write = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // The same.
    }
  };
  const isOn = () =>
    read(CHOICE) === "on" && "Notification" in window && Notification.permission === "granted";

  // --- showing --------------------------------------------------------------------------------
  const headers = () => JSON.parse(document.body.getAttribute("hx-headers"));
  const newest = () => {
    const inBell = Number(document.getElementById("bell")?.dataset.newest ?? 0);
    return Math.max(inBell, Number(read(SHOWN) ?? 0));
  };
  const open = (notice) => {
    fetch(notice.read, {
      method: "POST",
      headers: headers(),
      keepalive: true,
      redirect: "manual",
    }).catch(() => {});
    window.focus();
    location.assign(notice.url);
  };
  const show = (notice) => {
    // The tag: several tabs that find the same notice show it once.
    const shown = new Notification(notice.text, {
      body: notice.detail,
      tag: `dailies-${notice.id}`,
      icon: document.querySelector("link[rel=icon]").href,
    });
    shown.addEventListener("click", () => {
      shown.close();
      open(notice);
    });
  };
  const ask = async () => {
    if (!document.hidden || !isOn()) return;
    let found;
    try {
      const response = await fetch(`${news}?after=${newest()}`, { redirect: "error" });
      if (response.status !== 200) return;
      found = (await response.json()).notices;
    } catch {
      return; // No connection, or signed out: asked again in a minute.
    }
    for (const notice of found) {
      if (notice.id <= Number(read(SHOWN) ?? 0)) continue;
      write(SHOWN, notice.id);
      show(notice);
    }
  };
  let timer = 0;
  const watch = () => {
    clearInterval(timer);
    if (document.hidden && isOn()) timer = setInterval(ask, EVERY_MS);
  };
  document.addEventListener("visibilitychange", watch);
  watch();

  // --- the choice -----------------------------------------------------------------------------
  const box = document.getElementById("browser-notices");
  if (!box) return;
  const state = () => {
    if (!window.isSecureContext) return "insecure";
    if (!("Notification" in window)) return "missing";
    if (Notification.permission === "denied") return "denied";
    return isOn() ? "on" : "off";
  };
  const draw = () => {
    const now = state();
    box.querySelector(".browser-state").textContent = box.dataset[now];
    box.querySelector("[data-notify=on]").hidden = now !== "off";
    box.querySelector("[data-notify=off]").hidden = now !== "on";
    box.hidden = false;
  };
  box.addEventListener("click", async (event) => {
    const choice = event.target.closest("[data-notify]")?.dataset.notify;
    if (!choice) return;
    if (choice === "on") await Notification.requestPermission();
    write(CHOICE, choice);
    write(SHOWN, newest());
    draw();
    // The pressed button is gone; its counterpart keeps the focus.
    box.querySelector("[data-notify]:not([hidden])")?.focus();
  });
  draw();
})();
