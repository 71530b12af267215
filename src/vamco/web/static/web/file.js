/* File inputs in the page's language: a browser names its button and "no file chosen" in its own. The input lies unseen over our
   button, so that a click, the keyboard and dropped files are the browser's work. Without this the page shows the input as it is. */

const words = document.documentElement.lang.startsWith("en")
  ? { one: "Choose a file", many: "Choose files", none: "No file chosen yet. You can also drop it here.", count: (n) => `${n} files chosen` }
  : { one: "Chọn tệp", many: "Chọn các tệp", none: "Chưa chọn tệp nào. Có thể kéo thả tệp vào đây.", count: (n) => `Đã chọn ${n} tệp` };

function show(input) {
  const names = [...input.files].map((file) => file.name);
  const named = input.closest("[data-upload]"); // it lists the names itself
  const said = !names.length ? words.none : named && names.length > 1 ? words.count(names.length) : names.join("; ");
  input.closest(".file").querySelector(".file-said").textContent = said;
  input.title = said; // or the browser shows its own words beside the pointer
}

function wrap(input) {
  const box = document.createElement("span");
  box.className = "file";
  const face = document.createElement("span");
  face.className = "file-face";
  face.setAttribute("aria-hidden", "true"); // the input has the label, and says itself what was chosen
  const button = document.createElement("span");
  button.className = "button";
  button.textContent = input.multiple ? words.many : words.one;
  const said = document.createElement("span");
  said.className = "file-said";
  face.append(button, said);
  input.replaceWith(box);
  box.append(input, face);
}

document.addEventListener("change", (event) => { if (event.target.matches?.(".file > input")) show(event.target); });
document.addEventListener("reset", (event) => setTimeout(() => event.target.querySelectorAll(".file > input").forEach(show)));

export function start(part, kit) {
  for (const input of kit.within(part, "input[type=file]")) {
    if (!input.closest(".file")) wrap(input);
    show(input);
  }
}
