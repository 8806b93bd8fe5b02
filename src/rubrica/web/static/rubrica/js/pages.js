// Small helps for the pages. Everything works without them, save the workbench.

const all = (selector, inside = document) => inside.querySelectorAll(selector);

/**
 * Fetch a page or fragment as a document. The browser parses it by itself, without running anything in it, so that no
 * text is ever handed to a sink that Trusted Types guard.
 */
function fetched(url, { method = "GET", body = null, headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "document";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onload = () => (request.status < 400 && request.response ? resolve(request.response) : reject(request.status));
    request.onerror = () => reject(0);
    request.send(body);
  });
}

// A link from the operator's terminal signs in with one click; a fetcher of previews, which runs no script, uses nothing up.
document.querySelector("form[data-auto-submit]")?.requestSubmit();

for (const button of all("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
}

for (const form of all("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
}

// What takes a while says so, and is not sent twice.
for (const form of all("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("button");
    if (button.ariaDisabled === "true") return event.preventDefault();
    const words = button.textContent;
    button.ariaDisabled = "true";
    button.textContent = form.dataset.busy;
    // A download leaves the page standing: after a while the button is itself again.
    if (form.dataset.busyFor) {
      window.setTimeout(() => {
        button.ariaDisabled = null;
        button.textContent = words;
      }, Number(form.dataset.busyFor) * 1000);
    }
  });
}

// Filters apply when they change; the button serves those without script.
for (const form of all("form[data-filter]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// Work in progress: the part of the page that tells of it is fetched anew until it says that the work has ended.
async function follow(region) {
  while (region?.dataset.live) {
    await new Promise((resolve) => window.setTimeout(resolve, Number(region.dataset.live) * 1000));
    try {
      const page = await fetched(window.location.href);
      const fresh = page.getElementById(region.id);
      if (!fresh) return window.location.reload();
      const mine = document.adoptNode(fresh);
      region.replaceWith(mine);
      region = mine;
    } catch {
      // The server may be restarting; the next try tells.
    }
  }
}
follow(document.querySelector("[data-live]"));

// Marks over an image, by rater.
for (const group of all("[data-toggles]")) {
  group.hidden = false;
  const show = (box) => {
    for (const layer of all(`[data-layer="${CSS.escape(box.value)}"]`)) layer.toggleAttribute("hidden", !box.checked);
  };
  for (const box of all("input", group)) {
    show(box);
    box.addEventListener("change", () => show(box));
  }
}

// Files can be dropped where they can be chosen; the summary says what was chosen.
for (const zone of all("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const summary = zone.querySelector("output");
  const limit = Number(zone.dataset.most);
  const tell = () => {
    const files = [...input.files];
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    summary.textContent = files.length ? `${files.length} · ${(bytes / 1e6).toFixed(1)} MB` : "";
    input.setCustomValidity(files.length > limit ? zone.dataset.tooMany : "");
  };
  input.addEventListener("change", tell);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        tell();
      }
    });
  }
}

// The guideline editor shows what the draft will look like, from the one renderer on the server.
const source = document.querySelector("textarea[data-preview]");
if (source) {
  const frame = document.getElementById("preview");
  let waiting;
  const show = async () => {
    const body = new FormData();
    body.append("markdown", source.value);
    const token = source.form.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const page = await fetched(source.dataset.preview, { method: "POST", body, headers: { "X-CSRFToken": token } });
      frame.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
    } catch {
      // The last preview stays; saving will say what is wrong.
    }
  };
  source.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(show, 300);
  });

  // Typed text is not lost by a slip of the hand.
  let saved = false;
  const before = new Map([...all("textarea", source.form)].map((area) => [area, area.value]));
  source.form.addEventListener("submit", () => {
    saved = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!saved && [...before].some(([area, text]) => area.value !== text)) event.preventDefault();
  });
}

// A form that keeps what is typed, a moment after the last key and when the page is left.
for (const form of all("form[data-autosave]")) {
  const state = form.querySelector("[data-autosave-state]");
  let waiting;
  const keep = async () => {
    window.clearTimeout(waiting);
    waiting = undefined;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), keepalive: true });
      state.textContent = answer.ok ? form.dataset.saved : form.dataset.unsaved;
    } catch {
      state.textContent = form.dataset.unsaved;
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 800);
  });
  form.addEventListener("submit", () => window.clearTimeout(waiting));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && waiting !== undefined) keep();
  });
}

// One pane of several at a time, where there is script to choose it.
for (const panes of all("[data-panes]")) {
  panes.hidden = false;
  const buttons = [...all("button", panes)];
  const choose = (chosen) => {
    for (const button of buttons) {
      button.ariaPressed = String(button === chosen);
      document.getElementById(button.dataset.pane).hidden = button !== chosen;
    }
  };
  for (const button of buttons) button.addEventListener("click", () => choose(button));
  choose(buttons.find((button) => button.dataset.first !== undefined) ?? buttons[0]);
}

// Ctrl K: find a page or a project.
const palette = document.getElementById("palette");
if (palette) {
  const input = palette.querySelector("input");
  const none = palette.querySelector(".none");
  const rows = [...all("li", palette)];
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    none.hidden = rows.some((row) => !row.hidden);
  };
  const open = () => {
    input.value = "";
    filter();
    if (!palette.open) palette.showModal();
  };
  for (const button of all("[data-find]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  input.addEventListener("input", filter);
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  palette.addEventListener("keydown", (event) => {
    const shown = rows.filter((row) => !row.hidden).map((row) => row.firstElementChild);
    const at = shown.indexOf(document.activeElement);
    if (event.key === "ArrowDown") shown[Math.min(at + 1, shown.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (at <= 0 ? input : shown[at - 1]).focus();
    else if (event.key === "Enter" && document.activeElement === input) shown[0]?.click();
    else return;
    event.preventDefault();
  });
}
