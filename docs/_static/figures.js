// Draws the figures of a page when they come near, from plotly.min.js beside this file.
"use strict";
(() => {
  const here = document.currentScript.src.replace(/figures\.js.*$/, "");
  const CLEAR = "rgba(0,0,0,0)", GRID = "rgba(128,128,128,0.3)";
  let loading;

  function plotly() {
    loading ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = here + "plotly.min.js";
      script.onload = () => done(window.Plotly);
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  }

  // the colours of the page, light or dark
  function dressed(layout) {
    const ink = getComputedStyle(document.body).color;
    const worn = { ...layout, paper_bgcolor: CLEAR, plot_bgcolor: CLEAR };
    worn.font = { ...layout.font, color: ink };
    worn.autosize = true;
    worn.annotations = layout.annotations?.map((one) => ({ ...one, font: { ...one.font, color: ink } }));
    delete worn.width;
    const axis = (one) => ({ ...one, gridcolor: GRID, linecolor: ink, zerolinecolor: GRID });
    for (const key of Object.keys(layout)) {
      if (/^[xy]axis/.test(key)) worn[key] = axis(layout[key]);
      if (/^scene/.test(key)) {
        worn[key] = { ...layout[key] };
        for (const a of ["xaxis", "yaxis", "zaxis"]) {
          worn[key][a] = { ...axis(layout[key][a]), backgroundcolor: CLEAR };
        }
      }
    }
    for (const a of ["xaxis", "yaxis"]) worn[a] ??= axis({});
    return worn;
  }

  async function draw(place) {
    const figure = JSON.parse(place.nextElementSibling.textContent);
    const small = place.classList.contains("figure-small");
    const layout = dressed(figure.layout);
    if (small) {
      Object.assign(layout, { showlegend: false, title: undefined, height: 230 });
      layout.margin = { l: 40, r: 10, t: 10, b: 35 };
      layout.xaxis.automargin = layout.yaxis.automargin = true;
    } else if (place.clientWidth < 500) {
      layout.legend = { ...layout.legend, orientation: "h", x: 0, y: -0.25, yanchor: "top" };
    }
    const config = { displayModeBar: false, responsive: true, staticPlot: small };
    const Plotly = await plotly();
    await Plotly.react(place, { data: figure.data, layout, frames: figure.frames, config });
    place.dataset.drawn = "yes";
  }

  // what opens a part of the sidebar gets a name, which the theme leaves out
  function named() {
    for (const one of document.querySelectorAll("summary")) {
      if (one.textContent.trim()) continue;
      const link = one.closest("li")?.querySelector("a");
      one.setAttribute("aria-label", "Pages below " + (link?.textContent.trim() ?? "this"));
    }
  }

  function begin() {
    named();
    const places = [...document.querySelectorAll(".figure-live")];
    if (!places.length) return;
    const near = new IntersectionObserver((seen) => {
      for (const one of seen) {
        if (!one.isIntersecting) continue;
        near.unobserve(one.target);
        draw(one.target);
      }
    }, { rootMargin: "600px" });
    places.forEach((place) => near.observe(place));
    new MutationObserver(() => {
      places.filter((place) => place.dataset.drawn).forEach(draw);
    }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
