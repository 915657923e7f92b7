// What a browser with scripts adds: buttons that copy, and pages that stay fresh. Everything works without it.
"use strict";

function addCopyButtons() {
  if (navigator.clipboard) document.querySelectorAll("figure.copy").forEach(addCopyButton);
}

function addCopyButton(figure) {
  const text = figure.querySelector("pre");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent.trimEnd());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  figure.append(button);
}
addCopyButtons();

// The page is asked for again when the daemon says that something has changed, and each minute.
const main = document.getElementById("main");
let tag = null;
async function refresh() {
  const isBusy = document.hidden || main.querySelector("details[open], textarea")
    || (document.activeElement && main.contains(document.activeElement) && document.activeElement !== main)
    || String(document.getSelection());
  if (isBusy) return;
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-cache" });
    if (!response.ok || response.redirected) return;
    const next = response.headers.get("etag");
    if (next !== null && next === tag) return;
    tag = next;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("main");
    if (!fresh) return;
    main.replaceChildren(...fresh.childNodes);
    addCopyButtons();
    document.title = page.title;
  } catch { /* The daemon restarts, or the network is away: the next minute may be better. */ }
}
if (main && document.querySelector("nav")) {
  setInterval(refresh, 60000);
  const live = new EventSource(new URL("live", document.querySelector("a.brand").href));
  live.addEventListener("change", () => setTimeout(refresh, 500));
  addEventListener("pagehide", () => live.close());
}
