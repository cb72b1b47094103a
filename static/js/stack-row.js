// A stack opens under the row of its card, and one at a time. The wall may change while it is open:
// the row goes along with the card, and is asked for again when the stack is another one.
(() => {
  const ID = "stack-row";
  const LINK = "#grid:not(.is-one-stack) > .card .card-stack";
  const row = () => document.getElementById(ID);
  const links = () => [...document.querySelectorAll(LINK)];
  const cardOf = (link) => link.closest(".card");
  const countOf = (link) => link.textContent.trim();

  // A card that can't be rendered has no link, only the end of its version.
  const isIn = (card, stack) => {
    const link = card.querySelector(".card-stack");
    return link ? link.dataset.stack === stack : card.dataset.version.split(".").length > 2;
  };

  // The card that it was opened from; where that is gone, one that stands for the stack now.
  const owner = (box) => {
    const same = links().filter((link) => link.dataset.stack === box.dataset.stack);
    return same.find((link) => cardOf(link).id === box.dataset.card) ?? same[0];
  };
  const remember = (link) => {
    const stack = link && { stack: link.dataset.stack, card: cardOf(link).id };
    history.replaceState({ ...history.state, stack }, "");
  };

  // --- where it stands ------------------------------------------------------------------------
  // The last card that begins at the same height, and what fills up their row.
  const endOf = (card) => {
    let last = card;
    for (let next = card.nextElementSibling; next; next = next.nextElementSibling) {
      if (next.matches(".row-end:not([data-stack-end])")) return next;
      if (next.matches(".day")) return last;
      if (!next.matches(".card")) continue;
      if (Math.abs(next.offsetTop - card.offsetTop) > 2) return last;
      last = next;
    }
    return last;
  };
  // Behind the last card of the wall, this fills up its row.
  const fill = (last, box) => {
    if (!last.matches(".card") || box.nextElementSibling) return;
    const end = document.createElement("span");
    end.className = "row-end";
    end.dataset.stackEnd = "";
    box.before(end);
  };
  const move = (box, last) => {
    if (last.nextElementSibling === box) return;
    const focused = box.contains(document.activeElement) && document.activeElement;
    last.after(box);
    if (focused) focused.focus({ preventScroll: true });
  };
  const place = (box, link) => {
    const [card, top] = [cardOf(link), scrollY];
    document.querySelector("[data-stack-end]")?.remove();
    box.hidden = true;
    const last = endOf(card);
    move(box, last);
    fill(last, box);
    box.hidden = false;
    const [of, to] = [card.getBoundingClientRect(), box.getBoundingClientRect()];
    box.style.setProperty("--at", `${of.left + of.width / 2 - to.left}px`);
    if (scrollY !== top) scrollTo({ top, behavior: "instant" });
  };

  // --- open and close -------------------------------------------------------------------------
  const load = (box, link) => {
    const { stack } = link.dataset;
    const shown = links().filter((each) => each.dataset.stack === stack);
    Object.assign(box.dataset, { card: cardOf(link).id, count: countOf(link) });
    htmx.ajax("GET", link.dataset.row, {
      source: box,
      target: box,
      swap: "innerHTML",
      values: { shown: shown.map((each) => cardOf(each).id.replace("card-", "")) },
    });
  };
  const open = (link, isNew = true) => {
    const box = document.createElement("section");
    Object.assign(box, { id: ID, className: "stack-row", hidden: true });
    box.setAttribute("aria-labelledby", "stack-row-title");
    Object.assign(box.dataset, { stack: link.dataset.stack, isNew });
    document.getElementById("grid").append(box);
    remember(link);
    load(box, link);
  };
  const close = (takesFocus = false) => {
    const box = row();
    if (!box) return;
    const link = owner(box);
    const isInside = box.contains(document.activeElement);
    // What is selected in it stays selected.
    document.dispatchEvent(new CustomEvent("cards:leave", { detail: box }));
    document.querySelector("[data-stack-end]")?.remove();
    box.remove();
    remember(null);
    for (const each of links()) each.setAttribute("aria-expanded", "false");
    if (!link || !(takesFocus || isInside)) return;
    link.focus({ preventScroll: true });
    cardOf(link).scrollIntoView({ block: "nearest" });
  };
  const toggle = (link) => {
    const box = row();
    if (box && owner(box) === link) return close(true);
    // Closing one above must not move what was pressed.
    const top = link.getBoundingClientRect().top;
    close();
    scrollBy({ top: link.getBoundingClientRect().top - top, behavior: "instant" });
    open(link);
  };

  // --- what the page does ---------------------------------------------------------------------
  const follow = () => {
    const box = row();
    const link = box && owner(box);
    if (box && !link) close();
    for (const each of links())
      each.setAttribute("aria-expanded", String(each === link && !box.hidden));
    if (!link || box.hidden) return;
    // Clips that were split off have left the stack.
    const { stack, card, count } = box.dataset;
    for (const each of box.querySelectorAll(".card")) if (!isIn(each, stack)) each.remove();
    if (cardOf(link).id !== card || countOf(link) !== count) load(box, link);
    place(box, link);
  };
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const link = target.id === ID && owner(target);
    if (!link) return;
    place(target, link);
    if (target.dataset.isNew === "true") target.scrollIntoView({ block: "nearest" });
    delete target.dataset.isNew;
  });
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target.id === ID && target.hidden && !detail.successful) close();
  });
  document.addEventListener("htmx:afterSettle", follow);
  addEventListener("resize", follow);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-stack-close]")) return close(true);
    const link = event.target.closest(LINK);
    const isOther =
      event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (isOther || !(link || event.target.closest(`#${ID} .card-stack`))) return;
    event.preventDefault();
    if (link) toggle(link);
    else close(true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches(LINK)) return;
    event.preventDefault();
    event.target.click();
  });
  // Before Escape clears the selection.
  document.addEventListener(
    "keydown",
    (event) => {
      const box = row();
      if (event.key !== "Escape" || !box || Shortcuts.isCovered()) return;
      if (Shortcuts.isTyping(event.target)) return;
      const isHere = box.contains(event.target) || owner(box) === event.target;
      if (!isHere && document.querySelector(".pick :checked")) return;
      event.stopPropagation();
      close(isHere || event.target === document.body);
    },
    true,
  );

  // On the way back from a clip, the stack is open again.
  follow();
  const kept = history.state?.stack;
  const link = kept && links().find((each) => each.dataset.stack === kept.stack);
  if (link) open(link, false);
})();
