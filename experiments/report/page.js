// Makes the tables sortable and filterable. Without it they are whole, in their own order.
"use strict";
for (const box of document.querySelectorAll(".table")) {
  const body = box.querySelector("tbody");
  const rows = Array.from(body.rows); // in their own order
  sortable(box, body, rows);
  if (rows.length > 15) filterable(box, rows);
}

// sortable puts a button into each heading: ascending, descending, and back to the order of the table.
function sortable(box, body, rows) {
  const heads = Array.from(box.querySelectorAll("thead th"));
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" }[head.ariaSort || "none"];
      for (const other of heads) other.removeAttribute("aria-sort");
      const order = rows.slice();
      if (next !== "none") {
        head.setAttribute("aria-sort", next);
        order.sort((a, b) => compare(a.cells[column], b.cells[column], next === "ascending" ? 1 : -1));
      }
      body.append(...order);
    });
  });
}

// compare orders two cells, numbers by their value and words by their letters; a cell without a number is last either way.
function compare(a, b, sign) {
  const x = key(a), y = key(b);
  if (typeof x === "number" && typeof y === "number") return sign * (x - y);
  if (typeof x === "number") return -1;
  if (typeof y === "number") return 1;
  return sign * x.localeCompare(y, "en", { numeric: true });
}

function key(cell) {
  return cell.dataset.key ? Number(cell.dataset.key) : cell.textContent.trim();
}

// filterable adds a field whose words a row must all have to be shown: in its name, in its columns of words, or as the
// state of one of its cells.
function filterable(box, rows) {
  const tools = document.createElement("div");
  tools.className = "tools";
  const label = document.createElement("label");
  const field = document.createElement("input");
  const told = document.createElement("output");
  field.type = "search";
  field.placeholder = "words of a row";
  label.append("Filter ", field);
  tools.append(label, told);
  box.prepend(tools);
  const said = (cell) => (cell.classList.contains("num") ? cell.dataset.state || "" : cell.textContent);
  const texts = rows.map((row) => Array.from(row.cells, said).join(" ").toLowerCase());
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      if (!row.hidden) shown++;
    });
    told.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
  });
}
