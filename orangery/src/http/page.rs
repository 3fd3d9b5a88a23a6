//! Pages of lists: `per_page`, `page`, `skip_count`, and the Link header (PAG-1 … PAG-8).

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::input::Params;
use crate::{
    error::{Error, Result},
    graph::select::{Page, Slice},
    house::Orangery,
};

/// How a list is paged, and the address that its links are made of.
pub struct Paging {
    pub page: Page,
    address: String,
    params: Vec<(String, String)>,
}

impl FromRequestParts<Orangery> for Paging {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, house: &Orangery) -> Result<Self> {
        let params = Params::from_request_parts(parts, house).await?;
        let page = params.read(|it| Page {
            number: it.integer("page", 1, i64::from(i32::MAX)).unwrap_or(1),
            size: it.integer("per_page", 1, 500).unwrap_or(100),
            counted: !it.flag("skip_count").unwrap_or(false),
        })?;
        let query = parts.uri.query().unwrap_or_default();
        let params = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .filter(|(name, _)| name != "page" && name != "per_page")
            .collect();
        // Nested routers strip the path they are nested under; links need the whole.
        let path = parts.extensions.get::<axum::extract::OriginalUri>().map_or(parts.uri.path(), |it| it.path());
        let address = format!("{}{path}", origin(house, parts));
        Ok(Self { page, address, params })
    }
}

impl Paging {
    /// A list that only says whether there is more (PAG-5): nothing is counted for it.
    pub fn next_only(mut self) -> Self {
        self.page.counted = false;
        self
    }

    /// The answer: the rows, and links to the pages around in the order next, prev, last.
    pub fn answer<T: Serialize>(self, slice: Slice<T>) -> Response {
        let mut links = Vec::new();
        let number = self.page.number;
        if slice.more {
            links.push(self.link(number + 1, "next"));
        }
        if let Some(total) = slice.total {
            let last = (total.max(1) + self.page.size - 1) / self.page.size;
            if number > 1 {
                links.push(self.link((number - 1).min(last), "prev"));
            }
            links.push(self.link(last, "last"));
        }
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(&links.join(", "))
            && !links.is_empty()
        {
            headers.insert(header::LINK, value);
        }
        (headers, Json(slice.rows)).into_response()
    }

    /// The original parameters come first.
    fn link(&self, number: i64, relation: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.params);
        query.append_pair("page", &number.to_string()).append_pair("per_page", &self.page.size.to_string());
        format!("<{}?{}>; rel=\"{relation}\"", self.address, query.finish())
    }
}

/// Scheme and host by which the client reached us: what a trusted proxy says, else the Host header, else the public address.
fn origin(house: &Orangery, parts: &Parts) -> String {
    let said = |name: &str| {
        parts.headers.get(name).and_then(|it| it.to_str().ok()).and_then(|it| it.split(',').next()).map(str::trim)
    };
    let peer = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>().map(|it| it.0.ip());
    let trusted = peer.is_some_and(|it| house.trusted_proxies.iter().any(|net| net.contains(&it)));
    let (public_scheme, public_host) =
        house.links.public_url.split_once("://").unwrap_or(("http", &house.links.public_url));
    let scheme =
        said("x-forwarded-proto").filter(|it| trusted && matches!(*it, "http" | "https")).unwrap_or(public_scheme);
    let host = said("x-forwarded-host")
        .filter(|_| trusted)
        .or_else(|| said("host"))
        .filter(|it| is_host(it))
        .unwrap_or(public_host);
    format!("{scheme}://{host}")
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || b".-:[]_".contains(&it))
}
