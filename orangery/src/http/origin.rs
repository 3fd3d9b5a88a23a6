//! Where a request came from: its id, and the address of who asks. What X-Forwarded-For says counts where a trusted proxy says it.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};

use super::observe::RequestId;
use crate::{house::Orangery, work::Origin};

pub fn origin(house: &Orangery, extensions: &Extensions, headers: &HeaderMap) -> Origin {
    let request_id = extensions.get::<RequestId>().and_then(RequestId::text);
    Origin { request_id, address: address(house, extensions, headers) }
}

/// The last address on the way to us that is no proxy of ours: what stands before it in the header, anybody may have written.
pub fn address(house: &Orangery, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
    let is_ours = |it: &IpAddr| house.trusted_proxies.iter().any(|net| net.contains(it));
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    if !is_ours(&peer) {
        return Some(peer);
    }
    let mut way: Vec<IpAddr> = Vec::new();
    for value in headers.get_all("x-forwarded-for") {
        let parts = value.to_str().unwrap_or_default().split(',');
        // Some proxies write the port too.
        let read = |it: &str| it.parse().ok().or_else(|| it.parse::<SocketAddr>().ok().map(|it| it.ip()));
        way.extend(parts.filter_map(|it| read(it.trim())));
    }
    Some(way.into_iter().rev().find(|it| !is_ours(it)).unwrap_or(peer))
}
