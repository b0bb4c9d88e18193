// A label with the browser's own file input in it: keys and screen readers know that.
function render({ model, el }) {
  const box = document.createElement("label");
  box.className = "xl-drop";
  const words = box.appendChild(document.createElement("span"));
  words.textContent = model.get("label");
  const input = box.appendChild(document.createElement("input"));
  input.type = "file";
  input.accept = model.get("accept");
  const said = document.createElement("p");
  said.className = "xl-drop-said";
  said.setAttribute("role", "alert");
  el.append(box, said);

  async function send(file) {
    const limit = model.get("megabytes");
    said.textContent = "";
    if (!file) return;
    if (file.size > limit * 2 ** 20) {
      said.textContent =
        `${file.name} is larger than ${limit} MB: give a smaller file, or the command`;
      return;
    }
    model.send({ name: file.name }, undefined, [await file.arrayBuffer()]);
  }
  // emptied first, so that the same file can be chosen again
  input.addEventListener("click", () => { input.value = ""; });
  input.addEventListener("change", () => send(input.files[0]));
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("xl-over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("xl-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("xl-over");
    send(event.dataTransfer.files[0]);
  });
}
export default { render };
