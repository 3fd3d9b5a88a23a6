//! The page on which a user grants or denies, and the one that says why there is none. No scripts, no pictures, nothing from elsewhere.

use std::sync::LazyLock;

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};
use url::Url;

use super::ask::Ask;
use crate::{tables::Scope, words::Word};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#222;background:#fff}\
h1{font-size:1.4rem}ul{padding-left:1.2rem}label{display:block;margin:1rem 0 .3rem}\
input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #767676;border-radius:4px}\
button{font:inherit;padding:.5rem 1.2rem;margin:1rem .5rem 0 0;border:1px solid #1c6b3c;border-radius:4px;background:#1c6b3c;color:#fff}\
button.no{background:#fff;color:#222;border-color:#767676}.wrong{color:#a40000}small{color:#555}";

/// Which style the browser may take: this one, by its hash.
static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(STYLE))));

/// Asks the user; `wrong` is what was wrong with what they said before.
pub fn consent(ask: &Ask, wrong: Option<&str>) -> Response {
    let (name, url) = (escape(&ask.application.name), escape(&ask.application.url));
    let scopes: Vec<String> = ask.scopes.iter().map(|it| format!("<li>{}</li>", meaning(*it))).collect();
    let words = ask.scopes.iter().map(|it| it.word()).collect::<Vec<_>>().join(" ");
    let hidden = [
        ("response_type", Some("code")),
        ("client_id", Some(ask.application.consumer_key.as_str())),
        ("redirect_uri", ask.redirect_uri.as_deref()),
        ("scope", Some(&words)),
        ("state", ask.state.as_deref()),
        ("code_challenge", ask.code_challenge.as_deref()),
        ("code_challenge_method", ask.code_challenge.as_ref().map(|_| "S256")),
    ];
    let hidden = hidden.iter().filter_map(|(name, value)| {
        Some(format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape((*value)?)))
    });
    let wrong_line = wrong.map(|it| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(it)));
    let body = format!(
        "<h1>Allow {name} to act for you?</h1>\n\
         <p>{name} <small>({url})</small> asks to do this in your name, as far as you may do it yourself:</p>\n\
         <ul>{}</ul>\n{}\
         <form method=\"post\" action=\"/oauth/authorize\">{}\n\
         <label for=\"code\">Your one-time code. Whoever looks after this Orangery gives it to you.</label>\n\
         <input id=\"code\" name=\"code\" autocomplete=\"one-time-code\" autofocus>\n\
         <button name=\"decision\" value=\"grant\">Allow</button>\
         <button name=\"decision\" value=\"deny\" class=\"no\">Deny</button>\n\
         </form>\n<p><small>You can withdraw this later.</small></p>",
        scopes.concat(),
        wrong_line.unwrap_or_default(),
        hidden.collect::<String>(),
    );
    // Browsers hold a form to this where it is sent on, too.
    let callback = Url::parse(&ask.application.callback_url).map(|it| it.origin().ascii_serialization());
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(status, "Allow access", &body, &format!("'self' {}", callback.unwrap_or_default()))
}

/// Says why the user is not asked.
pub fn fault(why: &str) -> Response {
    let body = format!("<h1>This doesn’t work</h1>\n<p class=\"wrong\">{}</p>", escape(why));
    page(StatusCode::BAD_REQUEST, "Not allowed", &body, "'none'")
}

fn page(status: StatusCode, title: &str, body: &str, form_action: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · Orangery</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    );
    let policy = format!(
        "default-src 'none'; style-src {}; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_FRAME_OPTIONS, "DENY".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (status, headers, html).into_response()
}

fn meaning(scope: Scope) -> &'static str {
    match scope {
        Scope::CreateCandidates => "add candidates and prospects",
        Scope::ViewCandidates => "see the candidates whom it added, and how far they are",
        Scope::ViewJobs => "see the jobs that you see",
        Scope::ViewPools => "see the prospect pools",
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}
