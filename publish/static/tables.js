// Read by Datasette's own table.js; its template sets it in the page, where our policy refuses scripts.
var DATASETTE_ALLOW_FACET = true;
