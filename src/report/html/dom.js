// Elements are made of names and texts; there is no markup in any string.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return made;
}
// A verdict: its sign and its name. Beside the name of a subject the sign is enough for the eye.
const chip = (verdict, subject) =>
  element("span", { class: `v ${verdict.name}`, title: subject && verdict.name }, element("b", { "aria-hidden": "true" }, verdict.mark), " ",
    subject ? [subject, element("span", { class: "vh" }, `: ${verdict.name}`)] : verdict.name);
const button = (label, action, attributes) => {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", action);
  return made;
};
const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const byId = (id) => document.getElementById(id);

// A line to copy. Where the clipboard is closed to the page, the line is selected instead.
function copyable(line, name) {
  const code = element("code", {}, line);
  const copy = button("Copy", async () => {
    try {
      await navigator.clipboard.writeText(line);
      copy.textContent = "Copied";
    } catch {
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      copy.textContent = "Selected";
    }
  }, { class: "tiny", "aria-label": `Copy: ${name}` });
  return element("div", { class: "line" }, code, copy);
}
