// What an open page of cards asks by itself: which are out of date, and what else is new.
(() => {
  // So many are asked for at a time, those nearest to what is looked at. An address stays below
  // 8,000 bytes, which every proxy takes.
  const CARDS = 200;
  const UNFINISHED = 48;
  // Clips that stand where another one's card was, not in the order of the list.
  const moved = new Set();
  const keyOf = (card) => card.dataset.version.split(".")[0];
  // In a stack that was opened, a card has no place on the wall.
  const isInRow = (card) => card.closest("#stack-row") !== null;

  const nearest = (selector, most) => {
    const distance = (card) => {
      const box = card.getBoundingClientRect();
      return Math.abs(box.top + box.bottom - innerHeight);
    };
    return [...document.querySelectorAll(selector)]
      .map((card) => [distance(card), card])
      .sort(([one], [other]) => one - other)
      .slice(0, most)
      .map(([, card]) => card);
  };
  const first = () => {
    const inOrder = (card) => !moved.has(keyOf(card)) && !isInRow(card);
    const card = [...document.querySelectorAll("#grid .card")].find(inOrder);
    return card?.id.replace("card-", "") ?? "";
  };
  const versions = () =>
    nearest("#grid .card", CARDS)
      .map((card) => {
        if (isInRow(card)) return `${card.dataset.version}_`;
        return card.dataset.version + (moved.has(keyOf(card)) ? "~" : "");
      })
      .join("-");
  const unfinished = () =>
    nearest("#grid .card[data-pending]", UNFINISHED)
      .map((card) => `${card.id.replace("card-", "")}.${card.dataset.pending}`)
      .join(",");

  document.addEventListener("htmx:configRequest", (event) => {
    const { path, elt, parameters } = event.detail;
    if (elt.id === "poll" && document.getElementById("grid")) {
      parameters.jobs = unfinished();
      // Nothing is being made: nothing is asked.
      if (!parameters.jobs) event.preventDefault();
    }
    if (!/\/news\?/.test(path)) return;
    const { since, said, seenAt } = document.getElementById("news-poll").dataset;
    const of = { since: since ?? first(), said, seen_at: seenAt, cards: versions() };
    Object.assign(parameters, of);
  });

  // The card of a stack gives its place to the one that stands for the stack now, if that isn't on
  // the page already.
  let focusNext = null;
  // A clip that the wall shows from now on leaves the row of its stack.
  const leaveRow = ({ id }) => {
    const card = document.querySelector(`#stack-row #${CSS.escape(id)}`);
    if (!card) return;
    if (card.contains(document.activeElement)) focusNext = id;
    card.remove();
  };
  const settle = (card) => {
    const place = card.getAttribute("hx-swap-oob").replace("outerHTML:", "");
    const old = document.querySelector(place);
    if (!old) return card.remove();
    leaveRow(card);
    if (document.getElementById(card.id))
      return card.setAttribute("hx-swap-oob", `delete:${place}`);
    moved.add(keyOf(card));
    if (old.contains(document.activeElement)) focusNext = card.id;
  };
  // Answers also name clips that this page doesn't show: those decided by others or as part of a
  // selection. htmx complains of what has no place.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const path = detail.pathInfo?.requestPath ?? "";
    if (!/\/(news\?|poll|decide)|[?&]more=/.test(path)) return;
    const answer = document.createElement("template");
    answer.innerHTML = detail.serverResponse;
    const each = (selector, change) => answer.content.querySelectorAll(selector).forEach(change);
    each('[id^="card-"]:is([hx-swap-oob="true"], [hx-swap-oob="delete"])', (card) => {
      if (!document.getElementById(card.id)) card.remove();
    });
    each('[hx-swap-oob^="delete:"]', (gone) => {
      if (!document.querySelector(gone.getAttribute("hx-swap-oob").slice(7))) gone.remove();
    });
    each('[hx-swap-oob^="outerHTML:"]', settle);
    each('[hx-swap-oob="afterend:#newest"] .card', leaveRow);
    // Whoever pressed the button by key goes on from the first new clip.
    if (detail.requestConfig.elt.matches(".pill:focus-visible"))
      focusNext = answer.content.querySelector('[hx-swap-oob="afterend:#newest"] .card')?.id;
    // A card that moved up is not shown a second time.
    each('[hx-swap-oob="beforeend:#grid"] .card', (card) => {
      if (document.getElementById(card.id)) card.remove();
    });
    detail.serverResponse = answer.innerHTML;
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!focusNext) return;
    document.querySelector(`#${focusNext} .card-name a`)?.focus({ preventScroll: true });
    focusNext = null;
  });
})();
