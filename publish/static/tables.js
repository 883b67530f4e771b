// Read by Datasette's own table.js; its template sets it in the page, where our policy refuses scripts.
var DATASETTE_ALLOW_FACET = true;

// Datasette's forms leave their fields without names, which a screen reader would read.
document.addEventListener("DOMContentLoaded", () => {
  const named = {
    "[name^=_filter_column]": "Column to filter by",
    "[name^=_filter_op]": "How to compare",
    "[name^=_filter_value]": "Value to compare with",
    "[name=_sort]": "Column to sort by",
    "#sql-editor": "SQL",
  };
  for (const [fields, name] of Object.entries(named)) {
    for (const field of document.querySelectorAll(fields)) {
      if (!field.labels || !field.labels.length) field.setAttribute("aria-label", name);
    }
  }
  for (const list of document.querySelectorAll(".column-descriptions")) list.tabIndex = 0;
});
