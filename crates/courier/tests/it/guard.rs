//! Where a web hook may go: the whole list, in every spelling.

use courier::guard::{Guard, is_public};

/// Special, private, or leading to what is: v4-mapped, NAT64 (also of local use), 6to4, Teredo, ISATAP and the like.
pub const NOT_PUBLIC: &str = "
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
    169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1
    192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 168.63.129.16 224.0.0.1 239.255.255.255
    240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::10.0.0.1 64:ff9b:1::8.8.8.8
    64:ff9b:1::10.0.0.1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::
    2002:a9fe:a9fe::1 2002:808:808::1 3fff::1 3fff:fff::1 2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:127.0.0.1
    5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 febf::1 fec0::1 ff02::1 ffff::1 4000::1 1fff::1
";

/// What leads to an address that is not public, as a person might write it who doesn't want it seen.
pub const LITERALS: &str = r"
    https://127.0.0.1/ https://127.1/ https://127.0.1/ https://2130706433/ https://0x7f000001/ https://0x7f.1/
    https://0177.0.0.1/ https://017700000001/ https://0/ https://0.0.0.0:8443/ https://127.0.0.1./
    https://%31%32%37.0.0.1/ https://①②⑦.⓪.⓪.①/ https://127。0。0。1/ https://１２７.０.０.１/ https://１２７．１/
    https://0X7F.0.0.0x1/ https://0x7f.0.1/ https://127.0.0.01/ https://0300.0250.1.1/ https://3232235777/
    https://127.1.:8443/ https://127.0.0.1%C2%AD/ https://127.0.0.1%2E/ https:127.0.0.1 https:\\127.0.0.1\
    https:///127.0.0.1/ https://169.254.169.254/latest/meta-data https://2852039166/ https://0xA9FEA9FE/
    https://0251.0376.0251.0376/ https://10.1/ https://192.168.257/ https://[::1]/ https://[::]/
    https://[0:0:0:0:0:0:0:1]/ https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/ https://[::127.0.0.1]/
    https://[64:ff9b::7f00:1]/ https://[64:ff9b::169.254.169.254]/ https://[2002:7f00:1::]/ https://[fe80::1]/
    https://[fd00:ec2::254]/ https://localhost/ https://loc%C2%ADalhost/ https://ⓛocalhost/ https://ｌｏｃａｌｈｏｓｔ/
    https://%6cocalhost/ https://LOCALHOST./ https://a.localhost:8443/
";

fn strict() -> Guard {
    Guard::default()
}

fn with_loopback() -> Guard {
    Guard { allow: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()] }
}

#[test]
fn addresses_that_are_not_public() {
    for ip in NOT_PUBLIC.split_whitespace() {
        let ip = ip.parse().unwrap();
        assert!(!is_public(ip), "{ip}");
        assert!(strict().check_address(ip, true).is_err(), "{ip}");
    }
}

#[test]
fn addresses_that_are_public() {
    let fine = "
        1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 169.253.1.1
        172.15.255.255 172.32.0.1 192.0.1.1 192.167.1.1 192.169.0.1 198.17.0.1 198.20.0.1 223.255.255.255
        2606:4700:4700::1111 2a00:1450:4001::200e 2001:200::1 2001:4860:4860::8888 3ffe::1
        ::ffff:8.8.8.8 64:ff9b::8.8.8.8
    ";
    for ip in fine.split_whitespace() {
        let ip = ip.parse().unwrap();
        assert!(is_public(ip), "{ip}");
        assert!(strict().check_address(ip, true).is_ok(), "{ip}");
        assert!(strict().check_address(ip, false).is_err(), "http is for allowed ranges only: {ip}");
    }
}

#[test]
fn literals_in_every_spelling() {
    for url in LITERALS.split_whitespace() {
        let why = strict().check_url(url).expect_err(url);
        assert!(why.contains("public") || why.contains("http"), "{url}: {why}");
    }
}

#[test]
fn urls_that_are_not_endpoints() {
    let refused = [
        ("", "valid URL"),
        ("example.com/hook", "valid URL"),
        ("/hook", "valid URL"),
        ("https://", "valid URL"),
        ("http://example.com/", "must start with https://"),
        ("ftp://example.com/", "must be a web address"),
        ("file:///etc/passwd", "must be a web address"),
        ("gopher://example.com/", "must be a web address"),
        ("javascript:alert(1)", "must be a web address"),
        ("https://user@example.com/", "Basic credentials"),
        ("https://user:pass@example.com/", "Basic credentials"),
        ("https://:pass@example.com/", "Basic credentials"),
        ("https://8.8.8.8@127.0.0.1/", "Basic credentials"),
        ("https://8.8.8.8:443@127.0.0.1/", "Basic credentials"),
        ("https://127.0.0.1\\@8.8.8.8/", "not a public address"),
        ("https://127.0.0.1?@8.8.8.8/", "not a public address"),
        ("https://example.com/#part", "fragment"),
        ("https://example.com:0/", "port 0"),
        ("https://example.com:99999/", "valid URL"),
        (" https://example.com/", "spaces"),
        ("https://exa\nmple.com/", "line breaks"),
        ("https://example.com/a b", "spaces"),
        ("https://example.com/\r\nX: y", "line breaks"),
        ("https://a..b/", "valid host"),
        ("https://1.2.3.4.5.6/", "valid URL"),
        ("https://[::1", "valid URL"),
        ("https://[fe80::1%25eth0]/", "valid URL"),
    ];
    for (url, expected) in refused {
        let why = strict().check_url(url).expect_err(url);
        assert!(why.contains(expected), "{url:?}: {why}");
    }
    let long = format!("https://example.com/{}", "a".repeat(2048));
    assert!(strict().check_url(&long).unwrap_err().contains("2048"));
}

#[test]
fn urls_that_are() {
    let fine = "
        https://example.com https://example.com/hook?token=1 https://example.com:8443/a/b https://8.8.8.8/
        https://[2606:4700:4700::1111]/ https://bücher.example/ https://xn--bcher-kva.example/ HTTPS://EXAMPLE.COM/
        https://example.com./ https://hooks.internal/
    ";
    for url in fine.split_whitespace() {
        strict().check_url(url).unwrap_or_else(|why| panic!("{url}: {why}"));
    }
}

#[test]
fn allowed_ranges_may_use_http() {
    for url in
        ["http://127.0.0.1:8080/", "http://localhost:3000/", "https://127.1/", "http://[::1]:1/", "http://0x7f.1/"]
    {
        with_loopback().check_url(url).unwrap_or_else(|why| panic!("{url}: {why}"));
    }
    for url in ["http://10.0.0.1/", "https://10.0.0.1/", "http://8.8.8.8/", "http://169.254.169.254/"] {
        with_loopback().check_url(url).expect_err(url);
    }
    assert!(with_loopback().check_address("::ffff:127.0.0.1".parse().unwrap(), false).is_ok());
}
