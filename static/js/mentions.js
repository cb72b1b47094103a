// Completes @mentions in comments: a list below the field, for mouse and keyboard.
(() => {
  const MOST = 6;
  const list = document.createElement("ul");
  Object.assign(list, { id: "mentions", className: "mentions", hidden: true });
  list.setAttribute("role", "listbox");
  let field = null;
  let chosen = 0;

  const members = () =>
    [...document.querySelectorAll("#members option")].map((option) => ({
      username: option.value,
      name: option.textContent,
    }));
  // What stands between the last @ and the caret; null where there is no mention.
  const begun = () =>
    /(?:^|[^\w@])@([\w.+-]*)$/.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null;

  const hide = () => {
    list.hidden = true;
    list.replaceChildren();
    for (const name of ["aria-activedescendant", "aria-controls", "aria-expanded"])
      field?.removeAttribute(name);
    field?.removeAttribute("role");
  };
  const mark = () => {
    for (const [index, item] of [...list.children].entries())
      item.setAttribute("aria-selected", String(index === chosen));
    field.setAttribute("aria-activedescendant", `mention-${chosen}`);
  };
  const take = (username) => {
    const start = field.selectionStart - begun().length;
    field.setRangeText(`${username} `, start, field.selectionStart, "end");
    hide();
    field.focus();
  };
  const show = () => {
    const text = begun()?.toLocaleLowerCase();
    if (text === undefined) return hide();
    const fits = ({ username, name }) =>
      username.toLocaleLowerCase().startsWith(text) ||
      name
        .toLocaleLowerCase()
        .split(/\s+/)
        .some((word) => word.startsWith(text));
    const found = members().filter(fits).slice(0, MOST);
    if (!found.length) return hide();
    chosen = 0;
    list.replaceChildren(
      ...found.map(({ username, name }, index) => {
        const item = document.createElement("li");
        item.id = `mention-${index}`;
        item.setAttribute("role", "option");
        const strong = document.createElement("strong");
        strong.textContent = name;
        item.append(strong, ` @${username}`);
        // Before the field loses the focus.
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(username);
        });
        item.dataset.username = username;
        return item;
      }),
    );
    field.insertAdjacentElement("afterend", list);
    list.hidden = false;
    list.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() ?? "");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-controls", "mentions");
    field.setAttribute("aria-expanded", "true");
    mark();
  };

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-mentions]")) return;
    field = event.target;
    show();
  });
  document.addEventListener("focusout", (event) => event.target === field && hide());
  document.addEventListener(
    "keydown",
    (event) => {
      if (list.hidden || event.target !== field || event.ctrlKey || event.metaKey) return;
      const count = list.children.length;
      if (event.key === "ArrowDown") chosen = (chosen + 1) % count;
      else if (event.key === "ArrowUp") chosen = (chosen + count - 1) % count;
      else if (event.key === "Enter" || event.key === "Tab")
        take(list.children[chosen].dataset.username);
      else if (event.key === "Escape") hide();
      else return;
      event.preventDefault();
      event.stopPropagation();
      if (!list.hidden) mark();
    },
    true,
  );
})();
