// Which key presses are shortcuts? None while typing, nor with Ctrl, Alt or Meta; those of a
// single character only where the member has not switched them off (WCAG 2.1.4).
window.Shortcuts = (() => {
  const FIELDS =
    "textarea, select, input:not([type=hidden], [type=checkbox], [type=radio], [type=range])";
  const isTyping = (target) => target.isContentEditable || target.matches?.(FIELDS);
  const isCharacter = (key) => key.length === 1 && key !== " ";
  const areOn = () => "keys" in document.body.dataset;
  const allows = (event) =>
    !(
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.isComposing ||
      isTyping(event.target)
    ) &&
    (areOn() || !isCharacter(event.key));
  const isCovered = () => Boolean(document.querySelector(":popover-open, dialog[open]"));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
    if (event.key !== "?" || !allows(event)) return;
    event.preventDefault();
    document.getElementById("help")?.togglePopover();
  });

  return { allows, isCovered, isTyping };
})();
