// What Jupyter's widgets leave out: names of slider handles, regions that are read out.
(() => {
  const root = document.documentElement;
  const look = document.getElementById("look");
  const dark = () => getComputedStyle(root).colorScheme === "dark" ||
    (getComputedStyle(root).colorScheme !== "light" &&
     matchMedia("(prefers-color-scheme: dark)").matches);
  const told = () => { look.textContent = dark() ? "light page" : "dark page"; };
  look.addEventListener("click", () => {
    root.dataset.look = dark() ? "light" : "dark";
    told();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", told);
  told();

  function named() {
    for (const slider of document.querySelectorAll(".widget-slider")) {
      const label = slider.querySelector(".widget-label")?.textContent ?? "";
      const handles = slider.querySelectorAll(".noUi-handle:not([aria-label])");
      handles.forEach((handle, i) => handle.setAttribute("aria-label",
        handles.length > 1 ? `${label}, ${i ? "upper" : "lower"} end` : label));
    }
    for (const live of document.querySelectorAll(".xl-live:not([aria-live])")) {
      live.setAttribute("role", "status");
      live.setAttribute("aria-live", "polite");
    }
  }
  // what scrolls sideways on a narrow page is reached by keys, too
  function reached() {
    for (const box of document.querySelectorAll(".widget-html-content"))
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
  }
  addEventListener("resize", reached);

  // a figure asks how wide it may be before it is in its place, and again on "resize"
  const widths = new WeakMap();
  let later = 0;
  const places = new ResizeObserver((seen) => {
    for (const { target, contentRect } of seen) {
      if (Math.abs((widths.get(target) ?? 0) - contentRect.width) < 2) continue;
      widths.set(target, contentRect.width);
      clearTimeout(later);
      later = setTimeout(() => dispatchEvent(new Event("resize")), 150);
    }
  });
  function placed() {
    for (const plot of document.querySelectorAll(".js-plotly-plot"))
      if (!widths.has(plot.parentElement)) places.observe(plot.parentElement);
  }
  new MutationObserver(placed).observe(document.body, { childList: true, subtree: true });
  new MutationObserver(reached).observe(document.body, { childList: true, subtree: true });
  new MutationObserver(named).observe(document.body, { childList: true, subtree: true });

  // a file dropped beside a box would take the place of the page
  for (const kind of ["dragover", "drop"])
    addEventListener(kind, (event) => event.preventDefault());
})();
