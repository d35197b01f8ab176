//! The API for people: one page made from the OpenAPI document, with nothing loaded from anywhere.

use std::fmt::Write as _;

use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use parlor_doors::Described;
use serde_json::{Map, Value};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d1d1f;background:#fff}\
h2{margin-top:2.5rem;text-transform:capitalize}section{border-top:1px solid #ddd;padding:.5rem 0}\
code{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}b.method{display:inline-block;min-width:4.5rem}table{border-collapse:collapse;width:100%}\
td,th{text-align:start;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #eee}a{color:#0b57d0}pre{white-space:pre-wrap}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#16171a}section,td,th{border-color:#333}a{color:#8ab4f8}}";

/// Nothing but the page's own style sheet, by its hash.
pub(super) fn answer(page: &Bytes) -> Response {
    static POLICY: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let hash = parlor_app::http::sha256_base64(STYLE.as_bytes());
        format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'")
    });
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY.as_str())];
    (headers, page.clone()).into_response()
}

/// The page, with the doors that are open.
pub(super) fn page(openapi: &str, doors: &[Described]) -> anyhow::Result<String> {
    let document: Value = serde_json::from_str(openapi)?;
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Parlor API</title><style>{STYLE}</style><main><h1>Parlor API</h1><p>{}</p>\
         <p>As a document for machines: <a href=\"openapi.json\">openapi.json</a>. Every call but those under <code>/auth</code> and \
         <code>/server</code> takes <code>Authorization: Bearer &lt;access_token&gt;</code>.</p>",
        escape(document["info"]["description"].as_str().unwrap_or_default())
    );
    if !doors.is_empty() {
        out.push_str("<h2>Doors</h2><p>Clients that were written for other chat systems come in unchanged. <code>SERVER</code> is this server.</p>");
    }
    for Described { name, what, addresses, example } in doors {
        write!(
            out,
            "<section><code><b>{name}</b> {addresses}</code><p>{}</p><pre><code>{}</code></pre></section>",
            escape(what),
            escape(example)
        )?;
    }
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut tags: Vec<&str> =
        operations(&paths).filter_map(|(_, _, operation)| operation["tags"][0].as_str()).collect();
    tags.sort_unstable();
    tags.dedup();
    for tag in tags {
        write!(out, "<h2>{}</h2>", escape(tag))?;
        for (path, method, operation) in operations(&paths).filter(|(_, _, operation)| operation["tags"][0] == tag) {
            one_operation(&mut out, path, method, operation)?;
        }
    }
    out.push_str("<h2>Shapes</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        one_schema(&mut out, name, schema)?;
    }
    out.push_str("</main></html>");
    Ok(out)
}

fn operations(paths: &Map<String, Value>) -> impl Iterator<Item = (&str, &str, &Value)> {
    paths.iter().flat_map(|(path, methods)| {
        methods
            .as_object()
            .into_iter()
            .flatten()
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn one_operation(out: &mut String, path: &str, method: &str, operation: &Value) -> std::fmt::Result {
    write!(out, "<section><code><b class=\"method\">{}</b> {}</code>", method.to_uppercase(), escape(path))?;
    write!(out, "<p>{}</p>", escape(operation["summary"].as_str().unwrap_or_default()))?;
    let asked = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query");
    for parameter in asked {
        let text = parameter["description"].as_str().unwrap_or_default();
        write!(
            out,
            "<p><code>?{}</code> {}</p>",
            escape(parameter["name"].as_str().unwrap_or_default()),
            escape(text)
        )?;
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        write!(out, "<p>Takes {}</p>", type_of(body))?;
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let schema = &response["content"]["application/json"]["schema"];
        let what = if schema.is_null() { String::new() } else { type_of(schema) };
        write!(out, "<p>{} {what}</p>", escape(status))?;
    }
    out.write_str("</section>")
}

fn one_schema(out: &mut String, name: &str, schema: &Value) -> std::fmt::Result {
    write!(out, "<section id=\"{0}\"><code><b>{0}</b></code>", escape(name))?;
    write!(out, "<p>{}</p>", escape(schema["description"].as_str().unwrap_or_default()))?;
    let parts: Vec<&Value> =
        ["oneOf", "allOf"].iter().flat_map(|key| schema[*key].as_array().into_iter().flatten()).collect();
    for part in if parts.is_empty() { vec![schema] } else { parts } {
        if part["properties"].is_null() {
            write!(out, "<p>{}</p>", type_of(part))?;
            continue;
        }
        out.push_str("<table>");
        for (field, property) in part["properties"].as_object().into_iter().flatten() {
            let text = property["description"].as_str().unwrap_or_default();
            write!(out, "<tr><td><code>{}</code><td>{}<td>{}", escape(field), type_of(property), escape(text))?;
        }
        out.push_str("</table>");
    }
    out.write_str("</section>")
}

fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escape(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    if let Some(several) = schema["oneOf"].as_array().or_else(|| schema["allOf"].as_array()) {
        return several.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    if let Some(values) = schema["enum"].as_array() {
        return values
            .iter()
            .map(|value| format!("<code>{}</code>", escape(&value.to_string())))
            .collect::<Vec<_>>()
            .join(" ");
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("list of {}", type_of(&schema["items"])),
        Value::String(kind) => escape(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
