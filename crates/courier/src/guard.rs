//! Who may be called: https and public addresses, and what the operator allows beyond them.
//!
//! A web hook makes this server send requests to wherever somebody wrote, so it must not reach what only this server
//! can reach: itself, its network, its cloud's metadata. An url is looked at when it is saved (`check_url`), for an
//! early and friendly answer; what counts is `check_address`, asked about every address that a name resolves to
//! before one of just these is connected to (see `connect`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

const MAX_URL: usize = 2048;

/// The rule for addresses.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// Ranges that may be called although they are not public, over plain http too (`--webhook-allow`).
    pub allow: Vec<IpNet>,
}

impl Guard {
    /// The url an endpoint may be saved with, or in plain words why not (WH-1).
    pub fn check_url(&self, url: &str) -> Result<Url, String> {
        if url.len() > MAX_URL {
            return Err(format!("must be at most {MAX_URL} characters"));
        }
        // The parser would drop them silently.
        if url.chars().any(|it| it.is_whitespace() || it.is_control()) {
            return Err("must not contain spaces, line breaks or control characters".into());
        }
        let parsed = Url::parse(url).map_err(|why| format!("is not a valid URL: {why}"))?;
        let https = match parsed.scheme() {
            "https" => true,
            "http" if !self.allow.is_empty() => false,
            "http" => return Err("must start with https://".into()),
            _ => return Err("must be a web address that starts with https://".into()),
        };
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err("must not contain a user or password: use the Basic credentials of the endpoint".into());
        }
        if parsed.fragment().is_some() {
            return Err("must not have a fragment (the part from # on)".into());
        }
        if parsed.port() == Some(0) {
            return Err("must not use port 0".into());
        }
        match parsed.host() {
            Some(Host::Ipv4(ip)) => self.check_address(ip.into(), https)?,
            Some(Host::Ipv6(ip)) => self.check_address(ip.into(), https)?,
            Some(Host::Domain(name)) => self.check_name(name)?,
            None => return Err("must name a host".into()),
        }
        Ok(parsed)
    }

    /// Asked right before connecting, about each address that the host has.
    pub fn check_address(&self, ip: IpAddr, https: bool) -> Result<(), String> {
        let ip = ip.to_canonical();
        if self.allow.iter().any(|net| net.contains(&ip)) {
            return Ok(());
        }
        if !is_public(ip) {
            return Err(format!("leads to {ip}, which is not a public address"));
        }
        if !https {
            return Err(format!("must start with https://, as {ip} is not in a range where http is allowed"));
        }
        Ok(())
    }

    /// Names that can't lead anywhere public. All others are judged by their addresses.
    fn check_name(&self, name: &str) -> Result<(), String> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let local = name == "localhost" || name.ends_with(".localhost");
        if local && self.allow.is_empty() {
            return Err("leads to this machine, which is not a public address".into());
        }
        if name.is_empty() || name.split('.').any(|label| label.is_empty() || label.len() > 63) || name.len() > 253 {
            return Err("does not name a valid host".into());
        }
        Ok(())
    }
}

/// True for addresses of the public internet, whatever spelling they arrive in. `Ipv4Addr::is_global` is unstable.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// The special purpose registry of IANA, and one address that clouds use inside.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        [0 | 10 | 127, ..]              // this network, private, loopback
            | [100, 64..=127, ..]       // shared by carriers
            | [169, 254, ..]            // link-local, cloud metadata
            | [172, 16..=31, ..]        // private
            | [192, 168, ..]            // private
            | [192, 0, 0 | 2, _]        // protocol assignments, documentation
            | [192, 88, 99, _]          // 6to4 relays
            | [198, 18 | 19, ..]        // benchmarks
            | [198, 51, 100, _]         // documentation
            | [203, 0, 113, _]          // documentation
            | [168, 63, 129, 16]        // Azure's platform, seen from within
            | [224..=255, ..] // multicast, reserved, broadcast
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    match s {
        // IPv4-mapped, and NAT64's well-known prefix: what is reached is the IPv4 address.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(last_four(s)),
        // IETF protocol assignments, Teredo among them; documentation; 6to4; documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // ISATAP tunnels to an IPv4 address.
        [0x2000..=0x3fff, _, _, _, 0 | 0x200, 0x5efe, ..] => is_public_v4(last_four(s)),
        // Global unicast. All else is local, multicast, NAT64 of the own network, unassigned …
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

fn last_four(s: [u16; 8]) -> Ipv4Addr {
    let ([a, b], [c, d]) = (s[6].to_be_bytes(), s[7].to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}
