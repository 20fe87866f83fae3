"use strict";
(() => {
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const onPhone = matchMedia("(max-width:599px)").matches;
  const paper = matchMedia("print");
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  /* Tables: sort, filter, show all. Without this script every row is there, in its first order. */
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const numeric = !cell.classList.contains("so-text") && !cell.classList.contains("so-date");
    if (!numeric) return cell.dataset.sort ?? cell.textContent;
    return cell.dataset.sort === undefined ? null : Number(cell.dataset.sort);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  const absent = (key) => key === null || key === "–";

  const redraws = [];

  /* Rows that a phone shows at first: eight of a narrow table, three where each row is a card, two of large cards.
     Further tables of cards in the same section say what they hold, and wait to be asked. */
  const onThePhone = (figure, rows) => {
    if (figure.classList.contains("so-slim")) return rows > 10 ? 8 : rows;
    const isFirst = figure.closest(".so-section")?.querySelector(".so-table[data-shown]") === figure;
    const few = figure.querySelectorAll("th").length > 7 ? 2 : 3;
    return rows <= few + 1 ? rows : isFirst ? few : 0;
  };

  const enhance = (figure) => {
    const table = figure.querySelector("table");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const most = Number(figure.dataset.shown);
    const seenFirst = onPhone ? Math.min(most, onThePhone(figure, rows.length)) : most;
    const state = { words: [], all: rows.length <= seenFirst };
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const more = make("button", { type: "button", className: "so-more" });
    const inside = make("p", { className: "so-inside", textContent: heads.map((head) => head.textContent).join(" · ") });
    const count = make("span", { role: "status" });
    const rest = make("p", { className: "so-rest" });

    const show = () => {
      const matching = [...body.rows].filter((row) => state.words.every((word) => texts.get(row).includes(word)));
      const limit = state.all || state.words.length ? rows.length : paper.matches ? most : seenFirst;
      const seen = new Set(matching.slice(0, limit));
      rows.forEach((row) => row.classList.toggle("so-off", !seen.has(row)));
      more.textContent = state.all ? "Show fewer rows" : `Show all ${rows.length} rows`;
      more.classList.toggle("so-off", rows.length <= seenFirst || state.words.length > 0);
      [inside, ...figure.querySelectorAll(".so-filter")].forEach((part, i) => part.classList.toggle("so-off", (limit > 0) === (i === 0)));
      count.textContent = state.words.length ? `${matching.length} of ${rows.length}` : "";
      rest.textContent = seen.size < rows.length ? `${seen.size} of ${rows.length} rows.` : "";
    };
    const sort = (column, ascending) => {
      const keyed = [...body.rows].map((row) => [keyOf(row, column), row]);
      keyed.sort(([a], [b]) => absent(a) - absent(b) || (absent(a) ? 0 : (ascending ? 1 : -1) * compare(a, b)));
      body.append(...keyed.map(([, row]) => row));
      heads.forEach((head, i) => head.removeAttribute("aria-sort"));
      heads[column].setAttribute("aria-sort", ascending ? "ascending" : "descending");
      show();
    };
    const textual = (head) => head.classList.contains("so-text") || head.classList.contains("so-date");

    heads.forEach((head, column) => {
      /* Not a <button>: Chromium does not repeat a head that holds one on the next sheet of paper. */
      const button = make("span", { className: "so-sort", tabIndex: 0 });
      button.setAttribute("role", "button");
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        button.click();
      });
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        sort(column, now ? now === "descending" : textual(head));
      });
    });
    if (figure.dataset.filter) {
      const bar = make("div", { className: "so-filter" });
      const input = make("input", { type: "search", placeholder: onPhone ? "Filter…" : `Filter: ${figure.dataset.filter}` });
      input.setAttribute("aria-label", `Filter by ${figure.dataset.filter}`);
      input.addEventListener("input", () => {
        state.words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        show();
      });
      const by = make("select", { className: "so-by" });
      by.setAttribute("aria-label", "Sort by");
      by.append(new Option("Sort by…", ""), ...heads.map((head, i) => new Option(head.textContent, i)));
      by.addEventListener("change", () => by.value !== "" && sort(Number(by.value), textual(heads[by.value])));
      bar.append(input, by, count);
      figure.prepend(bar);
    }
    more.addEventListener("click", () => {
      state.all = !state.all;
      show();
      if (!state.all) figure.scrollIntoView({ block: "nearest" });
    });
    figure.querySelector(".so-scroll").after(inside, rest, more);
    redraws.push(show);
    /* As cards on a phone the rows are no table boxes; the roles keep them a table for screen readers. */
    table.setAttribute("role", "table");
    [table.tHead, body].forEach((part) => part.setAttribute("role", "rowgroup"));
    [...table.rows].forEach((row) => row.setAttribute("role", "row"));
    heads.forEach((head) => head.setAttribute("role", "columnheader"));
    body.querySelectorAll("td").forEach((cell) => cell.setAttribute("role", "cell"));
    show();
  };
  document.querySelectorAll(".so-table[data-shown]").forEach(enhance);

  /* Contents: mark the section that is being read. */
  const links = [...document.querySelectorAll(".so-nav li a")];
  const targets = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const follow = () => {
    const page = document.documentElement;
    const atEnd = page.scrollHeight > innerHeight && innerHeight + scrollY >= page.scrollHeight - 4;
    const begun = targets.findLastIndex((target) => target && target.getBoundingClientRect().top <= innerHeight * 0.25);
    const current = atEnd ? links.length - 1 : Math.max(begun, 0);
    links.forEach((link, i) => (i === current ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current")));
  };
  if (links.length) {
    const line = new IntersectionObserver(follow, { rootMargin: "-24% 0px -75% 0px" });
    targets.filter(Boolean).forEach((target) => line.observe(target));
    const end = make("div", { ariaHidden: "true" });
    document.querySelector("main").append(end);
    new IntersectionObserver(follow, { threshold: 1 }).observe(end);
    follow();
  }

  /* Print: what is folded on the screen is open on paper, but for the code; a phone's tables are as long as a laptop's. */
  let opened = [];
  const forPrint = (printing) => {
    if (!printing) opened.forEach((fold) => (fold.open = false));
    opened = printing ? [...document.querySelectorAll("details:not([open]):not(.so-code):not(.so-contents)")] : [];
    opened.forEach((fold) => (fold.open = true));
    redraws.forEach((redraw) => redraw());
  };
  paper.addEventListener("change", () => forPrint(paper.matches));
  if (paper.matches) forPrint(true);
})();
