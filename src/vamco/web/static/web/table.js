/* Short tables that the browser sorts itself: `data-sortable`; a cell's `data-sort` is its figure. */

const order = new Intl.Collator(document.documentElement.lang || "vi", { numeric: true });

function sortRows(table, index, down) {
  const body = table.tBodies[0];
  const key = (row) => row.cells[index].dataset.sort ?? row.cells[index].textContent.trim();
  const rows = [...body.rows].map((row) => ({ row, key: key(row) }));
  const byNumber = rows.some(({ row }) => "sort" in row.cells[index].dataset);
  rows.sort((a, b) => (byNumber ? Number(a.key || NaN) - Number(b.key || NaN) : order.compare(a.key, b.key)) * (down ? -1 : 1));
  if (byNumber) rows.sort((a, b) => Number.isNaN(Number(a.key)) - Number.isNaN(Number(b.key)));
  body.append(...rows.map(({ row }) => row));
  [...table.tHead.rows[0].cells].forEach((cell, place) => cell.setAttribute("aria-sort", place !== index ? "none" : down ? "descending" : "ascending"));
}

function makeSortable(table) {
  const sprite = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0];
  [...table.tHead.rows[0].cells].forEach((cell, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...cell.childNodes);
    if (sprite) button.insertAdjacentHTML("beforeend", `<svg class="icon" aria-hidden="true" focusable="false"><use href="${sprite}#up-arrow"></use></svg>`);
    cell.append(button);
    cell.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sortRows(table, index, cell.getAttribute("aria-sort") === "ascending"));
  });
}

export function start(part, kit) {
  kit.within(part, "table[data-sortable]").forEach(makeSortable);
}
