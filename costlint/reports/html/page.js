"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const filter = document.getElementById("filter");
  const status = document.getElementById("matches");
  document.getElementById("tools").hidden = false;

  // A rule's page is in the report once; a fold that opens shows a copy of it.
  const explain = (fold) => all("[data-why]:not([data-shown])", fold).forEach((place) => {
    const page = document.getElementById(`why-${place.dataset.why}`);
    if (page) place.append(...page.cloneNode(true).childNodes);
    place.dataset.shown = "";
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.open) explain(event.target);
  }, true);

  // Filtering: an item is kept if every word is somewhere in its text (less a rule's page) or in the names it lies
  // under, and every choice is one of its own.
  const items = all("[data-item]");
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) {
      let own = item;
      if (item.querySelector("[data-shown]")) {
        own = item.cloneNode(true);
        all("[data-why]", own).forEach((aside) => aside.remove());
      }
      let words = own.textContent;
      for (let up = item.parentElement; up; up = up.parentElement) {
        if (up.matches("details")) words += " " + up.querySelector("summary").textContent;
      }
      texts.set(item, words.toLowerCase());
    }
    return texts.get(item);
  };
  const choices = all("select[data-filter]");
  const chosen = (item) => choices.every(
    (choice) => !choice.value || item.dataset[choice.dataset.filter].split(" ").includes(choice.value));

  // Totals that follow: what is shown, added up.
  const showing = document.getElementById("shown-saving");
  const amount = (value) => {
    const whole = value >= 99.995;
    const digits = { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: whole ? 0 : 2 };
    return showing.dataset.symbol + value.toLocaleString("en-US", digits);
  };
  const addUp = (kept) => {
    if (!showing) return;
    const sum = kept.reduce((total, item) => total + Number(item.dataset.saving), 0);
    showing.textContent = amount(Math.round(sum * 100) / 100);
    document.getElementById("shown-count").textContent = String(kept.length);
    const none = document.getElementById("none");
    if (none) none.hidden = kept.length > 0;
  };

  const openBefore = new Map();
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const picky = words.length > 0 || choices.some((choice) => choice.value);
    const kept = [];
    for (const item of items) {
      item.hidden = !(chosen(item) && words.every((word) => text(item).includes(word)));
      if (!item.hidden) kept.push(item);
    }
    addUp(kept);
    for (const branch of all("[data-branch]").reverse()) {
      const any = branch.querySelector("[data-item]:not([hidden])") !== null;
      branch.hidden = words.length > 0 && !any;
      if (!words.length) {
        if (openBefore.has(branch)) branch.open = openBefore.get(branch);
        openBefore.delete(branch);
      } else {
        if (!openBefore.has(branch)) openBefore.set(branch, branch.open);
        if (any) branch.open = true;
      }
    }
    status.textContent = picky ? `${kept.length} of ${items.length} rows` : "";
  };
  let waiting = 0;
  filter.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  });
  choices.forEach((choice) => choice.addEventListener("change", apply));

  const openAll = (open) => all("main details").forEach((branch) => { branch.open = open; });
  document.getElementById("open").addEventListener("click", () => openAll(true));
  document.getElementById("close").addEventListener("click", () => openAll(false));

  window.addEventListener("beforeprint", () => openAll(true));

  // Sorting: numbers by data-value, the rest as text; the first click on a column of numbers sorts downwards. Where a
  // table has groups, each body is one and goes by its first row.
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim().toLowerCase() : Number(cell.dataset.value);
  };
  for (const table of all("table[data-sortable]")) {
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const grouped = "groups" in table.dataset;
        const body = table.tBodies[0];
        const rows = grouped ? [...table.tBodies].map((group) => group.rows[0]) : [...body.rows];
        const numbers = rows.length > 0 && typeof value(rows[0], column) === "number";
        const before = head.getAttribute("aria-sort");
        const down = before ? before === "ascending" : numbers;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sign = down ? -1 : 1;
        const keyed = rows.map((row) => [value(row, column), row]);
        keyed.sort(([a], [b]) => sign * (numbers ? a - b : String(a).localeCompare(String(b), "en", { numeric: true })));
        if (grouped) table.append(...keyed.map(([, row]) => row.parentElement));
        else body.append(...keyed.map(([, row]) => row));
      });
    });
  }

  // Charts: the point under the pointer or with the focus is told below; arrows go to the next by price.
  for (const chart of all("[data-chart]")) {
    const points = all("[data-point]", chart);
    const details = chart.querySelector("[data-details]");
    const tell = (point) => { details.textContent = point.getAttribute("aria-label"); };
    for (const point of points) {
      point.addEventListener("pointerenter", () => tell(point));
      point.addEventListener("focus", () => {
        points.forEach((other) => other.setAttribute("tabindex", other === point ? "0" : "-1"));
        tell(point);
      });
    }
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const at = points.indexOf(document.activeElement);
      if (!step || at < 0) return;
      event.preventDefault();
      points[Math.min(Math.max(at + step, 0), points.length - 1)].focus();
    });
  }

  // Keys: "/" to the filter, Escape clears it, arrows walk the tree.
  const visible = () => all("main summary").filter((summary) => summary.offsetParent !== null);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== filter) {
      event.preventDefault();
      filter.focus();
      return;
    }
    if (event.key === "Escape" && document.activeElement === filter) {
      filter.value = "";
      choices.forEach((choice) => { choice.value = ""; });
      apply();
      return;
    }
    const summary = document.activeElement;
    if (!summary || summary.tagName !== "SUMMARY") return;
    const branch = summary.parentElement;
    const go = (step) => {
      const listed = visible();
      const next = listed[listed.indexOf(summary) + step];
      if (next) next.focus();
    };
    if (event.key === "ArrowDown") go(1);
    else if (event.key === "ArrowUp") go(-1);
    else if (event.key === "ArrowRight") { if (branch.open) go(1); else branch.open = true; }
    else if (event.key === "ArrowLeft") {
      const above = branch.parentElement.closest("details");
      if (branch.open) branch.open = false;
      else if (above) above.querySelector("summary").focus();
    } else return;
    event.preventDefault();
  });
})();
