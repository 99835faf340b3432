//! Pages that show what was taken, newest first, for who tries the demo.

use std::fmt::Write;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use http::StatusCode;

use super::{PostOffice, Received};

pub fn router(office: PostOffice) -> Router {
    Router::new().route("/", get(list)).route("/{number}", get(show)).with_state(office)
}

async fn list(State(office): State<PostOffice>) -> Html<String> {
    let mut rows = String::new();
    for (number, mail) in office.received().iter().enumerate().rev() {
        let (to, subject) = (escape(&mail.to.join(", ")), escape(&mail.subject()));
        let _ = write!(rows, "<li><a href=\"/{number}\">{subject}</a> to {to}</li>");
    }
    let rows = if rows.is_empty() { "<p>No mail came yet. Load this page again.</p>".to_owned() } else { rows };
    Html(page("Mails that Tollgate sent", &format!("<ul>{rows}</ul>")))
}

async fn show(State(office): State<PostOffice>, Path(number): Path<usize>) -> Result<Html<String>, StatusCode> {
    let mails = office.received();
    let mail = mails.get(number).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Html(page(&mail.subject(), &body(mail))))
}

fn body(mail: &Received) -> String {
    let mut facts = String::new();
    for name in ["From", "To", "Date"] {
        let _ = write!(facts, "<p>{name}: {}</p>", escape(&mail.header(name).unwrap_or_default()));
    }
    format!("<p><a href=\"/\">All mails</a></p>{facts}<pre>{}</pre>", linked(&mail.text()))
}

/// The text with its addresses as links. Of a mail's own HTML nothing is shown: it is not ours.
fn linked(text: &str) -> String {
    let line = |line: &str| {
        let word = |word: &str| {
            let shown = escape(word);
            let address = word.starts_with("http://") || word.starts_with("https://");
            if address { format!("<a href=\"{shown}\">{shown}</a>") } else { shown }
        };
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
         <body><h1>{title}</h1>{body}</body></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_shown_and_never_obeyed() {
        let text = linked("Go to http://a.example/x#1 <script>\nor \"http://b.example\"");
        let expected = "Go to <a href=\"http://a.example/x#1\">http://a.example/x#1</a> &lt;script&gt;\n\
                        or &quot;http://b.example&quot;";
        assert_eq!(text, expected);
        assert!(!linked("http://a.example/\"onclick=\"x").contains("\"onclick"));
    }
}
