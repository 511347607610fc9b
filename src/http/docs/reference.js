"use strict";

// Swagger UI shows the reference when its assets were there at build time; else the page lists the operations itself.

const root = document.getElementById("reference");

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.allOf) return schema.allOf.map(typeOf).join(" and ");
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(" or ");
  if (schema.type === "array") return "list of " + typeOf(schema.items);
  if (schema.enum) return schema.enum.join(" | ");
  return [schema.type || "any", schema.format].filter(Boolean).join(", ");
}

function rows(entries) {
  const body = element("tbody");
  for (const cells of entries) body.append(element("tr", "", ...cells.map((cell) => element("td", "", cell))));
  return element("table", "", body);
}

function bodySchema(holder) {
  const content = (holder && holder.content) || {};
  const first = Object.values(content)[0];
  return first ? typeOf(first.schema) : "";
}

function operationView(path, method, operation) {
  const view = element("details", "");
  const label = element("summary", "", element("span", "method", method.toUpperCase()), element("code", "", path));
  view.append(label, element("p", "", operation.summary || ""));
  if (operation["x-permission"]) view.append(element("p", "", "Needs " + operation["x-permission"]));
  const parameters = operation.parameters || [];
  if (parameters.length) {
    view.append(rows(parameters.map((p) => [p.name + (p.required ? " *" : ""), p.in, typeOf(p.schema), p.description || ""])));
  }
  if (operation.requestBody) view.append(element("p", "", "Body: " + bodySchema(operation.requestBody)));
  view.append(rows(Object.entries(operation.responses).map(([status, answer]) => [status, bodySchema(answer), answer.description])));
  return view;
}

function schemaView(name, schema) {
  return element("details", "", element("summary", "", element("code", "", name)),
    element("pre", "", JSON.stringify(schema, null, 2)));
}

function showPlainly(reference) {
  const page = element("main", "plain", element("h1", "", reference.info.title), element("p", "", reference.info.description));
  const byTag = new Map();
  for (const [path, operations] of Object.entries(reference.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0];
      if (!byTag.has(tag)) byTag.set(tag, []);
      byTag.get(tag).push(operationView(path, method, operation));
    }
  }
  for (const [tag, views] of byTag) page.append(element("section", "", element("h2", "", tag), ...views));
  page.append(element("h2", "", "Schemas"));
  for (const [name, schema] of Object.entries(reference.components.schemas)) page.append(schemaView(name, schema));
  root.replaceChildren(page);
}

if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({ url: "/openapi.json", domNode: root, deepLinking: true, docExpansion: "list", validatorUrl: null });
} else {
  fetch("/openapi.json").then((answer) => answer.json()).then(showPlainly, (fault) => root.append(String(fault)));
}
