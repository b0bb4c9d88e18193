// A button a file; it is made when it is asked for, and never leaves this machine.
function render({ model, el }) {
  for (const name of model.get("names")) {
    const button = el.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "jupyter-button widget-button xl-download";
    button.textContent = name;
    button.addEventListener("click", () => model.send({ name }));
  }
  const save = ({ name, type }, buffers) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(buffers, { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
  model.on("msg:custom", save);
  return () => model.off("msg:custom", save);
}
export default { render };
